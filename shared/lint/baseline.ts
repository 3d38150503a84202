import { analyze } from '../analysis/analyze.ts';
import type { Analysis } from '../analysis/facts.ts';
import { type Baseline, emptyDesign } from '../graph/design.ts';

const known = new WeakMap<Baseline, Analysis>();

/** The analysis of a pinned design. A baseline never changes, so it is worked out once. */
export function analysisOf(baseline: Baseline): Analysis {
  const before = known.get(baseline);
  if (before !== undefined) return before;
  const analysis = analyze({ ...emptyDesign, ...baseline });
  known.set(baseline, analysis);
  return analysis;
}
