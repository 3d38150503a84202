import type { FlatNetwork } from '../../../../shared/analysis/flatten.ts';
import type { RunOptions } from '../../../../shared/runtime/backend.ts';
import { webglBackend } from '../../../../shared/runtime/webgl/backend.ts';
import type { DeviceOptions } from '../../../../shared/runtime/webgl/context.ts';
import type { WebglDevice } from '../../../../shared/runtime/webgl/device.ts';
import type { WebglExecutable } from '../../../../shared/runtime/webgl/executable.ts';
import { seededWeights } from '../../../../shared/runtime/weights.ts';
import { zooNetwork } from '../../../bench/zoo-network.ts';
import { deviceFor } from './devices.ts';
import { pictureFor } from './picture.ts';

let open:
  | { readonly executable: WebglExecutable; readonly device: WebglDevice; readonly network: FlatNetwork }
  | undefined;

/** How a network was made ready. */
export interface Opened {
  /** Nodes that run on the host. */
  readonly hosted: readonly string[];
  /** Whether progress was told up to the end. */
  readonly progressed: boolean;
}

/** Makes a zoo network ready with seeded weights, on pictures of no more than `most` pixels a side; only one at a time. */
export async function openZoo(id: string, options: DeviceOptions = {}, most?: number): Promise<Opened> {
  await open?.executable.release();
  open = undefined;
  const network = zooNetwork(id, most);
  const device = deviceFor(options);
  let fraction = 0;
  const executable = await webglBackend({ device }).prepare(network, seededWeights(network, 1), {
    onProgress: (progress) => {
      fraction = progress.fraction;
    },
  });
  open = { executable, device, network };
  return { hosted: [...executable.hosted.keys()], progressed: fraction === 1 };
}

export function opened() {
  if (!open) throw new Error('No network is open.');
  return open;
}

/** Runs the open network; values of its outputs and of the nodes asked for. */
export async function runZoo(
  options: Pick<RunOptions, 'also'> & { readonly batch?: number } = {},
): Promise<Record<string, number[]>> {
  const { executable, network } = opened();
  const { outputs } = await executable.run(pictureFor(network, options.batch), options);
  return Object.fromEntries(Object.entries(outputs).map(([id, { data }]) => [id, [...data]]));
}
