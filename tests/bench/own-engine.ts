import { pathToFileURL } from 'node:url';
import { Tensor } from '../../shared/base/tensor.ts';
import { createCpuMachine } from '../../shared/runtime/cpu/machine.ts';
import { createNodeHost } from '../../shared/runtime/cpu/worker/node-host.ts';
import { seededWeights } from '../../shared/runtime/weights.ts';
import { zooNetwork } from './zoo-network.ts';

/**
 * The project's own engine in a process of its own, spoken to as the peers are:
 * `own-engine NETWORK THREADS KERNELS`, then { data, dims } messages over IPC.
 */
async function main(): Promise<void> {
  const [id = '', threads = '1', kernels = ''] = process.argv.slice(2);
  const network = zooNetwork(id);
  const weights = seededWeights(network, 1);
  const machine = createCpuMachine(createNodeHost({ directory: pathToFileURL(`${kernels}/`) }));
  const began = performance.now();
  const executable = await machine.prepare(network, weights, { threads: Number(threads) });
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
