import { type FlatNetwork, type FlatStep, weightHolders, weightsIdOf } from '../../analysis/flatten.ts';
import { type Dims, elementCount, sameDims } from '../../base/dims.ts';
import { type FloatTensor, Tensor } from '../../base/tensor.ts';
import { definitionOf } from '../../blocks/index.ts';
import { traitsOf } from '../../layers/index.ts';
import { namesWithRole } from '../../schema/params.ts';
import type { LazyWeights, WeightTensors } from './store.ts';

/** Channels that are kept or left out together: those of one layer, and of all that are added to them. */
interface Space {
  /** How many there are in the network. */
  readonly size: number;
  /** The holders of the weights that make them. */
  readonly makers: Set<string>;
  /** Some may not be left out: groups and inputs go by their number. */
  isRigid: boolean;
  into: Space | undefined;
}

/** A run of channels, each of so many numbers: what is flattened has a number per place. */
interface Part {
  readonly space: Space;
  readonly inner: number;
}
type Parts = readonly Part[];

/** A layer whose weights are wider than the network: from where its axes come. */
interface Slicing {
  readonly id: string;
  readonly names: readonly string[];
  readonly out: Parts;
  readonly into: Parts | undefined;
}

/** How the weights of a wider network can be those of this one. */
export interface Narrowing {
  readonly slicings: readonly Slicing[];
  /** Channels that were there, of the spaces that have fewer now. */
  readonly full: ReadonlyMap<Space, number>;
}

/** The layers whose weights fit once channels are left out, as far as shapes tell. */
export function narrowingOf(network: FlatNetwork, weights: LazyWeights): Narrowing {
  const { outputs, inputs } = partsOf(network);
  const full = fullSizes(network, outputs, weights);
  const slicings = weightHolders(network).flatMap(({ id, step }): Slicing[] => {
    const given = Object.hasOwn(weights, id) ? weights[id]! : undefined;
    const index = network.steps.indexOf(step);
    const out = outputs[index];
    if (!given || !out || step.weights.every(({ name, dims }) => sameDims(given[name]?.dims ?? [], dims)))
      return [];
    const into = isMixing(step) ? inputs(index) : undefined;
    const slicing = { id, names: step.weights.map(({ name }) => name), out, into };
    const fits = step.weights.every(({ name, dims }) => {
      const there = given[name]?.dims;
      return there !== undefined && sameDims(there, wanted(dims, slicing, full));
    });
    return fits ? [slicing] : [];
  });
  return { slicings, full };
}

/** The weights of the layers that can be narrowed: of each channel that must go, those with the smallest norm went. */
export async function narrowed({ slicings, full }: Narrowing, weights: LazyWeights): Promise<WeightTensors> {
  const kept = new Map<Space, Int32Array>();
  const keptOf = async (space: Space): Promise<Int32Array> => {
    const known = kept.get(space);
    if (known) return known;
    const made = strongest(await normsOf(space, full.get(space) ?? space.size, weights), space.size);
    kept.set(space, made);
    return made;
  };
  const store: Record<string, Record<string, FloatTensor>> = {};
  for (const { id, names, out, into } of slicings) {
    const rows = await indicesOf(out, full, keptOf);
    const columns = into && (await indicesOf(into, full, keptOf));
    const own: Record<string, FloatTensor> = {};
    for (const name of names) own[name] = gathered(await weights[id]![name]!.load(), rows, columns);
    store[id] = own;
  }
  return store;
}

/** A product over all channels with its own weights, first axis what comes out, second what goes in. */
function isMixing({ kind, params, weights, outputDims, inputDims }: FlatStep): boolean {
  if (traitsOf({ kind, params }).mixesChannels !== true) return false;
  const [main] = weights;
  return main !== undefined && main.dims[0] === outputDims[0]?.[1] && main.dims[1] === inputDims[0]?.[1];
}

/** As many groups as channels: each channel by itself. */
function isDepthwise({ kind, params, outputDims, inputDims }: FlatStep): boolean {
  const [name] = namesWithRole(definitionOf(kind).params, 'groups');
  const channels = outputDims[0]?.[1];
  return name !== undefined && params[name] === channels && inputDims[0]?.[1] === channels;
}

/** Families whose layers leave each channel where it is. */
const inPlace: ReadonlySet<string> = new Set(['activation', 'pooling', 'normalisation']);

function partsOf({ steps }: FlatNetwork): {
  readonly outputs: readonly (Parts | undefined)[];
  readonly inputs: (index: number) => Parts | undefined;
} {
  const outputs: (Parts | undefined)[] = [];
  const feeding = (step: FlatStep): readonly (Parts | undefined)[] =>
    step.inputs.map((source) => (source.output === 0 ? outputs[source.step] : undefined));
  for (const step of steps) outputs.push(outputOf(step, feeding(step)));
  return { outputs, inputs: (index) => feeding(steps[index]!)[0] };
}

function outputOf(step: FlatStep, sources: readonly (Parts | undefined)[]): Parts | undefined {
  const [dims, ...more] = step.outputDims;
  const channels = dims?.[1];
  if (channels === undefined || more.length > 0) return undefined;
  const { group } = definitionOf(step.kind);
  const made = (isRigid: boolean): Parts => [
    {
      space: {
        size: channels,
        makers: new Set(isRigid ? [] : [weightsIdOf(step)]),
        isRigid,
        into: undefined,
      },
      inner: 1,
    },
  ];
  if (sources.length === 0) return made(true);
  if (isMixing(step)) return made(false);
  const [first] = sources;
  const passes = isDepthwise(step) || inPlace.has(group) || traitsOf(step).identity === true;
  if (passes && sources.length === 1 && step.inputDims[0]?.[1] === channels) {
    if (isDepthwise(step)) for (const { space } of first ?? []) root(space).makers.add(weightsIdOf(step));
    return first;
  }
  if (group === 'merge') return mergedOf(step, sources, channels);
  const isFlattened = group === 'shape' && dims?.length === 2 && sources.length === 1;
  if (isFlattened && first && elementCount(step.inputDims[0]!) === elementCount(dims!)) {
    const inner = elementCount(step.inputDims[0]!.slice(2));
    return first.map(({ space, inner: before }) => ({ space, inner: before * inner }));
  }
  return undefined;
}

