import { stopIfAborted, waitShortly } from '../turn.ts';
import { ContextLost } from './device-errors.ts';
import type { Texture, Textures } from './textures.ts';

/** Larger reads go through a pixel buffer. */
const BUFFERED_READ_BYTES = 2 * 2 ** 20;

/** Waiting for the device, and getting numbers back from it. */
export class Readback {
  private readonly gl: WebGL2RenderingContext;
  private readonly textures: Textures;
  /** Throws `ContextLost`. */
  private readonly assertAlive: () => void;
  private probe: { readonly framebuffer: WebGLFramebuffer; readonly texture: WebGLTexture } | undefined;

  constructor(gl: WebGL2RenderingContext, textures: Textures, assertAlive: () => void) {
    this.gl = gl;
    this.textures = textures;
    this.assertAlive = assertAlive;
  }

  /** After a loss nothing is valid. */
  forget(): void {
    this.probe = undefined;
  }

  /** A mark in the stream of commands that can be waited for. */
  fence(): WebGLSync | null {
    const sync = this.gl.fenceSync(this.gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    this.gl.flush();
    return sync;
  }

  /**
   * Resolves once the device has got as far as the mark. Polls, since nothing in WebGL calls back. Rejects as soon as it
   * is cancelled, however far the device is.
   */
  async passed(sync: WebGLSync | null, signal?: AbortSignal): Promise<void> {
    const { gl } = this;
    for (;;) {
      stopIfAborted(signal);
      this.assertAlive();
      if (!sync) throw new ContextLost();
      if (gl.getSyncParameter(sync, gl.SYNC_STATUS) === gl.SIGNALED) break;
      await waitShortly();
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
        gl.bindFramebuffer(gl.FRAMEBUFFER, this.textures.framebuffer(texture, layer, 1));
        gl.readPixels(0, 0, width, height, gl.RGBA, gl.FLOAT, texels, layer * perLayer);
      }
      this.checkErrors();
      return texels;
    }
    const buffer = gl.createBuffer();
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer);
    gl.bufferData(gl.PIXEL_PACK_BUFFER, texels.byteLength, gl.STREAM_READ);
    for (let layer = 0; layer < layers; layer++) {
      gl.bindFramebuffer(gl.FRAMEBUFFER, this.textures.framebuffer(texture, layer, 1));
      gl.readPixels(0, 0, width, height, gl.RGBA, gl.FLOAT, layer * perLayer * 4);
    }
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
    await this.passed(this.fence());
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer);
    gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, 0, texels);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
    gl.deleteBuffer(buffer);
    this.checkErrors();
    return texels;
  }

  /** An error since the last look means that numbers are wrong: no result is better than those. */
  private checkErrors(): void {
    this.assertAlive();
    this.textures.checkMemory();
  }
}
