import { analyze } from '../../../../shared/analysis/analyze.ts';
import { type FlatNetwork, flatten } from '../../../../shared/analysis/flatten.ts';
import { elementCount } from '../../../../shared/base/dims.ts';
import { Tensor } from '../../../../shared/base/tensor.ts';
import type { RunOptions } from '../../../../shared/runtime/machine.ts';
import type { DeviceOptions } from '../../../../shared/runtime/webgl/context.ts';
import type { WebglDevice } from '../../../../shared/runtime/webgl/device.ts';
import type { WebglExecutable } from '../../../../shared/runtime/webgl/executable.ts';
import { webglMachine } from '../../../../shared/runtime/webgl/machine.ts';
import { randomStream, seededWeights } from '../../../../shared/runtime/weights.ts';
import { zooEntry } from '../../../../shared/zoo/index.ts';
import { deviceFor } from './devices.ts';

/** A network of the zoo, flat. */
export function zooNetwork(id: string): FlatNetwork {
  const entry = zooEntry(id);
  if (!entry) throw new RangeError(`The zoo has no "${id}".`);
  const network = flatten(analyze(entry.build()));
  if (!network.ok) throw new RangeError(network.problems.map(({ message }) => message).join('\n'));
  return network.value;
}

/** The same picture everywhere: `randomStream('image')`. */
export function pictureFor(network: FlatNetwork, batch = 1) {
  const { id, outputDims } = network.steps[network.inputs[0]!]!;
  const dims = outputDims[0]!.with(0, batch);
  const next = randomStream('image');
  return {
    [id]: new Tensor(
      'float32',
      Float32Array.from({ length: elementCount(dims) }, () => next() * 2 - 1),
      dims,
    ),
  };
}

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

/** Makes a zoo network ready with seeded weights; only one at a time. */
export async function openZoo(id: string, options: DeviceOptions = {}): Promise<Opened> {
  await open?.executable.release();
  open = undefined;
  const network = zooNetwork(id);
  const device = deviceFor(options);
  let fraction = 0;
  const executable = await webglMachine({ device }).prepare(network, seededWeights(network, 1), {
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
