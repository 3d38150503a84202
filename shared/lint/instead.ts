import type { Analysis } from '../analysis/facts.ts';
import type { Dims } from '../base/dims.ts';
import type { LayerKind } from '../layers/index.ts';
import type { ParamValues } from '../schema/params.ts';

/** A layer of a row: its kind, those of its parameters that are not the usual ones, and what it reads beside the row. */
export interface RowLayer {
  readonly kind: LayerKind;
  readonly params: ParamValues;
  readonly beside: readonly Dims[];
}

/** Layers one after another, and the shape of what comes into the first. */
export interface Row {
  readonly into: Dims;
  readonly layers: readonly RowLayer[];
}

/** What stands where a rule is broken, and what would stand there if it were kept: both can be timed. */
export interface Exchange {
  readonly now: readonly Row[];
  readonly kept: readonly Row[];
}

/** A network, and the one that it is held against. */
export interface Rivals {
  readonly own: Analysis;
  readonly baseline: Analysis;
}

/** What a rule asks for in the place of what there is, or the designs that it holds against each other. */
export type Instead = Exchange | Rivals;
