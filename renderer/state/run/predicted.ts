import { createStore } from 'zustand/vanilla';
import { analyzeBaseline, timeGauge } from '../../../shared/analysis/budget.ts';
import type { Analysis } from '../../../shared/analysis/facts.ts';
import { flatten } from '../../../shared/analysis/flatten.ts';
import type { Estimate } from '../../../shared/runtime/time/model.ts';
import { type Prediction, predict } from '../../../shared/runtime/time/predict.ts';
import type { App } from '../app.ts';
import { budgetOf } from '../judged.ts';
import { defineSlice, useSlice } from '../slice.ts';
import { useApp } from '../use-app.ts';
import type { RunTimes } from '../view-state.ts';
import { timesByNode } from './run-times.ts';
import { timeModelOf } from './time-model.ts';

/** How long one sample of the document would take on this machine; nothing where it was not measured. */
export interface Predicted {
  readonly total: Estimate | undefined;
  /** Nodes of which the time is not known: the total is at least so much. */
  readonly unknown: readonly string[];
  readonly times: RunTimes | undefined;
  /** Milliseconds of the pinned design. */
  readonly baseline: number | undefined;
}

const nothing: Predicted = { total: undefined, unknown: [], times: undefined, baseline: undefined };

/** A plan takes longer than an analysis, and so it is made once the hand rests. */
const REST_MS = 250;

export const predictedOf = defineSlice<Predicted>((app) => {
  const slice = createStore<Predicted>()(() => nothing);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => slice.setState(predictedNow(app)), REST_MS);
  };
  app.subscribe((state, before) => {
    if (state.whole.analysis !== before.whole.analysis || budgetOf(state) !== budgetOf(before)) soon();
  });
  timeModelOf(app).subscribe((state, before) => {
    if (state.known !== before.known) soon();
  });
  soon();
  return slice;
});

function predictedNow(app: App): Predicted {
  const state = app.getState();
  const found = predictionOf(app, state.whole.analysis);
  if (!found) return nothing;
  const { baseline } = budgetOf(state);
  const pinned = baseline && predictionOf(app, analyzeBaseline(baseline));
  const { total, unknown, steps } = found;
  const byNode = timesByNode(
    steps.map(({ nodes, estimate }) => ({ nodes, milliseconds: estimate?.milliseconds ?? 0 })),
  );
  return {
    total,
    unknown,
    times: { total: total.milliseconds, byNode },
    baseline: pinned && pinned.unknown.length === 0 ? pinned.total.milliseconds : undefined,
  };
}

function predictionOf(app: App, analysis: Analysis): Prediction | undefined {
  const { known } = timeModelOf(app).getState();
  if (!known) return undefined;
  const network = flatten(analysis);
  if (!network.ok) return undefined;
  const found = predict(network.value, known.target, known.calibration.model);
  return found.ok ? found.value : undefined;
}

export const usePredicted = <Part>(select: (state: Predicted) => Part): Part => useSlice(predictedOf, select);

/** The predicted time against the budget; undefined where there is none. */
export function useTimeGauge() {
  const budget = useApp(budgetOf);
  const total = usePredicted((state) => state.total);
  const baseline = usePredicted((state) => state.baseline);
  return total && timeGauge({ budget }, total.milliseconds, baseline);
}
