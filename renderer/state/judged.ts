import type { Analysis } from '../../shared/analysis/facts.ts';
import type { ConfigSources } from '../../shared/formats/config/layers.ts';
import type { Budget, Design, LintSettings } from '../../shared/graph/design.ts';
import type { LintReport } from '../../shared/lint/run.ts';
import { type Summary, summarise } from '../../shared/lint/summary.ts';
import type { AppState } from './app-state.ts';
import { sourcesUnder, underConfig } from './config.ts';

/** What is shown, as it is judged. */
export const judgedOf = (state: AppState): Design => underConfig(state.shown, state.config);
/** The rules that hold for what is shown. */
export const lintOf = (state: AppState): LintSettings => judgedOf(state).lint;
/** The budget that holds for the document. */
export const budgetOf = (state: AppState): Budget => underConfig(state.history.design, state.config).budget;

/** Which file says what the design does not say itself; undefined without a configuration. */
export function configSources(state: AppState): ConfigSources | undefined {
  const { config, history } = state;
  return config && sourcesUnder(config, history.design);
}

const summaries = new WeakMap<Analysis, WeakMap<LintReport, Summary>>();

/** What is said of a design, one thing once; worked out once for all who say it, and the same for as long as both are. */
export function summaryOf(analysis: Analysis, report: LintReport): Summary {
  const byReport = summaries.get(analysis) ?? new WeakMap<LintReport, Summary>();
  summaries.set(analysis, byReport);
  const summary = byReport.get(report) ?? summarise(analysis, report);
  byReport.set(report, summary);
  return summary;
}
