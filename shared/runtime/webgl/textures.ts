import { OutOfMemory } from './device-errors.ts';
import type { Limits, SlotSpec, TexelRows } from './pass.ts';
import { reasons } from './reasons.ts';

export interface Texture {
  readonly handle: WebGLTexture;
  readonly target: number;
  readonly width: number;
  readonly height: number;
  readonly layers: number;
}

/** Textures of 32 or 16 bit floats, four channels a texel, and what it takes to render to them. */
export class Textures {
  private readonly gl: WebGL2RenderingContext;
  private readonly precision: Limits['precision'];
  /** Throws `ContextLost`. */
  private readonly assertAlive: () => void;
  private framebuffers = new Map<string, WebGLFramebuffer>();
  private textureIds = new WeakMap<WebGLTexture, number>();
  private nextTextureId = 0;
  /** Of the textures made since the last look at errors. */
  private uncheckedBytes = 0;

  constructor(gl: WebGL2RenderingContext, precision: Limits['precision'], assertAlive: () => void) {
    this.gl = gl;
    this.precision = precision;
    this.assertAlive = assertAlive;
  }

  /** After a loss none is valid. */
  forget(): void {
    this.framebuffers = new Map();
    this.textureIds = new WeakMap();
    this.uncheckedBytes = 0;
  }

  /** Whether the driver refuses shows at the next `checkMemory`: asking waits for all that was handed out before. */
  create({ width, height, layers }: SlotSpec): Texture {
    return this.makeTexture(this.gl.TEXTURE_2D_ARRAY, width, height, layers);
  }

  /** For weights, which come row by row. */
  createWeights(width: number, height: number): Texture {
    return this.makeTexture(this.gl.TEXTURE_2D, width, height, 1);
  }

  uploadRows({ target, handle, width }: Texture, { first, count, texels }: TexelRows): void {
    const { gl } = this;
    gl.bindTexture(target, handle);
    gl.texSubImage2D(target, 0, 0, first, width, count, gl.RGBA, gl.FLOAT, texels);
  }

  private makeTexture(target: number, width: number, height: number, layers: number): Texture {
    const { gl } = this;
    this.assertAlive();
    const format = this.precision === 'half' ? gl.RGBA16F : gl.RGBA32F;
    const handle = gl.createTexture();
    gl.bindTexture(target, handle);
    if (target === gl.TEXTURE_2D) gl.texStorage2D(target, 1, format, width, height);
    else gl.texStorage3D(target, 1, format, width, height, layers);
    this.uncheckedBytes += width * height * layers * (this.precision === 'half' ? 8 : 16);
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

  /** Throws `OutOfMemory` when anything failed since the last look. */
  checkMemory(): void {
    const mebibytes = Math.ceil(this.uncheckedBytes / 2 ** 20);
    this.uncheckedBytes = 0;
    const error = this.gl.getError();
    if (error === this.gl.NO_ERROR) return;
    this.assertAlive();
    throw new OutOfMemory(
      error === this.gl.OUT_OF_MEMORY ? reasons.noMemory(mebibytes) : reasons.deviceError(error),
    );
  }

  delete(texture: Texture): void {
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

  /** To render to, or read from, a run of layers. */
  framebuffer(texture: Texture, first: number, count: number): WebGLFramebuffer {
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
}
