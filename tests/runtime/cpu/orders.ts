import type { FlatNetwork } from '../../../shared/analysis/flatten.ts';
import { elementCount } from '../../../shared/base/dims.ts';
import type { FloatTensor } from '../../../shared/base/tensor.ts';
import type { WeightStore } from '../../../shared/runtime/backend.ts';
import * as at from '../../../shared/runtime/cpu/assembly/layout.ts';
import type { Wishes } from '../../../shared/runtime/cpu/executable.ts';
import type { Heap } from '../../../shared/runtime/cpu/heap.ts';
import { denseAddress, type LoadedPlan, Loader } from '../../../shared/runtime/cpu/loader.ts';
import { encodeProgram, programBytes } from '../../../shared/runtime/cpu/program.ts';
import { isConvolution, makePlan, type Plan } from '../../../shared/runtime/plan/plan.ts';
import { algorithmName } from '../../../shared/runtime/plan/steps.ts';
import { type PlanTensor, stridesOf } from '../../../shared/runtime/plan/tensors.ts';
import { type Bench, collect, feed, runLoaded } from './direct.ts';

/** Something that a thread draws: a unit of a phase, or a range's part of the halo. */
type Draw =
  | { readonly kind: 'unit'; readonly unit: number; readonly thread: number }
  | { readonly kind: 'halo'; readonly range: number; readonly ranges: number; readonly thread: number };

/** In which order the draws of a phase are worked through, and by how many threads. */
export interface Order {
  readonly name: string;
  readonly threads: number;
  readonly arrange: (ranges: readonly (readonly Draw[])[], next: () => number) => readonly Draw[];
}

export const forward: Order = { name: 'forward', threads: 1, arrange: (ranges) => ranges.flat() };

export function reversed(threads: number): Order {
  return { name: 'reversed', threads, arrange: (ranges) => ranges.flat().reverse() };
}

/** Any unit after any other, by any thread. */
export function shuffled(threads: number): Order {
  return {
    name: 'shuffled',
    threads,
    arrange(ranges, next) {
      const draws = ranges.flat().map((draw) => ({ ...draw, thread: below(threads, next) }));
      for (let i = draws.length - 1; i > 0; i--) {
        const j = below(i + 1, next);
        [draws[i], draws[j]] = [draws[j]!, draws[i]!];
      }
      return draws;
    },
  };
}

/** As threads of equal speed do it: each takes one from its range in turn. */
export function sideBySide(threads: number): Order {
  return {
    name: 'side by side',
    threads,
    arrange: (ranges) =>
      Array.from({ length: Math.max(...ranges.map(({ length }) => length)) }, (_, i) =>
        ranges.flatMap((range) => range.slice(i, i + 1)),
      ).flat(),
  };
}

function below(end: number, next: () => number): number {
  return Math.min(end - 1, Math.floor(((next() + 1) / 2) * end));
}

/** The orders that a plan for so many threads is held to; the first is what the others are compared with. */
export function ordersFor(threads: number): readonly Order[] {
  const fewer = [2, 3].filter((count) => count < threads);
  return [
    forward,
    reversed(threads),
    shuffled(threads),
    ...fewer.map(shuffled),
    ...(threads > 1 ? [sideBySide(threads)] : []),
  ];
}

/**
 * Not a number, signalling: whoever computes with it makes it quiet, which still shows. Written and compared as whole
 * numbers, since a number in JavaScript may lose which of them it is.
 */
const POISON = 0x7fa5a5a5;
const QUIET = 0x00400000;
const SIGN = 0x80000000;
const POISONED = Buffer.from(new Int32Array(1 << 18).fill(POISON).buffer);

