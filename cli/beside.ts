/** What the build puts beside the command; run from its sources, the command takes what was built last. */
const base = new URL(import.meta.url.endsWith('.ts') ? '../out/cli/' : './', import.meta.url);

/** A folder of it. */
export const besideCommand = (folder: string): URL => new URL(`${folder}/`, base);
