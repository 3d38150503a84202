import type { Analysis } from '../analysis/facts.ts';
import type { Dims } from '../base/dims.ts';
import { type Loaded, peakUnder } from '../budget/memory.ts';
import type { Design } from '../graph/design.ts';
import { bytesOf, plainNumbers } from '../graph/number-types.ts';
import type { SharingConvention, Unit } from '../graph/quantities.ts';

/** Steering compares designs in float32, whatever type a design is kept in. */
export const BYTES_PER_ELEMENT = bytesOf('float32');

/** One sample in float32: what peaks are told of where nothing else is said. */
export const oneSample: Loaded = { numbers: plainNumbers, batch: 1 };

/** What is counted of a design, whole numbers; but for peaks, of one sample. Every quantity follows from these. */
export interface Measures {
  /** Multiply-adds. */
  readonly macs: number;
  /** Bias, normalisation, activation, pooling and element-wise operations. */
  readonly otherOps: number;
  /** Trained weights. */
  readonly params: number;
  /** Running means and variances. */
  readonly statistics: number;
  /** Over all layers. */
  readonly outputElements: number;
  /** Largest sum of live activations with nothing in place, of the batch and in the numbers that peaks are asked for. */
  readonly peakBytes: number;
  /** Layers with multiply-adds along the longest path. */
  readonly depth: number;
  /** Pixels of the input that the last map sees along its shorter side, before a layer that sees everything. */
  readonly fieldPixels: number;
  /** The longest side of what comes in: what a field must be to see all of it. */
  readonly inputPixels: number;
  /** Of one run on the machine that a timer knows, predicted; there is none without a timer. */
  readonly milliseconds?: number;
  /**
   * Peaks under other conventions, of those that were asked for, likewise. This engine's arena is that of the plan, in float32,
   * but of a variant of a space it is estimated: its analysis is not made until it is an answer.
   */
  readonly peaks?: Readonly<Partial<Record<SharingConvention, number>>>;
  /**
   * Bytes that are alive at once under the convention of an arena, which may be larger: where tensors find a place does not
   * only grow with them, and so this is what says how small an arena can be.
   */
  readonly arenaLeastBytes?: number;
}

/** The peaks that were asked for of a design that is analysed as steering counts it. */
function peaksOf(
  analysis: Analysis,
  conventions: readonly SharingConvention[],
  loaded: Loaded,
): Pick<Measures, 'peaks'> {
  if (conventions.length === 0) return {};
  const peaks = conventions.flatMap((convention) => {
    const bytes = peakUnder(analysis, convention, loaded);
    return bytes === undefined ? [] : [[convention, bytes] as const];
  });
  return { peaks: Object.fromEntries(peaks) };
}

interface QuantityInfo {
  readonly title: string;
  /** As it stands after a number. */
  readonly noun: string;
  readonly unit: Unit;
  /** What a limit without a sign means. */
  readonly usual: 'atMost' | 'atLeast';
  /** Of a peak that is counted only where somebody asks for it. */
  readonly convention?: SharingConvention;
  of(measures: Measures): number;
}

/** Peaks in which something shares its place. */
function peakQuantity<C extends SharingConvention>(convention: C, counted: string) {
  return {
    title: `Peak activation memory, ${counted}`,
    noun: `bytes of peak activation memory, ${counted}`,
    unit: 'bytes',
    usual: 'atMost',
    convention,
    of: ({ peaks }: Measures) => peaks?.[convention] ?? Number.NaN,
  } as const;
}

