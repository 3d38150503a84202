import { VERTEX } from './glsl.ts';
import type { Limits, SlotSpec } from './pass.ts';

/** Why there is no WebGL to run on, in words for the user. */
export class WebglUnavailable extends Error {}
/** The context is gone, with everything in it; it may come back. */
export class ContextLost extends Error {
  constructor() {
    super('The graphics device was reset while the network ran.');
  }
}
/** The device has no memory left for a texture. */
export class OutOfMemory extends Error {}

export interface DeviceOptions {
  /** At most this many render targets, and no texture larger: to try what lesser devices would do. */
  readonly drawBuffers?: number;
  readonly maxTextureSize?: number;
  readonly precision?: Limits['precision'];
}

/** More targets than this gain nothing and cost registers. */
const MOST_DRAW_BUFFERS = 8;

export interface Texture {
  readonly handle: WebGLTexture;
  readonly target: number;
  readonly width: number;
  readonly height: number;
  readonly layers: number;
}

interface Program {
  readonly handle: WebGLProgram;
  readonly uniforms: Map<string, WebGLUniformLocation | null>;
  checked: boolean;
}

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
  private programs = new Map<string, Program>();
  private framebuffers = new Map<string, WebGLFramebuffer>();
  private textureIds = new WeakMap<WebGLTexture, number>();
  private nextTextureId = 0;
  private currentGeneration = 0;
  private lost = false;
  private gone = false;
  private lossSeen = false;
  private lossListeners: (() => void)[] = [];
  private restoredListeners: (() => void)[] = [];
  private probe: { readonly framebuffer: WebGLFramebuffer; readonly texture: WebGLTexture } | undefined;

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
    this.programs = new Map();
    this.framebuffers = new Map();
    this.textureIds = new WeakMap();
    this.probe = undefined;
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

  /** Waits for the browser to give the context back. */
  async restored(milliseconds: number): Promise<boolean> {
    if (!this.isLost) return true;
    if (this.gone) return false;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.gone = true;
        resolve(false);
      }, milliseconds);
      this.restoredListeners.push(() => {
        clearTimeout(timer);
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

  // ——— Textures

  /** Throws `OutOfMemory` when the driver refuses. */
  createTexture({ width, height, layers }: SlotSpec): Texture {
    return this.makeTexture(this.gl.TEXTURE_2D_ARRAY, width, height, layers);
  }

  createWeights(width: number, height: number, texels: Float32Array): Texture {
    const { gl } = this;
    const texture = this.makeTexture(gl.TEXTURE_2D, width, height, 1);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, gl.RGBA, gl.FLOAT, texels);
    this.checkMemory(width, height, 1);
    return texture;
  }

  private makeTexture(target: number, width: number, height: number, layers: number): Texture {
    const { gl } = this;
    this.assertAlive();
    const format = this.limits.precision === 'half' ? gl.RGBA16F : gl.RGBA32F;
    const handle = gl.createTexture();
    gl.bindTexture(target, handle);
    if (target === gl.TEXTURE_2D) gl.texStorage2D(target, 1, format, width, height);
    else gl.texStorage3D(target, 1, format, width, height, layers);
    this.checkMemory(width, height, layers);
    for (const [name, value] of [
      [gl.TEXTURE_MIN_FILTER, gl.NEAREST],
      [gl.TEXTURE_MAG_FILTER, gl.NEAREST],
      [gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE],
      [gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE],
    ] as const) {
      gl.texParameteri(target, name, value);
    }
    this.textureIds.set(handle, this.nextTextureId++);
    return { handle, target, width, height, layers };
  }

  private checkMemory(width: number, height: number, layers: number): void {
    const error = this.gl.getError();
    if (error === this.gl.NO_ERROR) return;
    this.assertAlive();
    const mebibytes = Math.ceil((width * height * layers * 16) / 2 ** 20);
    throw new OutOfMemory(
      error === this.gl.OUT_OF_MEMORY
        ? `The graphics device has no memory left for a texture of ${mebibytes} MiB.`
        : `The graphics device failed at a texture of ${width}×${height}×${layers} (error ${error}).`,
    );
  }

  deleteTexture(texture: Texture): void {
    const id = this.textureIds.get(texture.handle);
    for (const [key, framebuffer] of this.framebuffers) {
      if (!key.startsWith(`${id}:`)) continue;
      this.gl.deleteFramebuffer(framebuffer);
      this.framebuffers.delete(key);
    }
    this.gl.deleteTexture(texture.handle);
  }

  /** `texels`: RGBA of all layers, one after the other. */
  upload(texture: Texture, texels: Float32Array): void {
    const { gl } = this;
    gl.bindTexture(texture.target, texture.handle);
    gl.texSubImage3D(
      texture.target,
      0,
      0,
      0,
      0,
      texture.width,
      texture.height,
      texture.layers,
      gl.RGBA,
      gl.FLOAT,
      texels,
    );
  }

  private framebuffer(texture: Texture, first: number, count: number): WebGLFramebuffer {
    const { gl } = this;
    const key = `${this.textureIds.get(texture.handle)}:${first}:${count}`;
    const known = this.framebuffers.get(key);
    if (known) return known;
    const framebuffer = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
    const attachments: number[] = [];
    for (let i = 0; i < count; i++) {
      gl.framebufferTextureLayer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0 + i, texture.handle, 0, first + i);
      attachments.push(gl.COLOR_ATTACHMENT0 + i);
    }
    gl.drawBuffers(attachments);
    const status = gl.checkFramebufferStatus(gl.FRAMEBUFFER);
    if (status !== gl.FRAMEBUFFER_COMPLETE) {
      this.assertAlive();
      throw new Error(`The graphics device cannot render to ${count} float layers (status ${status}).`);
    }
    this.framebuffers.set(key, framebuffer);
    return framebuffer;
  }

  // ——— Programs

  /** Starts compiling without waiting, so that drivers that can do so compile many at once. */
  startProgram(fragment: string): void {
    if (this.programs.has(fragment)) return;
    const { gl } = this;
    this.assertAlive();
    const handle = gl.createProgram();
    for (const [type, source] of [
      [gl.VERTEX_SHADER, VERTEX],
      [gl.FRAGMENT_SHADER, fragment],
    ] as const) {
      const shader = gl.createShader(type);
      if (!shader) throw new ContextLost();
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(handle, shader);
      gl.deleteShader(shader);
    }
    gl.linkProgram(handle);
    this.programs.set(fragment, { handle, uniforms: new Map(), checked: false });
  }

  private program(fragment: string): Program {
    this.startProgram(fragment);
    const program = this.programs.get(fragment)!;
    if (program.checked) return program;
    const { gl } = this;
    if (!gl.getProgramParameter(program.handle, gl.LINK_STATUS)) {
      this.assertAlive();
      const shaders = gl.getAttachedShaders(program.handle) ?? [];
      const log = [
        gl.getProgramInfoLog(program.handle),
        ...shaders.map((shader) => gl.getShaderInfoLog(shader)),
      ];
      this.programs.delete(fragment);
      throw new Error(`A shader does not compile: ${log.filter(Boolean).join(' ')}\n${fragment}`);
    }
    program.checked = true;
    return program;
  }

  get programCount(): number {
    return this.programs.size;
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
    /** Draws in this many bands of rows, so that no draw is so long that a watchdog strikes. */
    readonly bands: number;
  }): void {
    const { gl } = this;
    const program = this.program(draw.fragment);
    // biome-ignore lint/correctness/useHookAtTopLevel: WebGL's, not React's.
    gl.useProgram(program.handle);
    for (const [unit, [sampler, texture]] of draw.textures.entries()) {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(texture.target, texture.handle);
      gl.uniform1i(this.uniform(program, sampler), unit);
    }
    for (const [name, value] of Object.entries(draw.uniforms ?? {})) {
      gl.uniform1i(this.uniform(program, name), value);
    }
    for (const [name, value] of Object.entries(draw.floats ?? {})) {
      gl.uniform1f(this.uniform(program, name), value);
    }
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.framebuffer(draw.target, draw.layers.first, draw.layers.count));
    const { x, y, width, height } = draw.viewport;
    gl.viewport(x, y, width, height);
    if (draw.bands <= 1) {
      gl.drawArrays(gl.TRIANGLES, 0, 3);
      return;
    }
    gl.enable(gl.SCISSOR_TEST);
    const rows = Math.ceil(height / draw.bands);
    for (let top = 0; top < height; top += rows) {
      gl.scissor(x, y + top, width, Math.min(rows, height - top));
      gl.drawArrays(gl.TRIANGLES, 0, 3);
    }
    gl.disable(gl.SCISSOR_TEST);
  }

  private uniform(program: Program, name: string): WebGLUniformLocation | null {
    const known = program.uniforms.get(name);
    if (known !== undefined) return known;
    const location = this.gl.getUniformLocation(program.handle, name);
    program.uniforms.set(name, location);
    return location;
  }

  // ——— Waiting and reading

  /** A mark in the stream of commands that can be waited for. */
  fence(): WebGLSync | null {
    const sync = this.gl.fenceSync(this.gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    this.gl.flush();
    return sync;
  }

  /** Resolves once the device has got as far as the mark. Polls, since nothing in WebGL calls back. */
  async passed(sync: WebGLSync | null): Promise<void> {
    const { gl } = this;
    for (;;) {
      this.assertAlive();
      if (!sync) throw new ContextLost();
      if (gl.getSyncParameter(sync, gl.SYNC_STATUS) === gl.SIGNALED) break;
      await new Promise<void>((resolve) => setTimeout(resolve, 1));
    }
    gl.deleteSync(sync);
  }

  /** Blocks until everything that was drawn is done: `finish()` returns at once, reading a pixel does not. */
  waitBlocking(): void {
    const { gl } = this;
    this.assertAlive();
    this.probe ??= this.makeProbe();
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.probe.framebuffer);
    gl.clearColor(0, 0, 0, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  }

  private makeProbe() {
    const { gl } = this;
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, 1, 1);
    const framebuffer = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
    return { framebuffer, texture };
  }

  /** Texels of all layers, RGBA. Large ones go through a pixel buffer, which is several times as quick. */
  async read(texture: Texture): Promise<Float32Array> {
    const { gl } = this;
    this.assertAlive();
    const { width, height, layers } = texture;
    const perLayer = width * height * 4;
    const texels = new Float32Array(perLayer * layers);
    if (texels.byteLength < BUFFERED_READ_BYTES) {
      for (let layer = 0; layer < layers; layer++) {
        gl.bindFramebuffer(gl.FRAMEBUFFER, this.framebuffer(texture, layer, 1));
        gl.readPixels(0, 0, width, height, gl.RGBA, gl.FLOAT, texels, layer * perLayer);
      }
      this.checkErrors(texture);
      return texels;
    }
    const buffer = gl.createBuffer();
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer);
    gl.bufferData(gl.PIXEL_PACK_BUFFER, texels.byteLength, gl.STREAM_READ);
    for (let layer = 0; layer < layers; layer++) {
      gl.bindFramebuffer(gl.FRAMEBUFFER, this.framebuffer(texture, layer, 1));
      gl.readPixels(0, 0, width, height, gl.RGBA, gl.FLOAT, layer * perLayer * 4);
    }
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
    await this.passed(this.fence());
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer);
    gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, 0, texels);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
    gl.deleteBuffer(buffer);
    this.checkErrors(texture);
    return texels;
  }

  /** An error since the last look means that numbers are wrong: no result is better than those. */
  private checkErrors({ width, height, layers }: Texture): void {
    this.assertAlive();
    this.checkMemory(width, height, layers);
  }
}

const BUFFERED_READ_BYTES = 2 * 2 ** 20;

function rendererName(gl: WebGL2RenderingContext): string {
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  return String(info ? gl.getParameter(info.UNMASKED_RENDERER_WEBGL) : gl.getParameter(gl.RENDERER));
}
