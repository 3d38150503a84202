import { inWords } from '../../../../shared/base/messages.ts';
import { Tensor } from '../../../../shared/base/tensor.ts';
import type { RunResult } from '../../../../shared/runtime/backend.ts';
import { withFallback } from '../../../../shared/runtime/choose.ts';
import { referenceBackend } from '../../../../shared/runtime/reference/backend.ts';
import { RunError } from '../../../../shared/runtime/run-error.ts';
import { webglBackend } from '../../../../shared/runtime/webgl/backend.ts';
import { WebglDevice } from '../../../../shared/runtime/webgl/device.ts';
import { seededWeights } from '../../../../shared/runtime/weights.ts';
import { zooNetwork } from '../../../bench/zoo-network.ts';
import { relativeError } from '../../networks.ts';
import { pictureFor } from './picture.ts';
import { opened } from './zoo.ts';

/** So many pictures that a run of them reports before it is over. */
const LONG_BATCH = 8;

/** Cancels a run at its first sign of progress: how it ended, and how often it reported in all. */
export async function cancelZoo(): Promise<{
  readonly error: string;
  readonly reports: number;
  readonly fraction: number;
}> {
  const { executable, network } = opened();
  const controller = new AbortController();
  let reports = 0;
  let fraction = 0;
  const run = executable.run(pictureFor(network, LONG_BATCH), {
    signal: controller.signal,
    onProgress: (progress) => {
      reports++;
      fraction = progress.fraction;
      controller.abort();
    },
  });
  const error = await run.then(
    () => 'finished',
    (reason: Error) => reason.name,
  );
  return { error, reports, fraction };
}

/** Calls `act` right before the given draw of the device from now on, counted from 1. */
function beforeDraw(device: WebglDevice, count: number, act: () => void): void {
  const draw = device.draw.bind(device);
  let left = count;
  device.draw = (what) => {
    left--;
    if (left === 0) {
      device.draw = draw;
      act();
    }
    draw(what);
  };
}

/** How a run ended: with what it gave, or the code of the problem. */
export interface Ending {
  readonly outputs?: Record<string, number[]>;
  readonly code?: string;
  readonly backend?: string;
  readonly why?: string;
}

async function endingOf(work: () => Promise<RunResult>): Promise<Ending> {
  try {
    const { outputs } = await work();
    return { outputs: Object.fromEntries(Object.entries(outputs).map(([id, { data }]) => [id, [...data]])) };
  } catch (error) {
    return { code: error instanceof RunError ? error.problem.code : String(error) };
  }
}

/** Takes the context away before, in the middle of, or after a run, gives it back or not, and tells how the run ended. */
export async function loseDuringRun(when: 'before' | 'during' | 'after', restore: boolean): Promise<Ending> {
  const { executable, network, device } = opened();
  const lose = (): void => {
    const lost = device.loseContext();
    if (restore) lost.restore();
  };
  const run = () => executable.run(pictureFor(network));
  if (when === 'before') lose();
  if (when === 'during') beforeDraw(device, 5, lose);
  if (when !== 'after') return endingOf(run);
  await run();
  lose();
  return endingOf(run);
}

/** The same behind `withFallback`, with the reference to fall back to, on a device of its own that stays lost. */
export async function fallBack(): Promise<Ending> {
  const network = zooNetwork('lenet');
  const store = seededWeights(network, 1);
  const device = WebglDevice.create();
  const backend = withFallback(webglBackend({ device }), referenceBackend);
  const executable = await backend.prepare(network, store);
  const right = await endingOf(() => executable.run(pictureFor(network)));
  beforeDraw(device, 3, () => void device.loseContext());
  const fallen = await endingOf(() => executable.run(pictureFor(network)));
  const { backend: name, why } = executable.choice ?? {};
  await executable.release();
  const [a, b] = [right, fallen].map(({ outputs }) => Object.values(outputs ?? {})[0] ?? []);
  const asTensor = (values: number[]) => new Tensor('float32', Float32Array.from(values), [values.length]);
  const error = relativeError(asTensor(a!), asTensor(b!));
  return {
    code: error <= 1e-4 ? 'same' : `off by ${error}`,
    ...(name ? { backend: name } : {}),
    ...(why ? { why: inWords(why) } : {}),
  };
}
