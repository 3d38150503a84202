import { RunCancelled } from '../run-error.ts';
import { ContextLost, WebglUnavailable } from './device-errors.ts';
import type { Limits, SlotSpec, TexelRows } from './pass.ts';
import { Programs } from './programs.ts';
import { Readback } from './readback.ts';
import { type Texture, Textures } from './textures.ts';
import { stopIfAborted, waitShortly } from './turn.ts';

export interface DeviceOptions {
  /** At most this many render targets, and no texture larger: to try what lesser devices would do. */
  readonly drawBuffers?: number;
  readonly maxTextureSize?: number;
  readonly precision?: Limits['precision'];
}

/** More targets than this gain nothing and cost registers. */
const MOST_DRAW_BUFFERS = 8;

/**
 * One WebGL2 context, on a page or in a worker: limits, programs, textures, draws and reads. After a loss every object
 * is invalid; `generation` then changes, and whoever holds textures makes them anew.
 */
export class WebglDevice {
  readonly limits: Limits;
  /** What the driver calls itself, for messages and for remembering measurements. */
  readonly name: string;
  private readonly gl: WebGL2RenderingContext;
  private readonly canvas: OffscreenCanvas | HTMLCanvasElement;
  private readonly programs: Programs;
  private readonly textures: Textures;
  private readonly readback: Readback;
  private currentGeneration = 0;
  private lost = false;
  private gone = false;
  private lossSeen = false;
  private lossListeners: (() => void)[] = [];
  private restoredListeners: (() => void)[] = [];

  private constructor(
    gl: WebGL2RenderingContext,
    canvas: OffscreenCanvas | HTMLCanvasElement,
    options: DeviceOptions,
  ) {
    this.gl = gl;
    this.canvas = canvas;
    this.name = rendererName(gl);
    const maxTextureSize = Math.min(
      gl.getParameter(gl.MAX_TEXTURE_SIZE) as number,
      options.maxTextureSize ?? Number.POSITIVE_INFINITY,
    );
    const targets = Math.min(
      gl.getParameter(gl.MAX_DRAW_BUFFERS) as number,
      gl.getParameter(gl.MAX_COLOR_ATTACHMENTS) as number,
      options.drawBuffers ?? MOST_DRAW_BUFFERS,
      MOST_DRAW_BUFFERS,
    );
    this.limits = {
      maxTextureSize,
      drawBuffers: targets >= 8 ? 8 : 4,
      precision: this.enablePrecision(options.precision),
    };
    const assertAlive = (): void => this.assertAlive();
    this.programs = new Programs(gl, assertAlive);
    this.textures = new Textures(gl, this.limits.precision, assertAlive);
    this.readback = new Readback(gl, this.textures, assertAlive);
    this.configure();
    canvas.addEventListener('webglcontextlost', (event) => {
      event.preventDefault();
      if (!this.lost) this.forget();
      this.lossSeen = true;
      // Only once this event is over does the browser let a context be restored.
      for (const listener of this.lossListeners.splice(0)) setTimeout(listener, 0);
    });
    canvas.addEventListener('webglcontextrestored', () => {
      this.enablePrecision(this.limits.precision);
      this.configure();
      this.lost = false;
      this.gone = false;
      this.lossSeen = false;
      for (const listener of this.restoredListeners.splice(0)) listener();
    });
  }

  /** Throws `WebglUnavailable` when there is no WebGL2, or one that cannot render to floats of any width. */
  static create(options: DeviceOptions = {}): WebglDevice {
    const canvas =
      typeof OffscreenCanvas === 'undefined' ? document.createElement('canvas') : new OffscreenCanvas(1, 1);
    const gl = canvas.getContext('webgl2', {
      alpha: false,
      antialias: false,
      depth: false,
      stencil: false,
      preserveDrawingBuffer: false,
      powerPreference: 'high-performance',
    });
    if (!(gl instanceof WebGL2RenderingContext)) {
      throw new WebglUnavailable('This browser or graphics driver offers no WebGL2.');
    }
    return new WebglDevice(gl, canvas, options);
  }

  private enablePrecision(wanted: Limits['precision'] | undefined): Limits['precision'] {
    const { gl } = this;
    if (wanted !== 'half' && gl.getExtension('EXT_color_buffer_float')) return 'single';
    // The wider extension covers half floats too.
    if (gl.getExtension('EXT_color_buffer_half_float') || gl.getExtension('EXT_color_buffer_float'))
      return 'half';
    throw new WebglUnavailable(
      'This graphics driver cannot render to floating-point textures (EXT_color_buffer_float).',
    );
  }

