import { elementCount, sameDims } from '../base/dims.ts';
import type { Design } from '../graph/design.ts';
import { bytesOf } from '../graph/number-types.ts';
import { type PaperSharing, paperSharing, type SharingConvention } from '../graph/quantities.ts';
import { layerOf } from '../layers/index.ts';
import type { Leaf } from './leaves.ts';
import { samplesOf } from './totals.ts';

/** How a peak of memory is counted: what shares its place with what. */
export const memoryConventions = {
  plain: {
    title: 'Nothing in place',
    doc: 'Every layer writes a tensor of its own; a tensor lives from the layer that writes it to the last that reads it.',
  },
  inPlace: {
    title: 'Activations and sums in place',
    doc: 'What works element by element, normalisations among it, writes over an input that nothing reads later, as the authors of MCUNet count.',
  },
  depthwiseInPlace: {
    title: 'Depthwise convolutions in place, too',
    doc: 'The same, and a depthwise convolution writes over what it reads, channel by channel (Lin et al. 2020, section 3.2): the one channel that it needs beside is not counted.',
  },
  concatFree: {
    title: 'Concatenation without a copy',
    doc: 'Activations and sums in place, and what is concatenated is written at its place in the whole from the start.',
  },
  greedyArena: {
    title: "TFLite Micro's greedy arena",
    doc: 'Normalisations and activations belong to the layer before them; every other tensor gets the first gap that is free while it lives, larger tensors first, at multiples of 16 bytes.',
  },
  engineArena: {
    title: "This engine's arena, one thread",
    doc: 'What a run of this engine on one thread allocates for activations: every tensor that a step of its plan reads or writes, and what its algorithms need beside, each in the first gap that is free while it lives. What is fused with the step before it has no tensor. In float32.',
  },
} as const satisfies Readonly<
  Record<'plain' | SharingConvention, { readonly title: string; readonly doc: string }>
>;

export type MemoryConvention = keyof typeof memoryConventions;

export const memoryConventionNames = Object.keys(memoryConventions) as readonly MemoryConvention[];

/** Those that are counted of the layers alone: nothing has to be planned. */
export type PaperConvention = 'plain' | PaperSharing;
export const paperConventions: readonly PaperConvention[] = ['plain', ...paperSharing];

/** A place in memory, for all tensors that share it, from the step at which it is written first to the last that reads it. */
export interface Lifetime {
  /** The layers that write it, in order; none of what algorithms work in. */
  readonly layers: readonly string[];
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
  /** Where it lies in an arena. */
  readonly offsetBytes?: number;
}

export interface MemoryCount {
  readonly convention: MemoryConvention;
  readonly peakBytes: number;
  /** The layer that runs at the peak. */
  readonly at: string | undefined;
  /** What is alive then. */
  readonly alive: readonly Lifetime[];
  readonly lifetimes: readonly Lifetime[];
  /** How many run one after another: what lifetimes are told by. */
  readonly steps: number;
}

/** The peak of activation memory of a batch under a convention, and which tensors are alive there. */
export function countMemory(
  leaves: readonly Leaf[],
  { numbers, batch }: Pick<Design, 'numbers' | 'batch'>,
  convention: PaperConvention,
): MemoryCount {
  const samples = samplesOf(leaves, batch);
  const elementBytes = bytesOf(numbers.activations);
  const steps = leaves.map(
    (leaf, step): MemoryStep => ({
      bytes: elementsOf(leaf) * samples[step]! * elementBytes,
      sources: leaf.inputs.flatMap((source) => (source ? [source.step] : [])),
      over: convention === 'plain' ? {} : { [convention]: overwritable(leaves, leaf, convention) },
      ...partOfMemory(leaf),
    }),
  );
  const named = lifetimesOf(steps, convention).map((place) => ({
    ...place,
    layers: place.layers.map((step) => leaves[step]!.facts.id),
  }));
  const placed = convention === 'greedyArena' ? greedilyPlaced(named) : named;
  const { step, bytes } = peakOf(named, leaves.length);
  return {
    convention,
    peakBytes: convention === 'greedyArena' ? endOf(placed) : bytes,
    at: leaves[step]?.facts.id,
    alive: placed.filter(({ first, last }) => first <= step && step <= last),
    lifetimes: placed,
    steps: leaves.length,
  };
}

/** A layer as its memory is counted. Layers before it are named by their places in the order. */
export interface MemoryStep extends PartOfMemory {
  /** Of all its outputs. */
  readonly bytes: number;
  readonly sources: readonly number[];
  /** What it may write over once nothing else reads it, first choice first, as far as that hangs on it alone. */
  readonly over: Readonly<Partial<Record<PaperSharing, readonly number[]>>>;
}

