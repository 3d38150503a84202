import { pathToFileURL } from 'node:url';
import { buildKernels } from '../../build/kernels.mjs';
import { createCpuMachine } from '../../shared/runtime/cpu/machine.ts';
import { createNodeHost } from '../../shared/runtime/cpu/worker/node-host.ts';
import { registerMachine } from '../../shared/runtime/session.ts';

/** The backends that Node has. */
export const backends = ['reference', 'cpu'] as const;

/** Builds the CPU kernels and makes the CPU machine available to sessions. */
export async function registerCpu(): Promise<void> {
  const { outDir } = await buildKernels();
  registerMachine(createCpuMachine(createNodeHost({ directory: pathToFileURL(`${outDir}/`) })));
}