  private configure(): void {
    const { gl } = this;
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.DITHER);
    gl.disable(gl.BLEND);
    gl.disable(gl.CULL_FACE);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.bindVertexArray(gl.createVertexArray());
  }

  private forget(): void {
    this.lost = true;
    this.currentGeneration++;
    this.programs.forget();
    this.textures.forget();
    this.readback.forget();
  }

  /** Changes whenever everything that was made before is gone. */
  get generation(): number {
    return this.currentGeneration;
  }

  /** Whether it was waited for in vain: a new device has better prospects. */
  get isGone(): boolean {
    return this.gone && this.isLost;
  }

  get isLost(): boolean {
    return this.lost || this.gl.isContextLost();
  }

  /** Throws when the context is gone; framebuffers and links fail strangely then, so ask before blaming them. */
  assertAlive(): void {
    if (!this.isLost) return;
    if (!this.lost) this.forget();
    throw new ContextLost();
  }

  /** Waits for the browser to give the context back. Rejects when that is cancelled. */
  async restored(milliseconds: number, signal?: AbortSignal): Promise<boolean> {
    if (!this.isLost) return true;
    if (this.gone) return false;
    return new Promise((resolve, reject) => {
      const over = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
      };
      const cancel = (): void => {
        over();
        reject(new RunCancelled());
      };
      const timer = setTimeout(() => {
        over();
        this.gone = true;
        resolve(false);
      }, milliseconds);
      signal?.addEventListener('abort', cancel);
      this.restoredListeners.push(() => {
        over();
        resolve(true);
      });
    });
  }

  /** For tests: takes the context away as a driver reset would, and says how to give it back. */
  loseContext(): { restore(): void } {
    const extension = this.gl.getExtension('WEBGL_lose_context');
    if (!extension) throw new Error('WEBGL_lose_context is not offered.');
    extension.loseContext();
    const restore = (): void => extension.restoreContext();
    // The browser refuses to restore what it has not told to be lost.
    return { restore: () => void (this.lossSeen ? restore() : this.lossListeners.push(restore)) };
  }

  dispose(): void {
    this.gl.getExtension('WEBGL_lose_context')?.loseContext();
    this.canvas.width = 0;
    this.canvas.height = 0;
  }

  // ——— Draws

  draw(draw: {
    readonly fragment: string;
    readonly textures: readonly (readonly [sampler: string, texture: Texture])[];
    readonly uniforms: Readonly<Record<string, number>> | undefined;
    readonly floats: Readonly<Record<string, number>> | undefined;
    readonly target: Texture;
    readonly layers: { readonly first: number; readonly count: number };
    readonly viewport: {
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    };
    /** The rows of the viewport that are drawn; all by default. */
    readonly band?: { readonly first: number; readonly count: number };
  }): void {
    const { gl } = this;
    const program = this.programs.of(draw.fragment);
    // biome-ignore lint/correctness/useHookAtTopLevel: WebGL's, not React's.
    gl.useProgram(program.handle);
    for (const [unit, [sampler, texture]] of draw.textures.entries()) {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(texture.target, texture.handle);
      gl.uniform1i(this.programs.uniform(program, sampler), unit);
    }
    for (const [name, value] of Object.entries(draw.uniforms ?? {})) {
      gl.uniform1i(this.programs.uniform(program, name), value);
    }
    for (const [name, value] of Object.entries(draw.floats ?? {})) {
      gl.uniform1f(this.programs.uniform(program, name), value);
    }
    gl.bindFramebuffer(
      gl.FRAMEBUFFER,
      this.textures.framebuffer(draw.target, draw.layers.first, draw.layers.count),
    );
    const { x, y, width, height } = draw.viewport;
    gl.viewport(x, y, width, height);
    if (!draw.band) {
      gl.drawArrays(gl.TRIANGLES, 0, 3);
      return;
    }
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(x, y + draw.band.first, width, draw.band.count);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    gl.disable(gl.SCISSOR_TEST);
  }

  // ——— What its parts do

  /** What the driver refuses shows at the next `checkMemory`. */
  createTexture(spec: SlotSpec): Texture {
    return this.textures.create(spec);
  }

  /** Throws `OutOfMemory` when anything failed since the last look. Waits for the device. */
  checkMemory(): void {
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

  /** Resolves once a program can be used without waiting for the compiler, where the driver tells. */
  async compiled(fragment: string, signal?: AbortSignal): Promise<void> {
    this.programs.start(fragment);
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

function rendererName(gl: WebGL2RenderingContext): string {
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  return String(info ? gl.getParameter(info.UNMASKED_RENDERER_WEBGL) : gl.getParameter(gl.RENDERER));
}
