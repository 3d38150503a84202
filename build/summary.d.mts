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
/** A run of vitest: its report, unless that could not be read, its exit status, and how many errors no test caught. */
export interface Run {
  readonly report?: unknown;
  readonly status: number | null;
  readonly uncaught?: number;
}
/** The files of a run that failed, where another try may tell. */
export function filesToTryAgain(run: Run): readonly string[];
/** A run of all files, and one of those that failed in it: as it ended, with what went wrong at first. */
export function withSecondTry(first: Run, second: Run): Run;
