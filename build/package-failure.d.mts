/** A sentence for how packaging failed, from all that electron-builder said. */
export function failureOf(said: string): string;
