/** The command, netwright.js and what it loads, in `folder` (out/cli when left out); kernels are copied into its cpu/ by whoever calls. */
export function buildCommand(folder?: string): Promise<void>;
/** The library and its declarations in `folder` (out/lib when left out). */
export function buildLibrary(folder?: string): Promise<void>;
/** Parts by name, as in targets of stale.mjs, into out/. */
export function buildParts(parts: readonly string[]): Promise<void>;
/** The files that each bundle of the app and of the command is made of, the app's first; nothing is written. */
export function graphs(): readonly (() => Promise<readonly string[]>)[];
