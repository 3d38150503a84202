import { createStore } from 'zustand/vanilla';
import { analyzeBaseline } from '../../../shared/analysis/baseline.ts';
import type { Analysis } from '../../../shared/analysis/facts.ts';
import { flatten } from '../../../shared/analysis/flatten.ts';
import { timeGauge } from '../../../shared/budget/budget.ts';
import type { Estimate, TimeModel } from '../../../shared/runtime/time/model.ts';
import { type Prediction, predict } from '../../../shared/runtime/time/predict.ts';
import type { App } from '../app.ts';
import { budgetOf } from '../judged.ts';
import { defineSlice, useSlice } from '../slice.ts';
import { useApp } from '../use-app.ts';
import type { RunTimes } from '../view-state.ts';
import { whatIfOf } from '../what-if.ts';
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
  const { total, unknown } = found;
  return {
    total,
    unknown,
    times: runTimesOf(found),
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

/** Times before and with what is thought of, or what a gesture has changed so far. */
export interface PredictedWhatIf {
  readonly before: RunTimes;
  readonly after: RunTimes;
}

interface Wondering {
  readonly whatIf: PredictedWhatIf | undefined;
}

/** A pointer that passes over answers waits for no plan; one that rests sees what each would take. */
const GLANCE_MS = 120;

/** How long what is thought of would take; only where the machine was measured. */
export const wonderingOf = defineSlice<Wondering>((app) => {
  const slice = createStore<Wondering>()(() => ({ whatIf: undefined }));
  let timer: ReturnType<typeof setTimeout> | undefined;
  whatIfOf(app).subscribe(({ thought, gesture }) => {
    clearTimeout(timer);
    const whatIf = thought ?? gesture;
    if (!whatIf || !timeModelOf(app).getState().known) {
      if (slice.getState().whatIf) slice.setState({ whatIf: undefined });
      return;
    }
    timer = setTimeout(() => {
      const [before, after] = [whatIf.before, whatIf.after].map(({ whole }) => timesOf(app, whole.analysis));
      slice.setState({ whatIf: before && after && { before, after } });
    }, GLANCE_MS);
  });
  return slice;
});

/** Of analyses that are held beside others again and again, by what the machine was measured at. */
const known = new WeakMap<TimeModel, WeakMap<Analysis, RunTimes>>();

/** Milliseconds of one sample of an analysed design on this machine; undefined where some of it is not known. */
export const millisecondsOf = (app: App, analysis: Analysis): number | undefined =>
  timesOf(app, analysis)?.total;

function timesOf(app: App, analysis: Analysis): RunTimes | undefined {
  const model = timeModelOf(app).getState().known?.calibration.model;
  if (!model) return undefined;
  const own = known.get(model) ?? new WeakMap<Analysis, RunTimes>();
  known.set(model, own);
  const before = own.get(analysis);
  if (before !== undefined) return before;
  const found = predictionOf(app, analysis);
  if (!found || found.unknown.length > 0) return undefined;
  const times = runTimesOf(found);
  own.set(analysis, times);
  return times;
}

function runTimesOf({ total, steps }: Prediction): RunTimes {
  const byNode = timesByNode(
    steps.map(({ nodes, estimate }) => ({ nodes, milliseconds: estimate?.milliseconds ?? 0 })),
  );
  return { total: total.milliseconds, byNode };
}

/** Of what is thought of, else of what the gesture that is open has done. */
export const useWondering = <Part>(select: (whatIf: PredictedWhatIf | undefined) => Part): Part =>
  useSlice(wonderingOf, ({ whatIf }) => select(whatIf));

export const usePredicted = <Part>(select: (state: Predicted) => Part): Part => useSlice(predictedOf, select);

/** The predicted time against the budget, or another time in its place; undefined where there is none. */
export function useTimeGauge(instead?: number) {
  const budget = useApp(budgetOf);
  const total = usePredicted((state) => state.total?.milliseconds);
  const baseline = usePredicted((state) => state.baseline);
  const told = instead ?? total;
  return told === undefined ? undefined : timeGauge({ budget }, told, baseline);
}