/** Sums tie channels together; what is put behind each other stays apart. */
function mergedOf(
  step: FlatStep,
  sources: readonly (Parts | undefined)[],
  channels: number,
): Parts | undefined {
  if (sources.includes(undefined)) return undefined;
  const known = sources as readonly Parts[];
  const counts = step.inputDims.map((dims) => dims[1]);
  if (counts.every((count) => count === channels)) {
    const [first, ...others] = known;
    for (const other of others) {
      const alike =
        other.length === first!.length &&
        other.every(
          ({ inner, space }, i) => inner === first![i]!.inner && space.size === first![i]!.space.size,
        );
      if (!alike) return undefined;
      for (const [i, { space }] of other.entries()) join(first![i]!.space, space);
    }
    return first;
  }
  const sum = counts.reduce<number>((total, count) => total + (count ?? 0), 0);
  return sum === channels ? known.flat() : undefined;
}

function root(space: Space): Space {
  let at = space;
  while (at.into) at = at.into;
  return at;
}

function join(a: Space, b: Space): void {
  const [one, other] = [root(a), root(b)];
  if (one === other) return;
  other.into = one;
  for (const maker of other.makers) one.makers.add(maker);
  one.isRigid ||= other.isRigid;
}

/** How many channels there were of each space, where all that make it agree. */
function fullSizes(
  network: FlatNetwork,
  outputs: readonly (Parts | undefined)[],
  weights: LazyWeights,
): ReadonlyMap<Space, number> {
  const mains = new Map(weightHolders(network).map(({ id, step }) => [id, step.weights[0]?.name]));
  const full = new Map<Space, number>();
  for (const { space } of outputs.flatMap((parts) => parts ?? [])) {
    const own = root(space);
    if (own.isRigid || full.has(own)) continue;
    const counts = [...own.makers].map((id) => weights[id]?.[mains.get(id) ?? '']?.dims[0]);
    const [count] = counts;
    if (count !== undefined && count > own.size && counts.every((each) => each === count))
      full.set(own, count);
  }
  return full;
}

const fullOf = (parts: Parts, full: ReadonlyMap<Space, number>): number =>
  parts.reduce((sum, { space, inner }) => sum + inner * (full.get(root(space)) ?? space.size), 0);

/** The shape that a weight had in the wider network. */
function wanted(
  dims: Dims,
  { out, into }: Pick<Slicing, 'out' | 'into'>,
  full: ReadonlyMap<Space, number>,
): Dims {
  return dims.map((extent, axis) => {
    if (axis === 0) return fullOf(out, full);
    return axis === 1 && into ? fullOf(into, full) : extent;
  });
}

/** Of each channel, the sum of the absolute weights of all that make it. */
async function normsOf(space: Space, count: number, weights: LazyWeights): Promise<Float64Array> {
  const norms = new Float64Array(count);
  for (const id of space.makers) {
    const [main] = Object.values(weights[id] ?? {});
    if (!main || main.dims[0] !== count) continue;
    const { data } = await main.load();
    const each = data.length / count;
    for (let i = 0; i < data.length; i++) norms[Math.floor(i / each)]! += Math.abs(data[i]!);
  }
  return norms;
}

/** The places of the largest, in their order. */
function strongest(norms: Float64Array, count: number): Int32Array {
  const places = Array.from(norms, (_, place) => place);
  const best = places.sort((a, b) => norms[b]! - norms[a]! || a - b).slice(0, count);
  return Int32Array.from(best.sort((a, b) => a - b));
}

async function indicesOf(
  parts: Parts,
  full: ReadonlyMap<Space, number>,
  keptOf: (space: Space) => Promise<Int32Array>,
): Promise<Int32Array> {
  const indices: number[] = [];
  let start = 0;
  for (const { space, inner } of parts) {
    const own = root(space);
    const count = full.get(own) ?? own.size;
    const kept = full.has(own) ? await keptOf(own) : Int32Array.from({ length: count }, (_, place) => place);
    for (const channel of kept) for (let i = 0; i < inner; i++) indices.push(start + channel * inner + i);
    start += count * inner;
  }
  return Int32Array.from(indices);
}

/** These rows of a tensor, and these columns where they are told. */
function gathered(
  { data, dims }: FloatTensor,
  rows: Int32Array,
  columns: Int32Array | undefined,
): FloatTensor {
  const [, across = 1, ...rest] = dims;
  const isWide = columns !== undefined && dims.length > 1;
  const inner = elementCount(rest) * (isWide ? 1 : across);
  const count = isWide ? columns.length : 1;
  const shape = dims.map((extent, axis) =>
    axis === 0 ? rows.length : axis === 1 && isWide ? count : extent,
  );
  const out = Tensor.zeros(shape);
  const perRow = elementCount(dims.slice(1));
  for (const [r, row] of rows.entries())
    for (let c = 0; c < count; c++) {
      const from = row * perRow + (isWide ? columns[c]! * inner : 0);
      out.data.set(data.subarray(from, from + inner), (r * count + c) * inner);
    }
  return out;
}