function isPoison(word: number): boolean {
  return (word & ~QUIET & ~SIGN) === POISON;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** What is wrong where. */
export class OrderError extends Error {
  override readonly name = 'OrderError';
}

/**
 * Runs a network step by step, each step's units in every one of `orders`, and throws an OrderError where bytes depend on
 * the order, where a step writes outside of its output, or where somebody reads what nobody wrote. Before a step runs,
 * what it must write and all scratch hold NaNs of a pattern of their own; each thread's scratch does before every unit.
 * Then the program runs as a whole, and must give the same. Returns what it gives, by name, and the steps that ran.
 */
export async function runInOrders(
  bench: Bench,
  network: FlatNetwork,
  store: WeightStore,
  feeds: Readonly<Record<string, FloatTensor>>,
  wishes: Wishes,
  next: () => number,
  orders = ordersFor(wishes.threads),
): Promise<{ readonly outputs: ReadonlyMap<string, FloatTensor>; readonly ran: readonly string[] }> {
  const { heap, kernels } = bench;
  const inputDims = Object.fromEntries(Object.entries(feeds).map(([name, { dims }]) => [name, dims]));
  const target = { ...wishes, tilePixels: kernels.tilePixels(), panelChannels: kernels.panelChannels() };
  const made = makePlan(network, { target, inputDims });
  if (!made.ok) throw new RangeError(made.problems.map(({ message }) => message).join('\n'));
  const loader = new Loader(heap, kernels, store);
  const loaded = await loader.load(made.value, async () => undefined);
  try {
    prove(bench, loaded, orders, next, () => feed(loaded, store, feeds, heap));
    const stepwise = collect(loaded, heap);
    runLoaded(bench, loaded, store, feeds);
    for (const [name, { data }] of collect(loaded, heap)) {
      const apart = Buffer.compare(bytesOf(data), bytesOf(stepwise.get(name)!.data));
      if (apart !== 0) throw new OrderError(`${name} is another when the program runs as a whole.`);
    }
    return { outputs: stepwise, ran: made.value.steps.map(algorithmName) };
  } finally {
    loader.unload(loaded);
  }
}

/**
 * The same of a plan whose filters and inputs are any numbers, all filters the same stretch of memory: the order of units is
 * a question of places, not of values, and to pack the filters of a large network takes longer than to run it. Steps that
 * are like one in `proven` are not run again.
 */
export function provePlan(
  { heap, kernels }: Bench,
  plan: Plan,
  orders: readonly Order[],
  next: () => number,
  proven: Set<string>,
): void {
  const most = Math.max(1, ...plan.steps.filter(isConvolution).map(({ weightBytes }) => weightBytes));
  const filters = heap.allocate(most);
  const program = heap.allocate(programBytes(plan.steps));
  const arena = heap.allocate(plan.arenaBytes);
  fillWithNumbers(heap.floats(filters, most >> 2), next);
  const bytes = encodeProgram(plan, {
    program,
    arena,
    filters: () => ({ weights: filters, bias: filters, preparation: filters }),
  });
  heap.bytes(program, bytes.length).set(bytes);
  const loaded = { plan, program, arena };
  prove(
    { heap, kernels },
    loaded,
    orders,
    next,
    () => {
      for (const tensor of plan.feeds.values())
        fillWithNumbers(
          heap.floats(denseAddress(loaded, tensor), elementCount(plan.tensors[tensor]!.dims)),
          next,
        );
    },
    proven,
  );
  for (const address of [filters, program, arena]) heap.free(address);
}

/** As small as filters are, so that values neither vanish nor grow beyond all bounds. */
function fillWithNumbers(numbers: Float32Array, next: () => number): void {
  const drawn = Math.min(numbers.length, 1 << 16);
  for (let i = 0; i < drawn; i++) numbers[i] = next() / 20;
  for (let filled = drawn; filled < numbers.length; filled *= 2)
    numbers.copyWithin(filled, 0, Math.min(filled, numbers.length - filled));
}

function prove(
  bench: Bench,
  loaded: LoadedPlan,
  orders: readonly Order[],
  next: () => number,
  giveInputs: () => void,
  proven?: Set<string>,
): void {
  const { steps, results, arenaBytes } = loaded.plan;
  bench.heap.words(loaded.arena, arenaBytes / 4).fill(POISON);
  giveInputs();
  const proof = new Proof(bench, loaded, orders, next, proven);
  for (let index = 0; index < steps.length; index++) proof.step(index);
  for (const tensor of results.values()) proof.mustBeWritten(tensor, 'the caller');
}

function bytesOf(data: Float32Array): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

class Proof {
  private readonly bench: Bench;
  private readonly loaded: LoadedPlan;
  private readonly plan: Plan;
  private readonly orders: readonly Order[];
  private readonly next: () => number;
  private readonly arena: Buffer;
  /** What the arena holds between steps, scratch apart. */
  private readonly kept: Buffer;
  private readonly scratch: Range;

  private readonly proven: Set<string> | undefined;

  constructor(
    bench: Bench,
    loaded: LoadedPlan,
    orders: readonly Order[],
    next: () => number,
    proven: Set<string> | undefined,
  ) {
    this.proven = proven;
    this.bench = bench;
    this.loaded = loaded;
    this.plan = loaded.plan;
    this.orders = orders;
    this.next = next;
    this.arena = Buffer.from(bench.heap.memory.buffer, loaded.arena, loaded.plan.arenaBytes);
    this.kept = Buffer.from(this.arena);
    const { offset, bytes } = this.plan.scratch;
    this.scratch = { start: offset, end: offset + bytes };
  }

  private get heap(): Heap {
    return this.bench.heap;
  }

  step(index: number): void {
    const step = this.plan.steps[index]!;
    const output = this.plan.tensors[step.output]!;
    const name = `step ${index} (${algorithmName(step)}, ${step.nodes.join(' + ')})`;
    for (const input of step.inputs) this.mustBeWritten(input, name);
    const storage = this.plan.storages[output.storage]!;
    const whole = { start: storage.offset, end: storage.offset + storage.bytes };
    if (storage.first === index) this.poison(whole, this.kept);
    const owned = this.rangesOf(output, index);
    if (this.isProven(index)) {
      this.invent(owned);
      this.kept.copy(this.arena, whole.start, whole.start, whole.end);
      return;
    }
    let first: Buffer[] | undefined;
    for (const order of this.orders) {
      const how = `${order.name}, ${order.threads} of ${this.plan.target.threads} threads`;
      this.kept.copy(this.arena, whole.start, whole.start, whole.end);
      this.poison(this.scratch, this.arena);
      this.work(index, order);
      this.nothingElseMayChange(owned, `${name}, ${how}`);
      const results = owned.map(({ start, end }) => this.arena.subarray(start, end));
      if (first === undefined) first = results.map((bytes) => Buffer.from(bytes));
      else {
        for (const [i, bytes] of results.entries()) {
          if (Buffer.compare(bytes, first[i]!) !== 0)
            throw new OrderError(`${name} gives something else ${how}, ${whereApart(bytes, first[i]!)}.`);
        }
      }
    }
    for (const [i, { start }] of owned.entries()) first![i]!.copy(this.kept, start);
  }

  /** Whether a step of the same work over tensors of the same layout has been through it; none where values count. */
  private isProven(index: number): boolean {
    if (!this.proven) return false;
    const { nodes, filters, inputs, output, ...work } = { filters: undefined, ...this.plan.steps[index]! };
    const places = [output, ...inputs].map((id) => {
      const { dims, layout, halo, blockOffset, storage } = this.plan.tensors[id]!;
      return [
        dims,
        layout,
        halo,
        blockOffset,
        this.plan.storages[storage]!.bytes,
        storage === this.plan.tensors[output]!.storage,
      ];
    });
    const key = JSON.stringify([work, filters?.taps, filters?.phases, places, this.plan.target]);
    const isProven = this.proven.has(key);
    this.proven.add(key);
    return isProven;
  }

  /** Any numbers, as if a step had made them. */
  private invent(ranges: readonly Range[]): void {
    for (const { start, end } of ranges) {
      const numbers = new Float32Array(this.kept.buffer, this.kept.byteOffset + start, (end - start) >> 2);
      fillWithNumbers(numbers, this.next);
    }
  }

  private work(index: number, order: Order): void {
    const { kernels } = this.bench;
    const step = this.loaded.program + at.PROGRAM_STEPS + index * at.STEP_BYTES;
    const word = (offset: number): number => this.heap.words(step + offset, 1)[0]!;
    const { offset, perThread } = this.plan.scratch;
    for (let phase = 0; phase < word(at.S_PHASES); phase++) {
      const units = word(at.S_UNITS + phase * 4);
      const clears = phase === 0 && word(at.S_CLEARS) !== 0;
      for (const draw of order.arrange(drawsOf(units, clears, order.threads), this.next)) {
        const start = offset + draw.thread * perThread;
        this.poison({ start, end: start + perThread }, this.arena);
        if (draw.kind === 'unit') kernels.work(step, phase, draw.unit, draw.thread);
        else kernels.clearHalo(step, draw.range, draw.ranges);
      }
    }
  }

  /** Copied, which goes much quicker in shared memory than to fill it. */
  private poison({ start, end }: Range, bytes: Buffer): void {
    for (let at = start; at < end; at += POISONED.length) POISONED.copy(bytes, at, 0, end - at);
  }

  /** The bytes of the arena that are a tensor's own: of a piece of a larger one, its blocks of each image. */
  private rangesOf(tensor: PlanTensor, index: number): Range[] {
    const { offset, bytes } = this.plan.storages[tensor.storage]!;
    if (tensor.layout !== 'blocked') return [{ start: offset, end: offset + bytes }];
    const words = this.heap.words(
      this.loaded.program + at.PROGRAM_STEPS + index * at.STEP_BYTES + at.S_OUT,
      12,
    );
    const block = words[at.M_BLOCK / 4]!;
    const { batch } = tensor.view;
    return Array.from({ length: batch }, (_, n) => {
      const start = offset + (n * bytes) / batch + tensor.blockOffset * block;
      return { start, end: start + words[at.M_BLOCKS / 4]! * block };
    });
  }

  private nothingElseMayChange(owned: readonly Range[], how: string): void {
    let from = 0;
    const arenaEnd = { start: this.arena.length, end: this.arena.length };
    for (const { start, end } of [...owned, this.scratch, arenaEnd].sort((a, b) => a.start - b.start)) {
      const [now, before] = [this.arena.subarray(from, start), this.kept.subarray(from, start)];
      if (start > from && Buffer.compare(now, before) !== 0)
        throw new OrderError(`${how}: writes outside of its output, ${whereApart(now, before, from)}.`);
      from = Math.max(from, end);
    }
  }

  /** Whoever reads a tensor may read all its lanes and its halo. */
  mustBeWritten(id: number, reader: string): void {
    const tensor = this.plan.tensors[id]!;
    const { offset, bytes } = this.plan.storages[tensor.storage]!;
    const { view, halo, layout } = tensor;
    const own = stridesOf(layout, view, halo);
    const words = new Int32Array(this.kept.buffer, this.kept.byteOffset + offset, bytes >> 2);
    const look = (start: number, length: number): void => {
      for (let i = start >> 2; i < (start + length) >> 2; i++) {
        if (isPoison(words[i]!))
          throw new OrderError(
            `${reader} reads what nobody wrote: byte ${i * 4} of tensor ${id}, ${layout}.`,
          );
      }
    };
    if (layout !== 'blocked') {
      look(0, own.total);
      return;
    }
    const rows = (halo.top + view.height + halo.bottom) * own.row;
    const blocks = Math.ceil(view.channels / 8);
    for (let n = 0; n < view.batch; n++) {
      for (let block = 0; block < blocks; block++)
        look((n * bytes) / view.batch + (tensor.blockOffset + block) * own.block, rows);
    }
  }
}

/** What threads draw in one phase, range by range, as `run` shares it out. */
function drawsOf(units: number, clears: boolean, threads: number): Draw[][] {
  const ranges = Math.min(threads, at.RANGES);
  return Array.from({ length: ranges }, (_, range) => {
    const start = Math.floor((units * range) / ranges);
    const end = Math.floor((units * (range + 1)) / ranges);
    const draws: Draw[] = [];
    for (let unit = start; unit < end; unit++) draws.push({ kind: 'unit', unit, thread: range });
    if (clears) draws.push({ kind: 'halo', range, ranges, thread: range });
    return draws;
  });
}

function whereApart(bytes: Buffer, others: Buffer, offset = 0): string {
  let first = -1;
  let count = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === others[i]) continue;
    if (first < 0) first = i;
    count++;
  }
  return `${count} bytes from ${offset + first} on`;
}
