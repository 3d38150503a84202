import { createAnalyzer } from '../../shared/analysis/analyze.ts';
import { type BudgetReport, checkBudget } from '../../shared/analysis/budget.ts';
import type { Analysis } from '../../shared/analysis/facts.ts';
import type { Design, NodeId } from '../../shared/graph/design.ts';
import { createLinter, type LintReport } from '../../shared/lint/run.ts';
import type { SealedPlaces } from './sealed.ts';
import { type View, viewOf } from './view.ts';

/** What is known of a design. */
interface Known {
  readonly analysis: Analysis;
  readonly report: LintReport;
}

/**
 * What is derived from the document; never stored, always of the current design. Analysis and report are of what is shown:
 * the whole design, or the inside of a block.
 */
export interface Derived extends Known, View {
  readonly whole: Known;
  readonly budget: BudgetReport;
}

export interface Deriver {
  derive(document: Design, trail: readonly NodeId[], places: SealedPlaces): Derived;
  /** Another document is open: nothing that is known of this one helps with it. */
  forget(): void;
}

/** Follows the edits of one design with its facts and its findings. */
function createFollower(): (design: Design) => Known {
  const analyzer = createAnalyzer();
  const linter = createLinter();
  return (design) => {
    const analysis = analyzer.update(design);
    return { analysis, report: linter.update(design, analysis) };
  };
}

/** Works out what follows from a document, keeping between edits what they do not touch. */
export function createDeriver(): Deriver {
  let follow = createFollower();
  /** Of the block that is shown; another block has another one. */
  let inner: { readonly trail: string; readonly follow: (design: Design) => Known } | undefined;
  return {
    derive(document, trail, places) {
      const whole = follow(document);
      const budget = checkBudget(document, whole.analysis);
      const view = viewOf(document, whole.analysis, trail, places);
      if (view.trail.length === 0) return { ...whole, ...view, whole, budget };
      const path = view.trail.join('/');
      if (inner?.trail !== path) inner = { trail: path, follow: createFollower() };
      return { ...inner.follow(view.shown), ...view, whole, budget };
    },
    forget() {
      follow = createFollower();
      inner = undefined;
    },
  };
}
