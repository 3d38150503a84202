import { createCpuBackend } from '../shared/runtime/cpu/backend.ts';
import type { CpuHost } from '../shared/runtime/cpu/host.ts';
import { createNodeHost } from '../shared/runtime/cpu/worker/node-host.ts';
import { registerBackend } from '../shared/runtime/session.ts';

/** Kernels and workers lie in `cpu/` beside the built command. */
export function nodeHost(turbo = false): CpuHost {
  return createNodeHost({ directory: new URL('./cpu/', import.meta.url), turbo });
}

export function registerNodeBackends(turbo: boolean): void {
  registerBackend(createCpuBackend(nodeHost(turbo)));
}
