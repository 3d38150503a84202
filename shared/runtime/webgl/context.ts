import { WebglUnavailable } from './device-errors.ts';
import type { Limits } from './pass.ts';
import { reasons } from './reasons.ts';

export interface DeviceOptions {
  /** At most this many render targets, and no texture larger: to try what lesser devices would do. */
  readonly drawBuffers?: number;
  readonly maxTextureSize?: number;
  readonly precision?: Limits['precision'];
}

/** More targets than this gain nothing and cost registers. */
const MOST_DRAW_BUFFERS = 8;

export interface Context {
  readonly gl: WebGL2RenderingContext;
  readonly canvas: OffscreenCanvas | HTMLCanvasElement;
}

/** A context that draws on nothing that is shown. Throws `WebglUnavailable` when there is no WebGL2. */
export function openContext(): Context {
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
    throw new WebglUnavailable(reasons.noWebgl2);
  }
  return { gl, canvas };
}

/** What the context can do, within what is wished. Throws `WebglUnavailable` when it cannot render to floats of any width. */
export function limitsOf(gl: WebGL2RenderingContext, options: DeviceOptions): Limits {
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
  return {
    maxTextureSize,
    drawBuffers: targets >= 8 ? 8 : 4,
    precision: enablePrecision(gl, options.precision),
  };
}

/** Switches on float render targets: what a new or restored context has to be asked for. */
export function enablePrecision(
  gl: WebGL2RenderingContext,
  wanted: Limits['precision'] | undefined,
): Limits['precision'] {
  if (wanted !== 'half' && gl.getExtension('EXT_color_buffer_float')) return 'single';
  // The wider extension covers half floats too.
  if (gl.getExtension('EXT_color_buffer_half_float') || gl.getExtension('EXT_color_buffer_float'))
    return 'half';
  throw new WebglUnavailable(reasons.noFloatTargets);
}

/** The state that all draws share. */
export function configure(gl: WebGL2RenderingContext): void {
  gl.disable(gl.DEPTH_TEST);
  gl.disable(gl.DITHER);
  gl.disable(gl.BLEND);
  gl.disable(gl.CULL_FACE);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  gl.bindVertexArray(gl.createVertexArray());
}

export function rendererName(gl: WebGL2RenderingContext): string {
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  return String(info ? gl.getParameter(info.UNMASKED_RENDERER_WEBGL) : gl.getParameter(gl.RENDERER));
}
