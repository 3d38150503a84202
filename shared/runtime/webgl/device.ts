import { stopIfAborted, waitShortly } from '../turn.ts';
import {
  type Context,
  configure,
  type DeviceOptions,
  enablePrecision,
  limitsOf,
  openContext,
  rendererName,
} from './context.ts';
import { type Draw, Drawing } from './drawing.ts';
import { Loss } from './loss.ts';
import type { Limits, SlotSpec, TexelRows } from './pass.ts';
import { Programs } from './programs.ts';
import { Readback } from './readback.ts';
import { type Texture, Textures } from './textures.ts';

/**
 * One WebGL2 context, on a page or in a worker: limits, programs, textures, draws and reads. After a loss every object
 * is invalid; `generation` then changes, and whoever holds textures makes them anew.
 */
export class WebglDevice {
  readonly limits: Limits;
  /** What the driver calls itself, for messages and for remembering measurements. */
  readonly name: string;
  private readonly context: Context;
  private readonly loss: Loss;
  private readonly programs: Programs;
  private readonly textures: Textures;
  private readonly drawing: Drawing;
  private readonly readback: Readback;

  private constructor(context: Context, options: DeviceOptions) {
    const { gl } = context;
    this.context = context;
    this.name = rendererName(gl);
    this.limits = limitsOf(gl, options);
    const assertAlive = (): void => this.assertAlive();
    this.programs = new Programs(gl, assertAlive);
    this.textures = new Textures(gl, this.limits.precision, assertAlive);
    this.drawing = new Drawing(gl, this.programs, this.textures);
    this.readback = new Readback(gl, this.textures, assertAlive);
    configure(gl);
    this.loss = new Loss(context, {
      onLost: () => {
        this.programs.forget();
        this.textures.forget();
        this.readback.forget();
      },
      onRestored: () => {
        enablePrecision(gl, this.limits.precision);
        configure(gl);
      },
    });
  }

  /** Throws `WebglUnavailable` when there is no WebGL2, or one that cannot render to floats of any width. */
  static create(options: DeviceOptions = {}): WebglDevice {
    return new WebglDevice(openContext(), options);
  }

  /** Changes whenever everything that was made before is gone. */
  get generation(): number {
    return this.loss.generation;
  }

  /** Whether it was waited for in vain: a new device has better prospects. */
  get isGone(): boolean {
    return this.loss.isGone;
  }

  get isLost(): boolean {
    return this.loss.isLost;
  }

  /** Throws when the context is gone; framebuffers and links fail strangely then, so ask before blaming them. */
  assertAlive(): void {
    this.loss.assertAlive();
  }

  /** Waits for the browser to give the context back. Rejects when that is cancelled. */
  restored(milliseconds: number, signal?: AbortSignal): Promise<boolean> {
    return this.loss.restored(milliseconds, signal);
  }

  /** For tests: takes the context away as a driver reset would, and says how to give it back. */
  loseContext(): { restore(): void } {
    return this.loss.lose();
  }

  dispose(): void {
    const { gl, canvas } = this.context;
    gl.getExtension('WEBGL_lose_context')?.loseContext();
    canvas.width = 0;
    canvas.height = 0;
  }

  draw(draw: Draw): void {
    this.drawing.draw(draw);
  }

  /** What the driver refuses shows at the next `checkMemory`. */
  createTexture(spec: SlotSpec): Texture {
    return this.textures.create(spec);
  }

  /**
   * Rejects with `OutOfMemory` when anything failed since the last look. The device is asked once it is ready to answer:
   * asking before would keep others waiting.
   */
  async checkMemory(signal?: AbortSignal): Promise<void> {
    await this.passed(this.fence(), signal);
    this.assertAlive();
    this.textures.checkMemory();
  }

  createWeights(width: number, height: number): Texture {
    return this.textures.createWeights(width, height);
  }

  uploadRows(texture: Texture, rows: TexelRows): void {
    this.textures.uploadRows(texture, rows);
  }

  deleteTexture(texture: Texture): void {
    this.textures.delete(texture);
  }

  upload(texture: Texture, texels: Float32Array): void {
    this.textures.upload(texture, texels);
  }

  startProgram(fragment: string): void {
    this.programs.start(fragment);
  }

  get compilesInParallel(): boolean {
    return this.programs.compilesInParallel;
  }

  /** Resolves once a program can be used without waiting for the compiler. */
  async compiled(fragment: string, signal?: AbortSignal): Promise<void> {
    this.programs.start(fragment);
    // Where the driver does not tell, a mark behind the compilation does: asking for the program would block.
    if (!this.compilesInParallel) await this.passed(this.fence(), signal);
    while (!this.programs.isReady(fragment)) {
      stopIfAborted(signal);
      await waitShortly();
    }
  }

  get programCount(): number {
    return this.programs.count;
  }

  fence(): WebGLSync | null {
    return this.readback.fence();
  }

  passed(sync: WebGLSync | null, signal?: AbortSignal): Promise<void> {
    return this.readback.passed(sync, signal);
  }

  waitBlocking(): void {
    this.readback.waitBlocking();
  }

  read(texture: Texture): Promise<Float32Array> {
    return this.readback.read(texture);
  }
}
