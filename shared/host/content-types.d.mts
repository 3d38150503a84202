/** What a file of the app is by its name's ending, for browsers that are told to guess nothing. */
export function contentTypeOf(file: string): string;
