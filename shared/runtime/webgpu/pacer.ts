import type { WebgpuStep } from './plan.ts';

/** Work handed to the device between two looks at whether the run was cancelled. */
const PIECE_MILLISECONDS = 40;
const FIRST_GUESS_PER_MILLISECOND = 2e6;
/** What a byte read or written costs beside a multiply-add. */
const BYTE_COST = 1;

/** Learns how much the device does per millisecond, and cuts runs into pieces of about the same time. */
export class Pacer {
  private perMillisecond = FIRST_GUESS_PER_MILLISECOND;
  private lastDone = 0;

  /** The step after the last of a piece that begins at `first`. */
  endOfPiece(steps: readonly WebgpuStep[], first: number): number {
    const most = this.perMillisecond * PIECE_MILLISECONDS;
    let end = first + 1;
    for (let cost = costOf(steps[first]!); end < steps.length; end++) {
      cost += costOf(steps[end]!);
      if (cost > most) break;
    }
    return end;
  }

  /** Learns from a piece when it is done. */
  async timed(steps: readonly WebgpuStep[], first: number, end: number, done: Promise<void>): Promise<void> {
    const began = performance.now();
    await done;
    const now = performance.now();
    const took = Math.max(1, now - Math.max(began, this.lastDone));
    this.lastDone = now;
    const cost = steps.slice(first, end).reduce((sum, step) => sum + costOf(step), 0);
    this.perMillisecond = Math.max(1e4, 0.5 * this.perMillisecond + (0.5 * cost) / took);
  }
}

function costOf({ macs, bytes }: WebgpuStep): number {
  return macs + bytes * BYTE_COST;
}
