import { createCpuBackend } from '../shared/runtime/cpu/backend.ts';
import type { CpuHost } from '../shared/runtime/cpu/host.ts';
import { createNodeHost } from '../shared/runtime/cpu/worker/node-host.ts';
import { registerBackend } from '../shared/runtime/session.ts';
import { besideCommand } from './beside.ts';

const hosts = new Map<boolean, CpuHost>();

/** The same for whoever asks: which kernels are the fastest is found out once for each. */
export function nodeHost(turbo = false): CpuHost {
  const host = hosts.get(turbo) ?? createNodeHost({ directory: besideCommand('cpu'), turbo });
  hosts.set(turbo, host);
  return host;
}

export function registerNodeBackends(turbo: boolean): void {
  registerBackend(createCpuBackend(nodeHost(turbo)));
}
