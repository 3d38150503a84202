import type { CpuHost } from '../shared/runtime/cpu/host.ts';
import { createCpuMachine } from '../shared/runtime/cpu/machine.ts';
import { createNodeHost } from '../shared/runtime/cpu/worker/node-host.ts';
import { registerMachine } from '../shared/runtime/session.ts';

/** Kernels and workers lie in `cpu/` beside the built command. */
export function nodeHost(turbo = false): CpuHost {
  return createNodeHost({ directory: new URL('./cpu/', import.meta.url), turbo });
}

export function registerNodeMachines(turbo: boolean): void {
  registerMachine(createCpuMachine(nodeHost(turbo)));
}
