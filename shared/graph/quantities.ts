/**
 * What a budget can limit. Reader, writer, schema, gauges, rules and the command's options are derived from this table; what
 * a design has of each is in `budget/budget.ts`.
 */
export const quantityTable = {
  macs: { title: 'Multiply-adds', short: 'MACs', noun: 'multiply-adds', unit: 'count' },
  params: { title: 'Parameters', short: 'Params', noun: 'parameters', unit: 'count' },
  /** The peak of activation memory. */
  memory: {
    title: 'Peak activation memory',
    short: 'Peak memory',
    noun: 'bytes of peak activation memory',
    unit: 'bytes',
  },
  /** Of one run as it is predicted for a machine that was measured: of the machine as much as of the design. */
  time: { title: 'Predicted time', short: 'Time', noun: 'milliseconds', unit: 'milliseconds' },
} as const satisfies Readonly<Record<string, QuantityInfo>>;

export type Unit = 'count' | 'bytes' | 'milliseconds';

export interface QuantityInfo {
  readonly title: string;
  /** Where there is little room. */
  readonly short: string;
  /** As it stands after a number. */
  readonly noun: string;
  readonly unit: Unit;
}

/** What a budget can bound, by name. */
export type Quantity = keyof typeof quantityTable;

export const quantities = Object.keys(quantityTable) as readonly Quantity[];

/** What a design has by itself, whatever machine it runs on. */
export type CountedQuantity = Exclude<Quantity, 'time'>;

export const countedQuantities: readonly CountedQuantity[] = quantities.filter((each) => each !== 'time');

export function unitOf(quantity: Quantity): Unit {
  return quantityTable[quantity].unit;
}

/** Ways to count a peak of memory, of the layers alone, in which tensors share their places. */
export const paperSharing = ['inPlace', 'depthwiseInPlace', 'concatFree', 'greedyArena'] as const;
export type PaperSharing = (typeof paperSharing)[number];
/** The same and this engine's, which has to be planned; what they mean is told in `analysis/memory.ts`. */
export const sharingConventions = [...paperSharing, 'engineArena'] as const;
/** One of the ways to count a peak of memory in which tensors share their places. */
export type SharingConvention = (typeof sharingConventions)[number];

/** At most `max`; at most `percent` more than the baseline has; or within ±`percent` of it. */
export type Limit = (
  | { readonly kind: 'absolute'; readonly max: number }
  | { readonly kind: 'increase'; readonly percent: number }
  | { readonly kind: 'within'; readonly percent: number }
) & {
  /** Of memory: how the peak is counted; nothing in place where it is left out. */
  readonly counted?: SharingConvention;
};

/** A limit that is a share of the baseline, as it is read: `+5 %` or `±5 %`. */
export function shareText({ kind, percent }: Extract<Limit, { readonly percent: number }>): string {
  return `${kind === 'increase' ? '+' : '±'}${percent} %`;
}
