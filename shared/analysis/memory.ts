import { elementCount, sameDims } from '../base/dims.ts';
import type { Design } from '../graph/design.ts';
import { bytesOf } from '../graph/number-types.ts';
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
} as const satisfies Readonly<Record<string, { readonly title: string; readonly doc: string }>>;

export type MemoryConvention = keyof typeof memoryConventions;

export const memoryConventionNames = Object.keys(memoryConventions) as readonly MemoryConvention[];

/** A place in memory, for all tensors that share it, from the step at which it is written first to the last that reads it. */
export interface Lifetime {
  /** The layers that write it, in order. */
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
}

/** The peak of activation memory of a batch under a convention, and which tensors are alive there. */
export function countMemory(
  leaves: readonly Leaf[],
  { numbers, batch }: Pick<Design, 'numbers' | 'batch'>,
  convention: MemoryConvention,
): MemoryCount {
  const samples = samplesOf(leaves, batch);
  const elementBytes = bytesOf(numbers.activations);
  const lifetimes = lifetimesOf(
    leaves,
    Array.from(samples, (count) => count * elementBytes),
    convention,
  );
  const placed = convention === 'greedyArena' ? greedilyPlaced(lifetimes) : lifetimes;
  const { step, bytes } = peakOf(lifetimes, leaves.length);
  const arena = placed.reduce((end, { offsetBytes = 0, bytes: own }) => Math.max(end, offsetBytes + own), 0);
  return {
    convention,
    peakBytes: convention === 'greedyArena' ? arena : bytes,
    at: leaves[step]?.facts.id,
    alive: placed.filter(({ first, last }) => first <= step && step <= last),
    lifetimes: placed,
  };
}

/** The step at which most bytes are alive. */
function peakOf(
  lifetimes: readonly Lifetime[],
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

interface Open {
  /** The place that it has become a part of. */
  into?: Open;
  readonly layers: string[];
  bytes: number;
  first: number;
  last: number;
}

function lifetimesOf(
  leaves: readonly Leaf[],
  /** Bytes of an element of each leaf's outputs, for all samples. */
  elementBytes: readonly number[],
  convention: MemoryConvention,
): readonly Lifetime[] {
  const lastUse = lastUses(leaves);
  const places: Open[] = [];
  const placeOf: Open[] = [];
  for (const [step, leaf] of leaves.entries()) {
    const { outputDims = [], facts, inputs } = leaf;
    const bytes = outputDims.reduce((sum, dims) => sum + elementCount(dims), 0) * elementBytes[step]!;
    const over = convention === 'plain' ? undefined : overwritten(leaves, step, convention, placeOf, lastUse);
    const place: Open = over ?? { layers: [], bytes, first: step, last: step };
    if (!over) places.push(place);
    place.layers.push(facts.id);
    place.last = Math.max(place.last, lastUse[step]!);
    placeOf.push(place);
    if (convention !== 'concatFree' || leaf.kind !== 'concat') continue;
    for (const source of inputs) {
      const part = source && rootOf(placeOf[source.step]!);
      // What is a part of another whole, or only a piece of what its layer gives, is copied.
      if (!part || part === place || part.bytes > place.bytes) continue;
      if (leaves[source.step]!.outputDims?.length !== 1 || leaves[source.step]!.kind === 'input') continue;
      place.first = Math.min(place.first, part.first);
      place.last = Math.max(place.last, part.last);
      for (const layer of part.layers) place.layers.push(layer);
      part.into = place;
    }
  }
  return places.filter(({ bytes, into }) => bytes > 0 && into === undefined);
}

function rootOf(place: Open): Open {
  let root = place;
  while (root.into) root = root.into;
  return root;
}

/** The last step that reads what each layer gives; behind the last one for a result of the network. */
function lastUses(leaves: readonly Leaf[]): readonly number[] {
  const lastUse = leaves.map((_, step) => step);
  for (const [step, { inputs, kind }] of leaves.entries()) {
    const use = kind === 'output' ? leaves.length : step;
    for (const source of inputs) if (source) lastUse[source.step] = Math.max(lastUse[source.step]!, use);
  }
  return lastUse;
}

/** The place of an input that a layer may write over: of the size of its output, and read by nothing after it. */
function overwritten(
  leaves: readonly Leaf[],
  step: number,
  convention: Exclude<MemoryConvention, 'plain'>,
  placeOf: readonly Open[],
  lastUse: readonly number[],
): Open | undefined {
  for (const source of overwritable(leaves, leaves[step]!, convention)) {
    if (lastUse[source] !== step) continue;
    const place = rootOf(placeOf[source]!);
    if (place.last <= step) return place;
  }
  return undefined;
}

/** The layers before one that it may write over the output of, once nothing else reads it. */
export function overwritable(
  leaves: readonly Leaf[],
  leaf: Leaf,
  convention: Exclude<MemoryConvention, 'plain'> = 'inPlace',
): readonly number[] {
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
  return inputs.flatMap((source, port) => {
    const dims = facts.inputs[port];
    if (!source || !dims) return [];
    if (!sameDims(dims, out) && !(isDepthwise && elementCount(out) <= elementCount(dims))) return [];
    const from = leaves[source.step]!;
    return from.kind !== 'input' && from.outputDims?.length === 1 ? [source.step] : [];
  });
}

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
function greedilyPlaced(lifetimes: readonly Lifetime[]): readonly Lifetime[] {
  const aligned = lifetimes.map((each) => ({
    ...each,
    bytes: Math.ceil(each.bytes / ALIGNMENT) * ALIGNMENT,
  }));
  const placed: (Lifetime & { readonly offsetBytes: number })[] = [];
  for (const each of aligned.sort((a, b) => b.bytes - a.bytes || a.first - b.first)) {
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
