/** A portion of a campaign: the numbers of its cases, and what came of them. */
export interface Portion {
  readonly campaign: string;
  readonly from: number;
  readonly count: number;
  readonly failures: number;
  readonly edits?: number;
  readonly lostOne?: number;
  /** Of mutated files, by what read them. */
  readonly readers?: Readonly<Record<string, ReaderCount>>;
}
interface ReaderCount {
  readonly cases: number;
  readonly opened: number;
}
/** The number behind all that a campaign has tried. */
export function nextCase(campaign: string): number;
/** Adds a portion to the ledger, and writes the page anew. */
export function record(portion: Portion): void;
/** The cases of each campaign that were tried, those that were tried twice counted once. */
export function totalsOf(portions: readonly Portion[]): ReadonlyMap<string, Omit<Portion, 'from'>>;
/** What each reader was given, over all portions that say so. */
export function readersOf(portions: readonly Portion[]): ReadonlyMap<string, ReaderCount>;
/** The page with the counts of a ledger. */
export function pageWith(page: string, portions: readonly Portion[]): string;
