/** Parts by name, as in targets of stale.mjs, into out/. */
export function buildParts(parts: readonly string[]): Promise<void>;
/** The files that each bundle of the app and of the command is made of, the app's first; nothing is written. */
export function graphs(): readonly (() => Promise<readonly string[]>)[];