/** What counts of a layer, whatever stands before it. */
export interface PartOfMemory {
  /** Whether others may write over what it gives, or have it as a part of theirs: one tensor, and not the network's input. */
  readonly isWritable: boolean;
  /** The axis, from the front, along which what it reads may lie in what it gives from the start. */
  readonly joinsAlong: number | undefined;
  /** Whether what it reads is a result of the network, and lives to the end. */
  readonly isResult: boolean;
  /** Whether there are as many of it as the batch has samples, of its own and not for what it reads. */
  readonly isSample: boolean;
}

export function partOfMemory(leaf: Leaf): PartOfMemory {
  const { kind, facts } = leaf;
  return {
    isWritable: isWritable(leaf),
    joinsAlong: kind === 'concat' ? axisOfJoin(leaf) : undefined,
    isResult: kind === 'output',
    isSample: kind === 'input' && facts.node.params.batched === true,
  };
}

function axisOfJoin({ facts, outputDims = [] }: Leaf): number {
  const axis = Number(facts.node.params.axis);
  return axis < 0 ? axis + (outputDims[0]?.length ?? 0) : axis;
}

/** Elements of all outputs of a leaf. */
export function elementsOf({ outputDims = [] }: Leaf): number {
  return outputDims.reduce((sum, dims) => sum + elementCount(dims), 0);
}

/** A peak, and what it cannot be below: what is alive at once, wherever it lies. */
export interface PeakOfSteps {
  readonly peakBytes: number;
  readonly leastBytes: number;
}

/** The peak of layers that run in this order. */
export function peakOfSteps(steps: readonly MemoryStep[], convention: PaperConvention): PeakOfSteps {
  const lifetimes = lifetimesOf(steps, convention);
  if (convention !== 'greedyArena') {
    const peakBytes = peakOf(lifetimes, steps.length).bytes;
    return { peakBytes, leastBytes: peakBytes };
  }
  const placed = greedilyPlaced(lifetimes);
  return { peakBytes: endOf(placed), leastBytes: peakOf(placed, steps.length).bytes };
}

function endOf(placed: readonly Omit<Lifetime, 'layers'>[]): number {
  return placed.reduce((end, { offsetBytes = 0, bytes }) => Math.max(end, offsetBytes + bytes), 0);
}

/** The step at which most bytes are alive. */
export function peakOf(
  lifetimes: readonly Omit<Lifetime, 'layers'>[],
  steps: number,
): { readonly step: number; readonly bytes: number } {
  const change = new Float64Array(steps + 2);
  for (const { first, last, bytes } of lifetimes) {
    change[first]! += bytes;
    change[Math.min(last, steps) + 1]! -= bytes;
  }
  let [live, bytes, peak] = [0, 0, 0];
  for (let step = 0; step < steps; step++) {
    live += change[step]!;
    if (live > bytes) [bytes, peak] = [live, step];
  }
  return { step: peak, bytes };
}

/** A place in memory with the steps that write it, in order. */
interface Place extends Omit<Lifetime, 'layers'> {
  readonly layers: readonly number[];
}

interface Open {
  /** The place that it has become a part of. */
  into?: Open;
  readonly layers: number[];
  bytes: number;
  first: number;
  last: number;
}

function lifetimesOf(steps: readonly MemoryStep[], convention: PaperConvention): readonly Place[] {
  const lastUse = lastUses(steps);
  const places: Open[] = [];
  const placeOf: Open[] = [];
  for (const [step, { bytes, sources, joinsAlong }] of steps.entries()) {
    const over = convention === 'plain' ? undefined : overwritten(steps, step, convention, placeOf);
    // Of a whole that it writes over a part of, no more than that part stays: all of it is there until this step is done.
    const isOverPart = over !== undefined && over.bytes !== bytes;
    const first = isOverPart ? step + 1 : step;
    const place: Open = over && !isOverPart ? over : { layers: [], bytes, first, last: first };
    if (place !== over) places.push(place);
    place.layers.push(step);
    place.last = Math.max(place.last, lastUse[step]!);
    placeOf.push(place);
    if (joinsAlong === undefined || convention !== 'concatFree') continue;
    for (const source of sources) {
      const part = rootOf(placeOf[source]!);
      // What is only a piece of what its layer gives is copied, and so is a part of a whole that cannot lie in this one.
      if (part === place || !steps[source]!.isWritable) continue;
      if (part.bytes !== steps[source]!.bytes && !isPart(steps[part.layers[0]!]!, steps[step]!)) continue;
      place.first = Math.min(place.first, part.first);
      place.last = Math.max(place.last, part.last);
      for (const layer of part.layers) place.layers.push(layer);
      part.into = place;
    }
  }
  return places.filter(({ bytes, into }) => bytes > 0 && into === undefined);
}

