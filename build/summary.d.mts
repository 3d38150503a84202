export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}
/** Counts what a report of vitest says; `status` is the exit status of the run. */
export function summarize(report: unknown, status: number | null): Counts;
/** The line that a run ends with. */
export function summaryLine(counts: Counts): string;
/** Tests that passed only at the second try, each with what went wrong at the first. */
export function secondTries(report: unknown): readonly string[];
