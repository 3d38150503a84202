import { giveTurn, stopIfAborted } from '../turn.ts';
import type { WebglDevice } from './device.ts';
import type { TexelRows } from './pass.ts';
import type { Texture } from './textures.ts';

/** Texels uploaded between two turns for others, and two looks at whether it was cancelled. */
const TURN_BYTES = 4 * 2 ** 20;
/** Texels handed to the device before it is waited for: more would only make it late for whatever comes next. */
const MARK_BYTES = 16 * 2 ** 20;

/** Uploads piece by piece: others have their turn between, and the device is never far behind. */
export class Uploads {
  private readonly device: WebglDevice;
  private readonly signal: AbortSignal | undefined;
  private sinceTurn = 0;
  private sinceMark = 0;
  private mark: WebGLSync | null | undefined;

  constructor(device: WebglDevice, signal: AbortSignal | undefined) {
    this.device = device;
    this.signal = signal;
  }

  /** Rejects with `OutOfMemory` when anything was refused so far. */
  check(): Promise<void> {
    return this.device.checkMemory(this.signal);
  }

  /** Throws `RunCancelled` when it was cancelled meanwhile. */
  async add(texture: Texture, rows: TexelRows): Promise<void> {
    this.device.uploadRows(texture, rows);
    this.sinceTurn += rows.texels.byteLength;
    this.sinceMark += rows.texels.byteLength;
    if (this.sinceTurn < TURN_BYTES) return;
    this.sinceTurn = 0;
    await giveTurn();
    stopIfAborted(this.signal);
    if (this.sinceMark < MARK_BYTES) return;
    const before = this.mark;
    this.mark = this.device.fence();
    this.sinceMark = 0;
    if (before !== undefined) await this.device.passed(before, this.signal);
  }
}
