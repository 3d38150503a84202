import { produce } from 'immer';
import { createAnalyzer } from '../../shared/analysis/analyze.ts';
import { amountUnder } from '../../shared/budget/budget.ts';
import { inBlock } from '../../shared/graph/block-edits.ts';
import type { Design, NodeId } from '../../shared/graph/design.ts';
import { setParams } from '../../shared/graph/edits.ts';
import { type CountedQuantity, countedQuantities } from '../../shared/graph/quantities.ts';
import { createTimer } from '../../shared/runtime/time/timer.ts';
import type { ParamValue } from '../../shared/schema/params.ts';
import type { KnownMachine } from './known-machine.ts';

/** A parameter of nodes, of the document or of a block of it, and the values that it may take. */
export interface CurveRequest {
  readonly document: Design;
  readonly block: string | undefined;
  readonly ids: readonly NodeId[];
  readonly param: string;
  readonly values: readonly ParamValue[];
  /** Where times are wanted: of one sample on this machine. */
  readonly machine?: KnownMachine;
}

/**
 * The document's totals where the parameter has one of the values, its time where that was asked for and is known; undefined
 * where the design then has a problem.
 */
export type CurvePoint =
  | (Readonly<Record<CountedQuantity, number>> & { readonly time?: number | undefined })
  | undefined;

/** Exactly what each value makes of the totals: by the analysis, in the order of the values. */
export function* curveOf({
  document,
  block,
  ids,
  param,
  values,
  machine,
}: CurveRequest): Generator<CurvePoint> {
  const analyzer = createAnalyzer();
  analyzer.update(document);
  const { limits } = document.budget;
  const timer = machine && createTimer(machine.target, machine.model);
  for (const value of values) {
    const edit = setParams(ids, { [param]: value });
    const analysis = analyzer.update(produce(document, block === undefined ? edit : inBlock(block, edit)));
    yield analysis.problems.length > 0
      ? undefined
      : {
          ...(Object.fromEntries(
            countedQuantities.map((quantity) => [
              quantity,
              amountUnder(analysis, quantity, limits[quantity]),
            ]),
          ) as Record<CountedQuantity, number>),
          ...(timer ? { time: timer.whole(analysis)?.milliseconds } : {}),
        };
  }
}
