import { pathToFileURL } from 'node:url';
import { HEAP } from '../../shared/runtime/cpu/assembly/layout.ts';
import { createNodeHost } from '../../shared/runtime/cpu/worker/node-host.ts';

/** A product that lies in the first cache, so that only the processor's own arithmetic counts. */
const PIXELS = 24;
const DEPTH_BLOCKS = 16;
const PANELS = 4;
const REPEATS = 400;
const TRIES = 3;

/** `probe KERNELS`: says on every message how many GFLOP/s the processor that it runs on gives at the moment. */
async function main(): Promise<void> {
  const host = createNodeHost({ directory: pathToFileURL(`${process.argv[2]}/`) });
  const module = await host.compile('plain');
  if (!module) throw new Error('This Node has no WebAssembly SIMD.');
  const memory = host.createMemory(64, true);
  const kernels = await host.instantiate(module, memory);
  const a = HEAP;
  const b = a + PIXELS * DEPTH_BLOCKS * 32;
  const out = b + DEPTH_BLOCKS * 8 * PANELS * kernels.panelChannels() * 4;
  const flops = 2 * PIXELS * DEPTH_BLOCKS * 8 * PANELS * kernels.panelChannels() * REPEATS;
  const time = (): number => {
    const began = performance.now();
    for (let i = 0; i < REPEATS; i++) kernels.measure(a, b, out, PIXELS, DEPTH_BLOCKS, PANELS);
    return performance.now() - began;
  };
  for (let i = 0; i < 50; i++) time();
  process.on('message', () => {
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < TRIES; i++) best = Math.min(best, time());
    process.send?.({ gflops: flops / best / 1e6 });
  });
  process.send?.({ ready: true });
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
