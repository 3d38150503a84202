import { baselineDesign } from '../analysis/baseline.ts';
import type { Loaded } from '../budget/memory.ts';
import { limitForms, parseLimit } from '../formats/spec/quantity.ts';
import type { Design } from '../graph/design.ts';
import { type Limit, type Quantity, quantities, type Unit } from '../graph/quantities.ts';
import {
  peaksAmong,
  type SteerLimit,
  type SteerQuantity,
  steerQuantities,
  steerQuantityTable,
} from './quantities.ts';

const likes: Readonly<Record<Unit, Quantity>> = { count: 'macs', bytes: 'memory', milliseconds: 'time' };

/** Amounts are written here as they are in a budget. */
const likeIn = (quantity: SteerQuantity): Quantity => likes[steerQuantityTable[quantity].unit];

/** Of a receptive field: at least what comes in. */
const COVERS = /^(>=|≥)? *input$/i;

/** `4.1G`, `<=4.1G`, `>=3G`, `3G..4.1G`, `+5%`, `±5%`, of a field `input`; undefined when it is none of these. */
export function parseSteerLimit(text: string, quantity: SteerQuantity): SteerLimit | undefined {
  const amount = (part: string): number | undefined => {
    const limit = parseLimit(part.trim(), likeIn(quantity));
    return limit?.kind === 'absolute' ? limit.max : undefined;
  };
  if (quantity === 'field' && COVERS.test(text)) return { quantity, coversInput: true };
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

const ranges: Readonly<Record<Unit, string>> = {
  count: '3G..4G',
  bytes: '3MiB..4MiB',
  milliseconds: '10ms..20ms',
};

const fieldForms = `a number of pixels, "input" for at least all that comes in, or a share of the baseline: "+5%" for at most 5 % more, "±5%" for 5 % more or less`;

/** What `parseSteerLimit` takes beside a `>=` in front, for messages: a figure or a share, and an example of a range. */
export const steerLimitForms = (
  quantity: SteerQuantity,
): { readonly figure: string; readonly range: string } => ({
  figure: quantity === 'field' ? fieldForms : limitForms(likeIn(quantity)),
  range: quantity === 'field' ? '224..512' : ranges[steerQuantityTable[quantity].unit],
});

/** The limits of a design's budget, with the design that its shares are of, and what its peaks are counted of. */
export function budgetLimits({ budget, numbers, batch }: Design): {
  readonly limits: readonly SteerLimit[];
  readonly baseline: Design | undefined;
  readonly loaded: Loaded;
} {
  const limits = quantities.flatMap((quantity) => {
    const limit = budget.limits[quantity];
    if (!limit) return [];
    return [steered(steeredAs(quantity, limit), limit)];
  });
  return {
    limits,
    baseline: budget.baseline && baselineDesign(budget.baseline),
    loaded: { numbers, batch },
  };
}

/** A peak is limited as its limit counts it. */
function steeredAs(quantity: Quantity, { counted }: Limit): SteerQuantity {
  if (quantity !== 'memory' || counted === undefined) return quantity;
  return steerQuantities.find((each) => peaksAmong([each]).includes(counted))!;
}

function steered(quantity: SteerQuantity, limit: Limit): SteerLimit {
  switch (limit.kind) {
    case 'absolute':
      return { quantity, atMost: limit.max };
    case 'increase':
      return { quantity, increase: limit.percent };
    case 'within':
      return { quantity, within: limit.percent };
  }
}