/** What can be limited, made large, or set against another. Options of the command are derived from this table. */
export const steerQuantityTable = {
  macs: {
    title: 'Multiply-adds',
    noun: 'multiply-adds',
    unit: 'count',
    usual: 'atMost',
    of: ({ macs }) => macs,
  },
  flops: {
    title: 'FLOPs (2 per multiply-add)',
    noun: 'FLOPs',
    unit: 'count',
    usual: 'atMost',
    of: ({ macs }) => 2 * macs,
  },
  ops: {
    title: 'All operations',
    noun: 'operations',
    unit: 'count',
    usual: 'atMost',
    of: ({ macs, otherOps }) => macs + otherOps,
  },
  params: {
    title: 'Parameters',
    noun: 'parameters',
    unit: 'count',
    usual: 'atMost',
    of: ({ params }) => params,
  },
  weights: {
    title: 'Bytes of weights, running statistics among them (float32)',
    noun: 'bytes of weights',
    unit: 'bytes',
    usual: 'atMost',
    of: ({ params, statistics }) => (params + statistics) * BYTES_PER_ELEMENT,
  },
  memory: {
    title: 'Peak activation memory',
    noun: 'bytes of peak activation memory',
    unit: 'bytes',
    usual: 'atMost',
    of: ({ peakBytes }) => peakBytes,
  },
  memoryInPlace: peakQuantity('inPlace', 'activations and sums in place'),
  memoryDepthwise: peakQuantity('depthwiseInPlace', 'activations, sums and depthwise convolutions in place'),
  memoryConcat: peakQuantity('concatFree', 'concatenation without a copy'),
  memoryArena: peakQuantity('greedyArena', "in TFLite Micro's arena"),
  memoryEngine: peakQuantity('engineArena', "in this engine's arena"),
  activations: {
    title: 'Bytes of all activations',
    noun: 'bytes of activations',
    unit: 'bytes',
    usual: 'atMost',
    of: ({ outputElements }) => outputElements * BYTES_PER_ELEMENT,
  },
  training: {
    title: 'Bytes for a training step',
    noun: 'bytes for a training step',
    unit: 'bytes',
    usual: 'atMost',
    of: ({ outputElements, params, statistics }) =>
      (2 * outputElements + 3 * params + statistics) * BYTES_PER_ELEMENT,
  },
  depth: { title: 'Depth', noun: 'layers deep', unit: 'count', usual: 'atMost', of: ({ depth }) => depth },
  field: {
    title: 'Receptive field',
    noun: 'pixels of receptive field',
    unit: 'count',
    usual: 'atLeast',
    of: ({ fieldPixels }) => fieldPixels,
  },
  time: {
    title: 'Predicted milliseconds',
    noun: 'milliseconds',
    unit: 'milliseconds',
    usual: 'atMost',
    of: ({ milliseconds = Number.NaN }) => milliseconds,
  },
} as const satisfies Readonly<Record<string, QuantityInfo>>;

/** What steering can bound or better, by name. */
export type SteerQuantity = keyof typeof steerQuantityTable;

/** Every quantity that steering knows, by name. */
export const steerQuantities = Object.keys(steerQuantityTable) as readonly SteerQuantity[];

const infoOf = (quantity: SteerQuantity): QuantityInfo => steerQuantityTable[quantity];

/** What is counted of a design whoever asks: not its time, which is of a machine, nor its peaks by other conventions. */
export const countedSteerQuantities = steerQuantities.filter(
  (quantity) => quantity !== 'time' && infoOf(quantity).convention === undefined,
);

/** The quantities that these measures have: time only where a timer was asked, other peaks where these were. */
export function quantitiesOf(measures: Measures): readonly SteerQuantity[] {
  return steerQuantities.filter((quantity) => !Number.isNaN(amountOf(measures, quantity)));
}

/** What only a plan of the whole tells: of the variants of a space it is estimated, and wider is not always more. */
export function isPlanned(quantity: SteerQuantity): boolean {
  return quantity === 'time' || infoOf(quantity).convention === 'engineArena';
}

/** The conventions of the peaks among some quantities. */
export function peaksAmong(quantities: readonly SteerQuantity[]): readonly SharingConvention[] {
  return [...new Set(quantities.flatMap((quantity) => infoOf(quantity).convention ?? []))];
}

/** How much a design has of a quantity, in its unit; not a number for a time that nobody predicted. */
export function amountOf(measures: Measures, quantity: SteerQuantity): number {
  return steerQuantityTable[quantity].of(measures);
}

/**
 * The least that a variant can have of a quantity that is no cheaper than these measures, or the most where it is no dearer:
 * the amount itself, but for an arena, in which smaller tensors may lie worse.
 */
export function edgeOf(measures: Measures, quantity: SteerQuantity, edge: 'least' | 'most'): number {
  if (infoOf(quantity).convention !== 'greedyArena') return amountOf(measures, quantity);
  return edge === 'least' ? (measures.arenaLeastBytes ?? 0) : Infinity;
}

/** A design as steering counts it: in float32, one sample. */
export function asCounted(design: Design): Design {
  return { ...design, numbers: plainNumbers, batch: 1 };
}

