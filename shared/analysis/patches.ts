import type { Dims } from '../base/dims.ts';
import { elementCount } from '../base/dims.ts';
import type { Design } from '../graph/design.ts';
import { bytesOf } from '../graph/number-types.ts';
import type { Reach } from '../layers/define.ts';
import { layerOf } from '../layers/index.ts';
import type { Leaf } from './leaves.ts';
import { countMemory, type PaperConvention } from './memory.ts';

/**
 * The first layers computed patch by patch: each patch of the last of them's output from what of the input it sees, so that
 * between them no map is ever whole. Source: Lin et al. 2021, "MCUNetV2: memory-efficient patch-based inference".
 */
export interface PatchPlan {
  /** So many patches along each side. */
  readonly perSide: number;
  /** The last layer that is computed by patches: its output is put together from them. */
  readonly upTo: string;
  /** Rows and columns of the input that the largest patch sees. */
  readonly seen: readonly [number, number];
  /** With the whole input and the whole output of the last such layer there while patches are computed. */
  readonly peakBytes: number;
  /** Multiply-adds of the whole network, what neighbouring patches both compute counted twice. */
  readonly macs: number;
}

export interface PatchPlans {
  /** Layer by layer. */
  readonly whole: { readonly peakBytes: number; readonly macs: number };
  /** From few patches to many: those that save more than fewer do, and at most double the multiply-adds. */
  readonly plans: readonly PatchPlan[];
}

const MOST_PER_SIDE = 8;
/** What costs more than so many times as much is no way to run a network. */
const MOST_TIMES = 2;

/** Positions along one axis, the first and the last of them. */
type Span = readonly [first: number, last: number];

/** What patches of the first layers save of the peak of one batch, and what their overlaps cost. */
export function planPatches(
  leaves: readonly Leaf[],
  design: Pick<Design, 'numbers' | 'batch'>,
  convention: PaperConvention,
): PatchPlans {
  const macs = leaves.reduce((sum, { facts }) => sum + (facts.cost?.macs.value ?? 0), 0);
  const whole = { peakBytes: countMemory(leaves, design, convention).peakBytes, macs };
  const stages = stagesOf(leaves, { design, convention });
  const plans: PatchPlan[] = [];
  let least = whole.peakBytes;
  for (let perSide = 2; perSide <= MOST_PER_SIDE; perSide++) {
    let best: PatchPlan | undefined;
    for (const stage of stages) {
      const most = best?.peakBytes ?? least;
      if (Math.max(stage.restBytes, stage.keptBytes) >= most) continue;
      const plan = planOf(stage, perSide, macs, { design, convention });
      if (plan && plan.peakBytes < most) best = plan;
    }
    if (!best) continue;
    plans.push(best);
    least = best.peakBytes;
  }
  return { whole, plans };
}

/** The layers up to one that all before it flows through, from the network's one input on. */
interface PatchStage {
  readonly leaves: readonly Leaf[];
  readonly windows: readonly (Window | undefined)[];
  /** The whole input and the whole output, which are there while patches are computed. */
  readonly keptBytes: number;
  /** The peak of the layers behind. */
  readonly restBytes: number;
}

function stagesOf(leaves: readonly Leaf[], { design, convention }: Counting): readonly PatchStage[] {
  const { places, windows } = cuts(leaves);
  const bytes = (step: number): number =>
    elementCount(leaves[step]!.outputDims![0]!) * bytesOf(design.numbers.activations) * design.batch;
  return places.map((last) => ({
    leaves: leaves.slice(0, last + 1),
    windows,
    keptBytes: bytes(0) + bytes(last),
    restBytes: countMemory(behind(leaves, last), design, convention).peakBytes,
  }));
}

/** A layer and all behind it, as if it were the first. */
function behind(leaves: readonly Leaf[], last: number): readonly Leaf[] {
  return leaves.slice(last).map((leaf, step) => ({
    ...leaf,
    inputs: step === 0 ? [] : leaf.inputs.map((source) => source && { ...source, step: source.step - last }),
  }));
}

interface Counting {
  readonly design: Pick<Design, 'numbers' | 'batch'>;
  readonly convention: PaperConvention;
}

/** The layers that all of what comes before flows through, as far as every layer before looks at a window only. */
function cuts(leaves: readonly Leaf[]): {
  readonly places: readonly number[];
  readonly windows: readonly (Window | undefined)[];
} {
  const lastUse = leaves.map((_, step) => step);
  for (const [step, { inputs }] of leaves.entries())
    for (const source of inputs) if (source) lastUse[source.step] = Math.max(lastUse[source.step]!, step);
  const places: number[] = [];
  const windows: (Window | undefined)[] = [];
  let open = 0;
  for (const [step, leaf] of leaves.entries()) {
    const isInput = leaf.kind === 'input';
    const window = isInput ? undefined : windowOf(leaf);
    // All begins with one input.
    if (isInput ? step > 0 : !window) break;
    windows.push(window);
    // What is read by nothing later than this step, but for the step itself.
    if (step > 1 && open <= step) places.push(step);
    open = Math.max(open, lastUse[step]!);
  }
  return { places, windows };
}

const mapOf = (dims: readonly Dims[] | undefined): Dims | undefined =>
  dims?.length === 1 && dims[0]!.length === 4 ? dims[0] : undefined;

