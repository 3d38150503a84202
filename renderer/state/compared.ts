import { createStore } from 'zustand/vanilla';
import { analyze } from '../../shared/analysis/analyze.ts';
import { analyzeBaseline, baselineDesign } from '../../shared/analysis/baseline.ts';
import { type Comparison, compare, compareInside, type LayerChange } from '../../shared/analysis/compare.ts';
import type { Analysis } from '../../shared/analysis/facts.ts';
import type { LazyWeights } from '../../shared/formats/weights/store.ts';
import type { Baseline, Design, NodeId } from '../../shared/graph/design.ts';
import type { App } from './app.ts';
import { budgetOf } from './judged.ts';
import { defineSlice, useSlice } from './slice.ts';
import { toldOf } from './veil.ts';

/** Something that the open design is held against: a file, a published network, an earlier state. */
export interface OtherDesign {
  readonly name: string;
  readonly design: Design;
  /** Trained weights that came with its file. */
  readonly weights?: LazyWeights;
}

/** What differs, as the canvas draws it. */
export interface Difference {
  readonly other: OtherDesign;
  readonly comparison: Comparison;
  /** By the id of the open design's nodes, and by the path of what differs inside of its blocks. */
  readonly rows: ReadonlyMap<NodeId, LayerChange>;
  readonly gone: readonly LayerChange[];
}

interface Compared {
  readonly others: readonly OtherDesign[];
  /** The one that is told layer by layer; the pinned baseline, where there is none of this name. */
  readonly against: string | undefined;
  /** Colours on the canvas what differs. */
  readonly onCanvas: boolean;
  /** Shows the other design beside the open one. */
  readonly beside: boolean;
  readonly difference: Difference | undefined;
}

export const comparedOf = defineSlice<Compared>(() =>
  createStore<Compared>()(() => ({
    others: [],
    against: undefined,
    onCanvas: false,
    beside: false,
    difference: undefined,
  })),
);

export const useCompared = <Part>(select: (state: Compared) => Part): Part => useSlice(comparedOf, select);

/** More are told apart neither in a table nor by colours. */
const MOST_OTHERS = 12;

/** Holds the open design against another one as well, and against that one layer by layer. One of this name is replaced. */
export function compareWith(app: App, other: OtherDesign): void {
  const { others } = comparedOf(app).getState();
  const rest = others.filter(({ name }) => name !== other.name);
  comparedOf(app).setState({ others: [...rest, other].slice(-MOST_OTHERS), against: other.name });
}

export function dropCompared(app: App, name: string): void {
  const { others, against } = comparedOf(app).getState();
  comparedOf(app).setState({
    others: others.filter((each) => each.name !== name),
    against: against === name ? undefined : against,
  });
}

const baselines = new WeakMap<Baseline, OtherDesign>();

/** The pinned baseline as one of those that are compared. */
function pinned(baseline: Baseline): OtherDesign {
  let other = baselines.get(baseline);
  if (!other) {
    other = { name: baseline.name, design: baselineDesign(baseline) };
    baselines.set(baseline, other);
    analysed.set(other.design, analyzeBaseline(baseline));
  }
  return other;
}

/** All that the open design is held against, the pinned baseline first. */
export function othersOf(
  others: readonly OtherDesign[],
  baseline: Baseline | undefined,
): readonly OtherDesign[] {
  return baseline ? [pinned(baseline), ...others.filter(({ name }) => name !== baseline.name)] : others;
}

/** The one that is told layer by layer. */
export function chosenOf(all: readonly OtherDesign[], against: string | undefined): OtherDesign | undefined {
  return all.find(({ name }) => name === against) ?? all[0];
}

const analysed = new WeakMap<Design, Analysis>();

export function analysisOf({ design }: OtherDesign): Analysis {
  let analysis = analysed.get(design);
  if (!analysis) {
    analysis = analyze(design);
    analysed.set(design, analysis);
  }
  return analysis;
}

let last:
  | { readonly before: Analysis; readonly after: Analysis; readonly comparison: Comparison }
  | undefined;

/** What differs from one to the other; asked by several views for the same two. */
export function comparisonOf(before: Analysis, after: Analysis): Comparison {
  if (last?.before !== before || last.after !== after)
    last = { before, after, comparison: compare(before, after) };
  return last.comparison;
}

/** Keeps what differs at hand for as long as it is drawn. */
export function watchDifference(app: App): void {
  const slice = comparedOf(app);
  const look = (): void => {
    const { others, against, onCanvas, beside, difference } = slice.getState();
    const state = app.getState();
    const isShown = (onCanvas || beside) && state.screen === 'editor' && state.base === 0;
    const other = isShown ? chosenOf(othersOf(others, budgetOf(state).baseline), against) : undefined;
    if (!other) {
      if (difference) slice.setState({ difference: undefined });
      return;
    }
    const [before, after] = [analysisOf(other), toldOf(state)];
    const comparison = comparisonOf(before, after);
    if (difference?.comparison === comparison) return;
    const rows = new Map<string, LayerChange>([
      ...compareInside(before, after, comparison),
      ...comparison.rows.flatMap((row) => (row.after ? [[row.after.id, row] as const] : [])),
    ]);
    const gone = comparison.rows.filter(({ change }) => change === 'removed');
    slice.setState({ difference: { other, comparison, rows, gone } });
  };
  app.subscribe(look);
  slice.subscribe((state, before) => {
    if (state.difference === before.difference) look();
  });
}
