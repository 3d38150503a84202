/** Where the pictures of the visual tests lie, with the Chromium that drew them. */
export const pictures: string;
/** The Chromium that drew the pictures. */
export function picturesOf(): string | undefined;