type Window = Extract<Reach, { readonly kind: 'window' }>;
const point: Window = {
  kind: 'window',
  kernel: [1, 1],
  stride: [1, 1],
  dilation: [1, 1],
  before: [0, 0],
};

/** The window that each output position looks at; undefined where it is not known to be one. */
function windowOf({ kind, facts, inputs, outputDims }: Leaf): Window | undefined {
  const out = mapOf(outputDims);
  const dims = facts.inputs;
  if (!out || inputs.length === 0 || inputs.includes(undefined)) return undefined;
  const layer = layerOf(kind);
  const reach = layer.reach({ params: facts.node.params, inputs: dims as readonly Dims[] });
  if (reach.kind === 'window') return reach.stride.every((step) => step >= 1) ? reach : undefined;
  const isByPosition = positional.has(layer.group) || layer.traits(facts.node.params).identity === true;
  const keepsPlaces = dims.every((each) => each![2] === out[2] && each![3] === out[3]);
  return reach.kind === 'pointwise' && isByPosition && keepsPlaces ? point : undefined;
}

/** Groups of layers that never move a number to another place of the map. */
const positional: ReadonlySet<string> = new Set(['activation', 'normalisation', 'merge', 'math']);

function planOf(
  stage: PatchStage,
  perSide: number,
  macs: number,
  { design, convention }: Counting,
): PatchPlan | undefined {
  const { leaves, keptBytes, restBytes } = stage;
  const last = leaves.length - 1;
  const out = mapOf(leaves[last]!.outputDims)!;
  if (Math.min(out[2]!, out[3]!) < perSide) return undefined;
  const rows = lengthsOf(stage, perSide, 0);
  const columns = lengthsOf(stage, perSide, 1);
  const sum = (patches: readonly Lengths[], step: number): number =>
    patches.reduce((total, lengths) => total + lengths[step]!, 0);
  let total = macs;
  for (const [step, leaf] of leaves.entries()) {
    const map = mapOf(leaf.outputDims)!;
    const positions = map[2]! * map[3]!;
    // Each position of a map costs as much as any other.
    total +=
      ((leaf.facts.cost?.macs.value ?? 0) / positions) * (sum(rows, step) * sum(columns, step) - positions);
  }
  if (total > MOST_TIMES * macs) return undefined;
  let patchBytes = 0;
  for (const high of distinct(rows))
    for (const wide of distinct(columns)) {
      const patch = leaves.map((leaf, step) =>
        step === last || step === 0 ? resized(leaf, 0, 0) : resized(leaf, high[step]!, wide[step]!),
      );
      patchBytes = Math.max(patchBytes, countMemory(withInputs(patch), design, convention).peakBytes);
    }
  return {
    perSide,
    upTo: leaves[last]!.facts.id,
    seen: [Math.max(...rows.map((each) => each[0]!)), Math.max(...columns.map((each) => each[0]!))],
    peakBytes: Math.max(keptBytes + patchBytes, restBytes),
    macs: Math.round(total),
  };
}

/** How many rows, or columns, of each layer's output one patch needs. */
type Lengths = readonly number[];

/** By patch along one axis: what each layer has to give for it. */
function lengthsOf({ leaves, windows }: PatchStage, perSide: number, axis: 0 | 1): readonly Lengths[] {
  const last = leaves.length - 1;
  const extent = mapOf(leaves[last]!.outputDims)![2 + axis]!;
  return Array.from({ length: perSide }, (_, patch) => {
    const spans: (Span | undefined)[] = leaves.map(() => undefined);
    spans[last] = [Math.floor((patch * extent) / perSide), Math.floor(((patch + 1) * extent) / perSide) - 1];
    for (let step = last; step > 0; step--) {
      const span = spans[step];
      if (!span) continue;
      const { kernel, stride, dilation, before } = windows[step]!;
      const first = span[0] * stride[axis] - before[axis];
      const end = span[1] * stride[axis] - before[axis] + dilation[axis] * (kernel[axis] - 1);
      for (const source of leaves[step]!.inputs) {
        const size = mapOf(leaves[source!.step]!.outputDims)![2 + axis]!;
        const seen: Span = [Math.max(0, first), Math.min(size - 1, end)];
        const other = spans[source!.step];
        spans[source!.step] = other ? [Math.min(other[0], seen[0]), Math.max(other[1], seen[1])] : seen;
      }
    }
    return spans.map((span) => (span ? Math.max(0, span[1] - span[0] + 1) : 0));
  });
}

/** Patches in the middle are alike. */
function distinct(patches: readonly Lengths[]): readonly Lengths[] {
  return [...new Map(patches.map((lengths) => [lengths.join(), lengths])).values()];
}

function resized(leaf: Leaf, rows: number, columns: number): Leaf {
  const map = mapOf(leaf.outputDims)!;
  return { ...leaf, outputDims: [[map[0]!, map[1]!, rows, columns]] };
}

/** What layers read is as large as what those before them give. */
function withInputs(leaves: readonly Leaf[]): readonly Leaf[] {
  return leaves.map((leaf) => ({
    ...leaf,
    facts: {
      ...leaf.facts,
      inputs: leaf.inputs.map((source) => leaves[source!.step]!.outputDims![source!.output]),
    },
  }));
}
