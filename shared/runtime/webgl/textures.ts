import { OutOfMemory } from './device-errors.ts';
import type { Limits, SlotSpec } from './pass.ts';

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

  constructor(gl: WebGL2RenderingContext, precision: Limits['precision'], assertAlive: () => void) {
    this.gl = gl;
    this.precision = precision;
    this.assertAlive = assertAlive;
  }

  /** After a loss none is valid. */
  forget(): void {
    this.framebuffers = new Map();
    this.textureIds = new WeakMap();
  }

  /** Throws `OutOfMemory` when the driver refuses. */
  create({ width, height, layers }: SlotSpec): Texture {
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
    const format = this.precision === 'half' ? gl.RGBA16F : gl.RGBA32F;
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

  /** Throws `OutOfMemory` when anything failed since the last look. */
  checkMemory(width: number, height: number, layers: number): void {
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
