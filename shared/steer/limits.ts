import { baselineDesign } from '../analysis/baseline.ts';
import { limitForms, parseLimit } from '../formats/spec/quantity.ts';
import type { Design } from '../graph/design.ts';
import { bytesOf } from '../graph/number-types.ts';
import { type Limit, type Quantity, quantities, type Unit } from '../graph/quantities.ts';
import {
  BYTES_PER_ELEMENT,
  peaksAmong,
  type SteerLimit,
  type SteerQuantity,
  steerQuantities,
  steerQuantityTable,
} from './quantities.ts';

const likes: Readonly<Record<Unit, Quantity>> = { count: 'macs', bytes: 'memory', milliseconds: 'time' };

/** Amounts are written here as they are in a budget. */
const likeIn = (quantity: SteerQuantity): Quantity => likes[steerQuantityTable[quantity].unit];

/** `4.1G`, `<=4.1G`, `>=3G`, `3G..4.1G`, `+5%`, `±5%`; undefined when it is none of these. */
export function parseSteerLimit(text: string, quantity: SteerQuantity): SteerLimit | undefined {
  const amount = (part: string): number | undefined => {
    const limit = parseLimit(part.trim(), likeIn(quantity));
    return limit?.kind === 'absolute' ? limit.max : undefined;
  };
  const parts = text.split('..');
  if (parts.length === 2) {
    const [atLeast, atMost] = parts.map(amount);
    return atLeast === undefined || atMost === undefined ? undefined : { quantity, atLeast, atMost };
  }
  const share = parseLimit(text, 'macs');
  if (share?.kind === 'increase') return { quantity, increase: share.percent };
  if (share?.kind === 'within') return { quantity, within: share.percent };
  const sign = /^(>=|≥|<=|≤)/.exec(text)?.[0];
  const bound = amount(text.slice(sign?.length ?? 0));
  if (bound === undefined) return undefined;
  if (sign === undefined) return { quantity, [steerQuantityTable[quantity].usual]: bound };
  return sign === '>=' || sign === '≥' ? { quantity, atLeast: bound } : { quantity, atMost: bound };
}

/** What `parseSteerLimit` takes beside a `>=` in front, for messages: a figure or a share, and an example of a range. */
export const steerLimitForms = (
  quantity: SteerQuantity,
): { readonly figure: string; readonly range: string } => ({
  figure: limitForms(likeIn(quantity)),
  range: steerQuantityTable[quantity].unit === 'milliseconds' ? '10ms..20ms' : '3G..4G',
});

/**
 * The limits of a design's budget, with the design that its shares are of. Steering counts one sample in float32, and so a
 * limit on bytes that is meant for other numbers or more samples is turned into what it is there.
 */
export function budgetLimits({ budget, numbers, batch }: Design): {
  readonly limits: readonly SteerLimit[];
  readonly baseline: Design | undefined;
} {
  // The engine computes in float32, whatever type a design is kept in.
  const isEngine = budget.limits.memory?.counted === 'engineArena';
  const scale = (isEngine ? 1 : BYTES_PER_ELEMENT / bytesOf(numbers.activations)) * (1 / batch);
  const limits = quantities.flatMap((quantity) => {
    const limit = budget.limits[quantity];
    return limit ? [steered(steeredAs(quantity, limit), limit, quantity === 'memory' ? scale : 1)] : [];
  });
  return { limits, baseline: budget.baseline && baselineDesign(budget.baseline) };
}

/** A peak is limited as its limit counts it. */
function steeredAs(quantity: Quantity, { counted }: Limit): SteerQuantity {
  if (quantity !== 'memory' || counted === undefined) return quantity;
  return steerQuantities.find((each) => peaksAmong([each]).includes(counted))!;
}

function steered(quantity: SteerQuantity, limit: Limit, scale: number): SteerLimit {
  switch (limit.kind) {
    case 'absolute':
      return { quantity, atMost: scale === 1 ? limit.max : Math.floor(limit.max * scale) };
    case 'increase':
      return { quantity, increase: limit.percent };
    case 'within':
      return { quantity, within: limit.percent };
  }
}
