/** Paths that each part of the build is made of. */
export const targets: Readonly<Record<string, readonly string[]>>;
export function fingerprint(target: string, at?: string): string;
export function staleTargets(at?: string): readonly string[];
export function beginBuild(target: string, at?: string): () => void;