/** The measures of an analysed design, with the peaks that are asked for, of a batch in some type of number. */
export function measuresOf(
  analysis: Analysis,
  peaks: readonly SharingConvention[] = [],
  loaded: Loaded = oneSample,
): Measures {
  const { totals, facts } = analysis;
  let [fieldPixels, inputPixels] = [0, 0];
  for (const { reach, outputs, node } of facts.values()) {
    const [dims] = Object.values(outputs ?? {});
    const side = reach ? seenAlong(reach.extent, dims) : 0;
    if (Number.isFinite(side)) fieldPixels = Math.max(fieldPixels, side);
    if (node.kind === 'input') inputPixels = Math.max(inputPixels, longestSide(dims));
  }
  const { macs, otherOps, params, statistics, outputElements, depth } = totals;
  const isLoadedSo =
    totals.batch === loaded.batch && totals.numbers.activations === loaded.numbers.activations;
  const peakBytes = isLoadedSo ? totals.peakBytes : peakUnder(analysis, 'plain', loaded)!;
  const counted = {
    macs,
    otherOps,
    params,
    statistics,
    outputElements,
    peakBytes,
    depth,
    fieldPixels,
    inputPixels,
  };
  return { ...counted, ...peaksOf(analysis, peaks, loaded) };
}

/** Of what a map of these extents sees of the input, the shorter side; of a sequence, its length. */
export function seenAlong([rows, columns]: readonly [number, number], dims: Dims | undefined): number {
  return dims?.length === 3 ? columns : Math.min(rows, columns);
}

/** Of an input with a batch and channels in front, the longest side. */
export function longestSide(dims: Dims = []): number {
  return dims.slice(2).reduce((most, side) => Math.max(most, side), 0);
}

/** A limit as it is asked for: absolute bounds, or a share of what the baseline has. */
export interface SteerLimit {
  readonly quantity: SteerQuantity;
  /** In the unit of the quantity. */
  readonly atMost?: number;
  /** In the unit of the quantity. */
  readonly atLeast?: number;
  /** At most so many percent more than the baseline. */
  readonly increase?: number;
  /** At most so many percent more or less than the baseline. */
  readonly within?: number;
  /** Of the receptive field: at least all of the input, which may be turned as well. */
  readonly coversInput?: true;
}

/** The same with its bounds worked out. */
export interface Bounds {
  readonly quantity: SteerQuantity;
  readonly min: number;
  readonly max: number;
  /** At least as many as the input has pixels along its longest side, too. */
  readonly coversInput?: true;
}

/** The least that a design may have within bounds. */
export function leastWithin({ min, coversInput }: Bounds, { inputPixels }: Measures): number {
  return coversInput ? Math.max(min, inputPixels) : min;
}

/** Whether there is something that a design must have at least. */
export const hasLeast = ({ min, coversInput }: Bounds): boolean => min > 0 || coversInput === true;

export function boundsOf(limit: SteerLimit, baseline: Measures): Bounds {
  const { quantity, atMost = Infinity, atLeast = 0, increase, within, coversInput } = limit;
  const base = amountOf(baseline, quantity);
  const share = within ?? increase;
  return {
    quantity,
    min: within === undefined ? atLeast : Math.max(atLeast, base * (1 - within / 100)),
    max: share === undefined ? atMost : Math.min(atMost, base * (1 + share / 100)),
    ...(coversInput ? { coversInput } : {}),
  };
}

/** How far measures miss bounds, as the largest logarithm of a ratio: 0 where all are kept. */
export function missOf(
  measures: Measures,
  limits: readonly Bounds[],
  of: (measures: Measures, quantity: SteerQuantity) => number = amountOf,
): number {
  let miss = 0;
  for (const limit of limits) {
    const { quantity, max } = limit;
    const amount = of(measures, quantity);
    const min = leastWithin(limit, measures);
    // So that none may be asked for, and what is fewest by one is a little off and not endlessly.
    const least = steerQuantityTable[quantity].unit === 'milliseconds' ? 1e-6 : 1;
    if (amount > max) miss = Math.max(miss, Math.log((amount + least) / (max + least)));
    else if (amount < min) miss = Math.max(miss, Math.log((min + least) / (amount + least)));
  }
  return miss;
}
