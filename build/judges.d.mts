export interface Judge {
  readonly name: string;
  /** How the source of a test file names it. */
  readonly named: RegExp;
  isThere(): boolean;
  /** Why CI does without it. */
  readonly notInCi?: string;
}
export interface SkipRow {
  /** What was missing. */
  readonly reason: string;
  /** How many tests that cost. */
  readonly tests: number;
  /** Whether CI may do without. */
  readonly isExpected: boolean;
}
export const judges: readonly Judge[];
/** By file: why its tests may be skipped though every judge is there. */
export const expectedSkips: Readonly<Record<string, string>>;
export function skippedBy(
  report: unknown,
  missing: readonly Judge[],
  sourceOf: (file: string) => string,
): SkipRow[];
export function notJudged(report: unknown): SkipRow[];
export function skipTable(rows: readonly SkipRow[]): string;
