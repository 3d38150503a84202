import { expect } from 'vitest';
import { record } from '../../build/ledger.mjs';

/** What became of one window that was killed while somebody drew in it. */
export interface Outcome {
  readonly edits: number;
  readonly lost: number;
  readonly faults: readonly string[];
}

interface Campaign {
  readonly campaign: string;
  readonly from: number;
  /** So many edits in all are what the kills fell between. */
  readonly fewestEdits: number;
}

/** No file is corrupt, and one edit at most is lost; a campaign that somebody asked for goes into the ledger, whatever it showed. */
export function judge(outcomes: readonly Outcome[], { campaign, from, fewestEdits }: Campaign): void {
  const lost = outcomes.map((each) => each.lost);
  const edits = outcomes.reduce((sum, each) => sum + each.edits, 0);
  const faults = outcomes.flatMap((each) => each.faults);
  const lostMore = lost.filter((n) => n > 1);
  if (process.env.KILLS && outcomes.length > 0)
    record({
      campaign,
      from,
      count: outcomes.length,
      edits,
      failures: lostMore.length + faults.length,
      lostOne: lost.filter((n) => n === 1).length,
    });
  expect(edits).toBeGreaterThanOrEqual(fewestEdits);
  expect(faults).toEqual([]);
  expect(lostMore).toEqual([]);
}
