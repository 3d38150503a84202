import { type Baseline, type Design, emptyDesign } from '../graph/design.ts';
import { analyze } from './analyze.ts';
import type { Analysis } from './facts.ts';

/** The pinned design as one that can be analysed. */
export function baselineDesign(baseline: Baseline): Design {
  return { ...emptyDesign, ...baseline };
}

const analysed = new WeakMap<Baseline, Analysis>();

/** The analysis of a pinned design, kept as long as the pin is. */
export function analyzeBaseline(baseline: Baseline): Analysis {
  let analysis = analysed.get(baseline);
  if (!analysis) {
    analysis = analyze(baselineDesign(baseline));
    analysed.set(baseline, analysis);
  }
  return analysis;
}
