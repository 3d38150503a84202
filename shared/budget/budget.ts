import { analyzeBaseline } from '../analysis/baseline.ts';
import type { Analysis, Totals } from '../analysis/facts.ts';
import type { Design, Limit } from '../graph/design.ts';
import { type CountedQuantity, countedQuantities, type Quantity } from '../graph/quantities.ts';
import { peakUnder } from './memory.ts';

/** From so many times on a total was not changed but multiplied. */
export const MULTIPLYING = 2;

/** How one quantity stands against its limit and its baseline. */
export interface Gauge<Q extends Quantity = Quantity> {
  readonly quantity: Q;
  /** In the unit of the quantity: operations, parameters, bytes or milliseconds; not a number where it is not known. */
  readonly actual: number;
  /** The same of the pinned baseline; undefined where there is none. */
  readonly baseline: number | undefined;
  /** As it was set; `min` and `max` are what it comes to. */
  readonly limit: Limit | undefined;
  /** The most and the least that the limit allows; there is a least only within ± of a baseline. */
  readonly max: number | undefined;
  /** The least that is allowed, in the unit of `actual`; undefined where nothing is. */
  readonly min: number | undefined;
  /** actual / baseline − 1. */
  readonly change: number | undefined;
  /** Undefined without a limit, against a baseline that is not there, and of what is not known. */
  readonly within: boolean | undefined;
}

/** Every quantity that a budget can bound: what the design has of it, and whether the limits hold. */
export interface BudgetReport {
  /** Of what a design has by itself; its time is of a machine: see `timeGauge`. */
  readonly gauges: { readonly [Q in CountedQuantity]: Gauge<Q> };
  /** False when any gauge is out of its limit. */
  readonly within: boolean;
}

export function quantityOf(totals: Totals, quantity: CountedQuantity): number {
  const of = { macs: totals.macs, params: totals.params, memory: totals.peakBytes } as const;
  return of[quantity];
}

/**
 * How much a design has of what a limit bounds: of memory, the peak as the limit counts it. Not a number for the arena of a
 * network that this engine cannot run.
 */
export function amountUnder(analysis: Analysis, quantity: CountedQuantity, limit: Limit | undefined): number {
  const counted = limit?.counted;
  if (quantity !== 'memory' || counted === undefined) return quantityOf(analysis.totals, quantity);
  return peakUnder(analysis, counted) ?? Number.NaN;
}

/** Holds a design's totals against its budget: absolute limits, or shares of the pinned baseline. */
export function checkBudget(design: Design, analysis: Analysis): BudgetReport {
  const { limits, baseline } = design.budget;
  const pinned = baseline && analyzeBaseline(baseline);
  const gauges = Object.fromEntries(
    countedQuantities.map((quantity) => [
      quantity,
      gaugeOf(
        quantity,
        amountUnder(analysis, quantity, limits[quantity]),
        pinned && amountUnder(pinned, quantity, limits[quantity]),
        limits[quantity],
      ),
    ]),
  ) as unknown as BudgetReport['gauges'];
  return { gauges, within: countedQuantities.every((quantity) => gauges[quantity].within !== false) };
}

/** Predicted milliseconds, of the design and of its baseline, against the budget. */
export function timeGauge(
  { budget }: Pick<Design, 'budget'>,
  milliseconds: number,
  baseline: number | undefined,
): Gauge<'time'> {
  return gaugeOf('time', milliseconds, baseline, budget.limits.time);
}

function gaugeOf<Q extends Quantity>(
  quantity: Q,
  actual: number,
  baseline: number | undefined,
  limit: Limit | undefined,
): Gauge<Q> {
  const { max, min } = boundsOf(limit, baseline);
  return {
    quantity,
    actual,
    baseline,
    limit,
    max,
    min,
    change: baseline ? actual / baseline - 1 : undefined,
    within: max === undefined || Number.isNaN(actual) ? undefined : actual <= max && actual >= (min ?? 0),
  };
}

function boundsOf(
  limit: Limit | undefined,
  baseline: number | undefined,
): { readonly max: number | undefined; readonly min: number | undefined } {
  if (limit?.kind === 'absolute') return { max: limit.max, min: undefined };
  if (limit === undefined || baseline === undefined) return { max: undefined, min: undefined };
  const share = limit.percent / 100;
  return {
    max: baseline * (1 + share),
    min: limit.kind === 'within' ? Math.max(0, baseline * (1 - share)) : undefined,
  };
}
