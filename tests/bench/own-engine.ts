import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { analyze } from '../../shared/analysis/analyze.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import { Tensor } from '../../shared/base/tensor.ts';
import { importOnnx } from '../../shared/formats/onnx/import.ts';
import { bytesSource } from '../../shared/formats/weights/source.ts';
import type { Backend } from '../../shared/runtime/backend.ts';
import { createCpuBackend } from '../../shared/runtime/cpu/backend.ts';
import { createNodeHost } from '../../shared/runtime/cpu/worker/node-host.ts';
import { seededWeights } from '../../shared/runtime/weights.ts';
import { zooNetwork } from './zoo-network.ts';

/** A network of the zoo with seeded weights, or one of an ONNX file with its own, and how it is made ready. */
async function open(source: string, backend: Backend, threads: number) {
  if (!source.endsWith('.onnx')) {
    const network = zooNetwork(source);
    const weights = seededWeights(network, 1);
    return { network, prepare: () => backend.prepare(network, weights, { threads }) };
  }
  const model = await importOnnx(bytesSource(readFileSync(source)));
  if (!model.ok) throw new Error(JSON.stringify(model.problems));
  const network = flatten(analyze(model.value.design));
  if (!network.ok) throw new Error(JSON.stringify(network.problems));
  const prepare = () => backend.prepareStored!(network.value, model.value.weights, { threads });
  return { network: network.value, prepare };
}

/**
 * The project's own engine in a process of its own, spoken to as the peers are:
 * `own-engine NETWORK THREADS KERNELS`, then { data, dims } messages over IPC.
 */
async function main(): Promise<void> {
  const [source = '', threads = '1', kernels = ''] = process.argv.slice(2);
  const backend = createCpuBackend(createNodeHost({ directory: pathToFileURL(`${kernels}/`) }));
  const { network, prepare } = await open(source, backend, Number(threads));
  const began = performance.now();
  const executable = await prepare();
  const createMilliseconds = performance.now() - began;
  const input = network.steps[network.inputs[0]!]!.id;
  process.on(
    'message',
    async ({ data, dims, wantsData }: { data: Float32Array; dims: number[]; wantsData: boolean }) => {
      try {
        const feeds = { [input]: new Tensor('float32', data, dims) };
        // From outside, as the peers are timed: copies of the input and the scores count.
        const start = performance.now();
        const { outputs } = await executable.run(feeds);
        const milliseconds = performance.now() - start;
        const output = Object.values(outputs)[0]!;
        process.send?.({ milliseconds, data: wantsData ? output.data : undefined });
      } catch (error) {
        process.send?.({ error: String(error) });
      }
    },
  );
  process.send?.({ ready: true, createMilliseconds });
}

main().catch((error) => process.send?.({ error: String(error) }));
