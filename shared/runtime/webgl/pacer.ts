import { giveTurn, stopIfAborted } from '../turn.ts';
import type { WebglDevice } from './device.ts';
import type { Pass } from './pass.ts';

/** Work handed to the device between two looks at whether the run was cancelled. */
const CHUNK_MILLISECONDS = 40;
/** Draws longer than this are split, against watchdogs and so that a cancelled run stops. */
const DRAW_MILLISECONDS = 80;
/** What a texture read costs beside a multiply-add. */
const READ_COST = 4;
const FIRST_GUESS_PER_MILLISECOND = 2e6;

/** Some rows of a pass's viewport, and what they cost. */
export interface Band {
  readonly first: number;
  readonly count: number;
  readonly cost: number;
}

/**
 * Hands work out in pieces: commands are queued far ahead of the device, so whoever wants to stop has to stop handing
 * out. Keeps two pieces in flight, learns how much the device does per millisecond, and never lets it run dry.
 */
export class Pacer {
  private readonly device: WebglDevice;
  private perMillisecond = FIRST_GUESS_PER_MILLISECOND;
  /** How often the run has waited so far. */
  pauses = 0;
  private pending = 0;
  private inFlight: { readonly sync: WebGLSync | null; readonly cost: number }[] = [];
  private lastPassed = 0;
  private signal: AbortSignal | undefined;

  constructor(device: WebglDevice) {
    this.device = device;
  }

  begin(signal: AbortSignal | undefined): void {
    this.pauses = 0;
    this.pending = 0;
    this.inFlight = [];
    this.lastPassed = performance.now();
    this.signal = signal;
  }

  /** The pass as one draw, or as several of as many rows as the device does in a while. */
  bandsOf({ macs, reads, viewport: { height } }: Pass): readonly Band[] {
    const cost = macs + reads * READ_COST;
    const wanted = Math.max(1, Math.ceil(cost / (this.perMillisecond * DRAW_MILLISECONDS)));
    const rows = Math.ceil(height / wanted);
    return Array.from({ length: Math.ceil(height / rows) }, (_, i) => {
      const first = i * rows;
      const count = Math.min(rows, height - first);
      return { first, count, cost: (cost * count) / height };
    });
  }

  add(cost: number): void {
    this.pending += cost;
  }

  get isDue(): boolean {
    return this.pending >= this.perMillisecond * CHUNK_MILLISECONDS;
  }

  /** Waits for the piece before the last when enough is pending. Throws `RunCancelled`. */
  async pause(): Promise<void> {
    if (!this.isDue) return;
    this.mark();
    if (this.inFlight.length < 2) return;
    await this.passOne();
    this.pauses++;
    // A quick device is never waited for; whoever cancels still has to be heard.
    await giveTurn();
    stopIfAborted(this.signal);
  }

  /**
   * Waits for all that was handed out, unless that is little: reading what is not done yet would block. Throws
   * `RunCancelled`.
   */
  async settle(): Promise<void> {
    if (this.inFlight.length === 0 && !this.isDue) return;
    this.mark();
    while (this.inFlight.length > 0) await this.passOne();
  }

  private mark(): void {
    this.inFlight.push({ sync: this.device.fence(), cost: this.pending });
    this.pending = 0;
  }

  private async passOne(): Promise<void> {
    const { sync, cost } = this.inFlight.shift()!;
    await this.device.passed(sync, this.signal);
    this.learn(cost);
  }

  private learn(cost: number): void {
    const now = performance.now();
    const took = Math.max(1, now - this.lastPassed);
    this.lastPassed = now;
    this.perMillisecond = Math.max(1e4, 0.5 * this.perMillisecond + (0.5 * cost) / took);
  }
}
