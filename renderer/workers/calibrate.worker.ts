// Measures how long steps take on this machine, in a worker of its own: a run beside it would be in its way.

import { createCpuBackend, threadsFor } from '../../shared/runtime/cpu/backend.ts';
import { chooseVariant } from '../../shared/runtime/cpu/choose-variant.ts';
import { tileOf } from '../../shared/runtime/cpu/executable.ts';
import { createWebHost } from '../../shared/runtime/cpu/worker/web-host.ts';
import { RunError, runFailed } from '../../shared/runtime/run-error.ts';
import { calibrate } from '../../shared/runtime/time/calibrate.ts';
import type { CalibrateAsk, CalibrateTold } from './calibrate-talk.ts';
import { processorHere } from './processor.ts';

const tell = (told: CalibrateTold): void => self.postMessage(told);

async function measure({ version }: CalibrateAsk): Promise<void> {
  const host = createWebHost({ directory: new URL('../cpu/', self.location.href) });
  const { module } = await chooseVariant(host);
  const target = { threads: threadsFor(host, undefined), ...(await tileOf(host, module)) };
  const machine = { processor: processorHere(), threads: target.threads, kernels: module.variant, version };
  const onProgress = ({ fraction }: { readonly fraction: number }): void =>
    tell({ kind: 'progress', fraction });
  const calibration = await calibrate(createCpuBackend(host), { target, machine, onProgress });
  tell({ kind: 'done', calibration, target });
}

self.addEventListener('message', ({ data }: MessageEvent<CalibrateAsk>) => {
  measure(data).catch((error: unknown) =>
    tell({ kind: 'failed', problem: error instanceof RunError ? error.problem : runFailed(error) }),
  );
});
