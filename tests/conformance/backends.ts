import { pathToFileURL } from 'node:url';
import { buildKernels } from '../../build/kernels.mjs';
import type { Backend } from '../../shared/runtime/backend.ts';
import { createCpuBackend } from '../../shared/runtime/cpu/backend.ts';
import type { CpuHost, WorkerLink } from '../../shared/runtime/cpu/host.ts';
import type { FromWorker } from '../../shared/runtime/cpu/protocol.ts';
import { createNodeHost } from '../../shared/runtime/cpu/worker/node-host.ts';
import { registerBackend } from '../../shared/runtime/session.ts';

/** The backends that Node has. */
export const backends = ['reference', 'cpu'] as const;

/** Builds the CPU kernels and makes the CPU backend available to sessions. */
export async function registerCpu(): Promise<void> {
  registerBackend(await cpuBackend());
}

export async function cpuBackend(): Promise<Backend> {
  const { outDir } = await buildKernels();
  const host = createNodeHost({ directory: pathToFileURL(`${outDir}/`) });
  return createCpuBackend(reusingWorkers(host));
}

/** A worker that outlives its sessions, and who is told of what it says. */
interface Kept {
  readonly link: WorkerLink;
  told: ((message: FromWorker) => void) | undefined;
  failed: ((reason: string) => void) | undefined;
  isDead: boolean;
}

/**
 * The same host with workers that serve one session after the other: hundreds of sessions of a millisecond each would
 * otherwise spend their time on starting threads. A worker may be opened again; what it held before is let go then.
 */
function reusingWorkers(host: CpuHost): CpuHost {
  const idle: Kept[] = [];
  const start = (): Kept => {
    const kept: Kept = { link: host.spawn(), told: undefined, failed: undefined, isDead: false };
    kept.link.onMessage((message) => kept.told?.(message));
    kept.link.onFailure((reason) => {
      kept.isDead = true;
      kept.failed?.(reason);
    });
    return kept;
  };
  return {
    ...host,
    spawn() {
      const kept = idle.pop() ?? start();
      return {
        post: (message) => kept.link.post(message),
        onMessage(listener) {
          kept.told = listener;
        },
        onFailure(listener) {
          kept.failed = listener;
        },
        keepProcess: (stays) => kept.link.keepProcess(stays),
        async terminate() {
          kept.told = undefined;
          kept.failed = undefined;
          if (!kept.isDead) idle.push(kept);
        },
      };
    },
  };
}
