import type { Programs } from './programs.ts';
import type { Texture, Textures } from './textures.ts';

/** One draw: a triangle over the viewport of some layers of a texture. */
export interface Draw {
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
}

export class Drawing {
  private readonly gl: WebGL2RenderingContext;
  private readonly programs: Programs;
  private readonly textures: Textures;

  constructor(gl: WebGL2RenderingContext, programs: Programs, textures: Textures) {
    this.gl = gl;
    this.programs = programs;
    this.textures = textures;
  }

  draw(draw: Draw): void {
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
}
