/** Compiles the CPU engine's kernels and bundles its worker entries; does nothing when the sources have not changed. */
export function buildKernels(outDir?: string): Promise<{ readonly outDir: string; readonly built: boolean }>;
