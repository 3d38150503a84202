import type { FloatTensor } from '../../base/tensor.ts';
import type { StoredWeights, WeightStore } from '../backend.ts';
import { elementsOf } from '../plan/piece.ts';
import { isConvolution, type Plan } from '../plan/plan.ts';
import { LANES, stridesOf } from '../plan/tensors.ts';
import {
  PROGRAM_STEPS,
  RANGE_BYTES,
  RANGES,
  S_ENDED,
  S_MADE,
  S_NEXT,
  STEP_BYTES,
} from './assembly/layout.ts';
import {
  filterKey,
  type PackedFilters,
  packFilters,
  partElements,
  readWeight,
  stagingBytes,
} from './filters.ts';
import type { Heap } from './heap.ts';
import type { Kernels } from './kernels.ts';
import { encodeProgram, programBytes } from './program.ts';

/** A plan in memory, ready to run. */
export interface LoadedPlan {
  readonly plan: Plan;
  readonly program: number;
  readonly arena: number;
}

/** Packs filters and encodes programs into one memory. Filters are packed once, whatever plans of one network use them. */
export class Loader {
  private readonly heap: Heap;
  private readonly kernels: Kernels;
  private readonly store: WeightStore | StoredWeights;
  private readonly packed = new Map<string, PackedFilters>();

  constructor(heap: Heap, kernels: Kernels, store: WeightStore | StoredWeights) {
    this.heap = heap;
    this.kernels = kernels;
    this.store = store;
  }

  /** `pause` is called after every small piece of work, with the share done, and may throw to give up. */
  async load(plan: Plan, pause: (fraction: number, node: string) => Promise<void>): Promise<LoadedPlan> {
    const convolutions = plan.steps.filter(isConvolution);
    const missing = convolutions.filter((step) => !this.packed.has(filterKey(step)));
    if (missing.length > 0) {
      const staging = this.heap.allocate(stagingBytes(missing, plan));
      const parts = new Float32Array(partElements(missing, plan));
      let done = 0;
      try {
        for (const step of missing) {
          const node = step.nodes[0] ?? '';
          const filters = await packFilters(
            step,
            plan,
            this.store,
            this.heap,
            this.kernels,
            staging,
            parts,
            () => pause(done / missing.length, node),
          );
          this.packed.set(filterKey(step), filters);
          done++;
        }
      } finally {
        this.heap.free(staging);
      }
    }
    const program = this.heap.allocate(programBytes(plan.steps));
    const arena = this.heap.allocate(plan.arenaBytes);
    const bytes = encodeProgram(plan, { program, arena, filters: (step) => this.filtersOf(plan, step) });
    this.heap.bytes(program, bytes.length).set(bytes);
    return { plan, program, arena };
  }

  private filtersOf(plan: Plan, index: number): PackedFilters {
    const step = plan.steps[index]!;
    const filters = isConvolution(step) ? this.packed.get(filterKey(step)) : undefined;
    if (!filters) throw new RangeError(`Step ${index} has no packed filters.`);
    return filters;
  }

  unload({ program, arena }: LoadedPlan): void {
    this.heap.free(program);
    this.heap.free(arena);
  }
}

/** Address of a dense tensor (an input or an output) of a loaded plan. */
export function denseAddress({ plan, arena }: LoadedPlan, tensor: number): number {
  return arena + plan.storages[plan.tensors[tensor]!.storage]!.offset;
}

/** The weights that a plan takes as they are, read from wherever they lie. */
export async function constantsOf(plan: Plan, store: WeightStore | StoredWeights): Promise<WeightStore> {
  const found: Record<string, Record<string, FloatTensor>> = {};
  for (const { node, weight } of plan.constants)
    found[node] = { ...found[node], [weight]: await readWeight(store, node, weight) };
  return found;
}

/** Puts the plan's constants into memory, where nothing else is ever placed. */
export function placeConstants(loaded: LoadedPlan, store: WeightStore, heap: Heap): void {
  const { plan, arena } = loaded;
  for (const { tensor, node, weight, piece } of plan.constants) {
    const value = store[node]?.[weight];
    if (!value) throw new RangeError(`The weights of "${node}" lack "${weight}".`);
    const { view, halo, storage } = plan.tensors[tensor]!;
    const { offset, bytes } = plan.storages[storage]!;
    const strides = stridesOf('blocked', view, halo);
    const memory = heap.floats(arena + offset, bytes / 4);
    memory.fill(0);
    const data = piece ? elementsOf(value.data, piece) : value.data;
    for (let plane = 0; plane < view.batch * view.channels; plane++) {
      const channel = plane % view.channels;
      const image = Math.floor(plane / view.channels) * strides.image + strides.inner;
      const start = (image + (channel >> 3) * strides.block) / 4 + (channel & 7);
      for (let y = 0; y < view.height; y++) {
        const from = (plane * view.height + y) * view.width;
        const to = start + (y * strides.row) / 4;
        for (let x = 0; x < view.width; x++) memory[to + x * LANES] = data[from + x]!;
      }
    }
  }
}

/** Sets all steps' unit counters back, before a run. */
export function rewind({ plan, program }: LoadedPlan, heap: Heap): void {
  const words = heap.words(program + PROGRAM_STEPS, (plan.steps.length * STEP_BYTES) / 4);
  for (let index = 0; index < plan.steps.length; index++) {
    const step = (index * STEP_BYTES) / 4;
    words.fill(0, step + S_NEXT / 4, step + (S_NEXT + RANGES * RANGE_BYTES) / 4);
    words.fill(0, step + S_MADE / 4, step + S_MADE / 4 + 2);
  }
}

/** When each step of the last run ended, in milliseconds of the kernels' clock. */
export function stepEnds({ plan, program }: LoadedPlan, heap: Heap): number[] {
  return plan.steps.map(
    (_, index) =>
      new Float64Array(heap.memory.buffer, program + PROGRAM_STEPS + index * STEP_BYTES + S_ENDED, 1)[0]!,
  );
}
