/** Builds the parts, among those that are wanted (all when left out), of which a source is newer than they are. */
export function ensureBuilt(wanted?: readonly string[]): Promise<void>;