/** Whether one whole lies in another as it is: joined along the same axis, of some of its parts one after another. */
function isPart(some: MemoryStep, whole: MemoryStep): boolean {
  const [parts, all] = [some.sources, whole.sources];
  if (some.joinsAlong !== whole.joinsAlong) return false;
  return all.some((_, start) => parts.every((each, i) => all[start + i] === each));
}

function rootOf(place: Open): Open {
  let root = place;
  while (root.into) root = root.into;
  return root;
}

/** The last step that reads what each layer gives; behind the last one for a result of the network. */
function lastUses(steps: readonly MemoryStep[]): readonly number[] {
  const lastUse = steps.map((_, step) => step);
  for (const [step, { sources, isResult }] of steps.entries()) {
    const use = isResult ? steps.length : step;
    for (const source of sources) lastUse[source] = Math.max(lastUse[source]!, use);
  }
  return lastUse;
}

/** The place of an input that a layer may write over: of the size of its output, and read by nothing after it. */
function overwritten(
  steps: readonly MemoryStep[],
  step: number,
  convention: PaperSharing,
  placeOf: readonly Open[],
): Open | undefined {
  for (const source of steps[step]!.over[convention] ?? []) {
    if (!steps[source]!.isWritable) continue;
    const place = rootOf(placeOf[source]!);
    // A place lives as long as anything that lies in it is read.
    if (place.last <= step) return place;
  }
  return undefined;
}

/** The layers before one that it may write over the output of, once nothing else reads it. */
export function overwritable(
  leaves: readonly Leaf[],
  leaf: Leaf,
  convention: PaperSharing = 'inPlace',
): readonly number[] {
  return overwritablePorts(leaf, convention).flatMap((port) => {
    const source = leaf.inputs[port];
    return source && isWritable(leaves[source.step]!) ? [source.step] : [];
  });
}

/** The inputs of a layer, by their places, that are as large as what it gives and that it may write that over. */
export function overwritablePorts(leaf: Leaf, convention: PaperSharing): readonly number[] {
  const { kind, facts, inputs, outputDims } = leaf;
  const layer = layerOf(kind);
  const out = outputDims?.[0];
  if (out === undefined || outputDims?.length !== 1) return [];
  const joins = layer.group === 'merge' || layer.group === 'math';
  const isElementwise = layer.group === 'activation' || layer.group === 'normalisation' || joins;
  const isDepthwise = convention === 'depthwiseInPlace' && worksByChannel(leaf);
  if (!isElementwise && !isDepthwise && layer.traits(facts.node.params).identity !== true) return [];
  // A converter folds what follows one layer into it; a sum stays a layer of its own.
  if (convention === 'greedyArena' && joins) return [];
  return inputs.flatMap((_, port) => {
    // Where it is known what comes out, so is what comes in.
    const dims = facts.inputs[port]!;
    return sameDims(dims, out) || (isDepthwise && elementCount(out) <= elementCount(dims)) ? [port] : [];
  });
}

/** Whether what reads a layer's output may write over it: one tensor, and not the network's input. */
const isWritable = ({ kind, outputDims }: Leaf): boolean => kind !== 'input' && outputDims?.length === 1;

/** One filter over each channel, of which as many come out. */
function worksByChannel({ kind, facts, outputDims }: Leaf): boolean {
  const channels = facts.inputs[0]?.[1];
  const { groups } = facts.node.params;
  return (
    layerOf(kind).group === 'convolution' &&
    groups === channels &&
    outputDims?.[0]?.[1] === channels &&
    channels !== 1
  );
}

const ALIGNMENT = 16;

/** First gap that is free while a tensor lives, larger ones first. Source: TensorFlow Lite Micro, GreedyMemoryPlanner. */
function greedilyPlaced<Each extends Omit<Lifetime, 'layers'>>(lifetimes: readonly Each[]): readonly Each[] {
  const aligned = lifetimes.map((each) => ({
    ...each,
    bytes: Math.ceil(each.bytes / ALIGNMENT) * ALIGNMENT,
  }));
  const placed: (Each & { readonly offsetBytes: number })[] = [];
  // They come in the order in which they begin to live: among equal ones, sorting keeps to it.
  for (const each of aligned.sort((a, b) => b.bytes - a.bytes)) {
    const beside = placed
      .filter(({ first, last }) => first <= each.last && each.first <= last)
      .sort((a, b) => a.offsetBytes - b.offsetBytes);
    let offsetBytes = 0;
    for (const other of beside) {
      if (other.offsetBytes - offsetBytes >= each.bytes) break;
      offsetBytes = Math.max(offsetBytes, other.offsetBytes + other.bytes);
    }
    placed.push({ ...each, offsetBytes });
  }
  return placed.sort((a, b) => a.first - b.first);
}
