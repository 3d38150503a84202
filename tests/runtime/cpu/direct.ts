import { readFile } from 'node:fs/promises';
import { buildKernels } from '../../../build/kernels.mjs';
import type { FlatNetwork } from '../../../shared/analysis/flatten.ts';
import { elementCount } from '../../../shared/base/dims.ts';
import { type FloatTensor, Tensor } from '../../../shared/base/tensor.ts';
import type { WeightStore } from '../../../shared/runtime/backend.ts';
import {
  CONTROL,
  CONTROL_BYTES,
  CONTROL_END,
  RUN_DONE,
} from '../../../shared/runtime/cpu/assembly/layout.ts';
import type { Wishes } from '../../../shared/runtime/cpu/executable.ts';
import { Heap } from '../../../shared/runtime/cpu/heap.ts';
import type { Kernels } from '../../../shared/runtime/cpu/kernels.ts';
import {
  denseAddress,
  type LoadedPlan,
  Loader,
  placeConstants,
  rewind,
} from '../../../shared/runtime/cpu/loader.ts';
import { makePlan, type Plan } from '../../../shared/runtime/plan/plan.ts';

/** The networks under test are written, filled and judged alike on every backend. */
export * from '../networks.ts';

export async function kernelBytes(variant: string): Promise<Uint8Array<ArrayBuffer>> {
  const { outDir } = await buildKernels();
  return new Uint8Array(await readFile(`${outDir}/${variant}.wasm`));
}

/** A memory and the kernels of one variant in it, on this thread. */
export interface Bench {
  readonly heap: Heap;
  readonly kernels: Kernels;
}

export async function openKernels(variant: string, pages = 64): Promise<Bench> {
  const shared = variant !== 'single';
  const memory = new WebAssembly.Memory({ initial: pages, maximum: 65536, shared });
  const module = await WebAssembly.compile(await kernelBytes(variant));
  const env = { memory, now: () => performance.now(), abort: () => undefined };
  const instance = await WebAssembly.instantiate(module, { env });
  return { heap: new Heap(memory), kernels: instance.exports as unknown as Kernels };
}

/** Plans, packs and runs a network on this thread, as one of `threads` (whose blocking it then uses). */
export async function runDirect(
  { heap, kernels }: Bench,
  network: FlatNetwork,
  store: WeightStore,
  feeds: Readonly<Record<string, FloatTensor>>,
  { also = [], threads = 1, ...wishes }: { readonly also?: readonly string[] } & Partial<Wishes> = {},
): Promise<{ readonly outputs: ReadonlyMap<string, FloatTensor>; readonly plan: Plan }> {
  const inputDims = Object.fromEntries(Object.entries(feeds).map(([name, { dims }]) => [name, dims]));
  const target = {
    threads,
    ...wishes,
    tilePixels: kernels.tilePixels(),
    panelChannels: kernels.panelChannels(),
  };
  const made = makePlan(network, { target, inputDims, also });
  if (!made.ok) throw new RangeError(made.problems.map(({ message }) => message).join('\n'));
  const plan = made.value;
  const loader = new Loader(heap, kernels, store);
  const loaded = await loader.load(plan, async () => undefined);
  runLoaded({ heap, kernels }, loaded, store, feeds);
  const outputs = collect(loaded, heap);
  loader.unload(loaded);
  return { outputs, plan };
}

/** Runs a loaded plan on this thread, as one program. */
export function runLoaded(
  { heap, kernels }: Bench,
  loaded: LoadedPlan,
  store: WeightStore,
  feeds: Readonly<Record<string, FloatTensor>>,
): void {
  const { plan } = loaded;
  // Memory that was used before holds other numbers; NaN here shows whoever reads what was never written.
  heap.floats(loaded.arena, plan.arenaBytes / 4).fill(Number.NaN);
  feed(loaded, store, feeds, heap);
  rewind(loaded, heap);
  const control = heap.words(CONTROL, CONTROL_BYTES / 4);
  control.fill(0);
  control[CONTROL_END / 4] = plan.steps.length;
  const status = kernels.run(loaded.program, 0, 1, 0);
  if (status !== RUN_DONE) throw new Error(`The run ended with status ${status}.`);
}

/** Puts what callers and the weights give where the plan reads it. */
export function feed(
  loaded: LoadedPlan,
  store: WeightStore,
  feeds: Readonly<Record<string, FloatTensor>>,
  heap: Heap,
): void {
  for (const [name, tensor] of loaded.plan.feeds) {
    heap.floats(denseAddress(loaded, tensor), feeds[name]!.data.length).set(feeds[name]!.data);
  }
  placeConstants(loaded, store, heap);
}

/** The results of a plan that ran, by name. */
export function collect(loaded: LoadedPlan, heap: Heap): ReadonlyMap<string, FloatTensor> {
  const outputs = new Map<string, FloatTensor>();
  for (const [name, tensor] of loaded.plan.results) {
    const { dims } = loaded.plan.tensors[tensor]!;
    const count = elementCount(dims);
    outputs.set(name, new Tensor('float32', heap.floats(denseAddress(loaded, tensor), count).slice(), dims));
  }
  return outputs;
}
