/** The first Chromium, Chrome or Edge on this machine; CHROMIUM names another. */
export function findChromium(): string | undefined;
export const howToGetChromium: string;
