import { divide, floatKnob, knob, modulo, texelAt } from '../glsl.ts';
import type { Layout } from '../layout.ts';
import type { ConvolutionSpec } from './convolution-spec.ts';

/** One axis of a sliding window as a tile of neighbouring outputs sees it. */
export interface Axis {
  readonly name: 'y' | 'x';
  /** The shader's variable that counts tiles along the axis. */
  readonly base: string;
  /** Neighbouring outputs per invocation. */
  readonly tile: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding before the first row or column. */
  readonly before: number;
  readonly inputExtent: number;
  readonly outputExtent: number;
  /** How many texture layers the input's rows or columns are dealt out to. */
  readonly phases: number;
  /** Texels along the axis, for normalised coordinates. */
  readonly textureExtent: number;
}

export interface Taps {
  /** Declares coordinate `fy3`, layer phase `ly3` and mask `my3` for each input row (or column) that the tile reads. */
  readonly code: string;
  readonly count: number;
  /** Which of the rows output `t` of the tile meets at kernel position `k`. */
  index(t: number, k: number): number;
  coordinate(i: number): string;
  phase(i: number): string;
  /** A factor that is 0 in the padding; undefined where no valid output reaches into it. */
  readonly masked: boolean;
  mask(i: number): string;
}

/** Whether any window of the axis reaches beyond the input. */
export function reachesPadding(axis: Axis): boolean {
  const lastStart = (axis.outputExtent - 1) * axis.stride - axis.before;
  return axis.before > 0 || lastStart + (axis.kernel - 1) * axis.dilation >= axis.inputExtent;
}

/** The rows (or columns) that a tile reads, each once however many outputs share it. */
export function declareTaps(axis: Axis): Taps {
  const offsets: number[] = [];
  for (let t = 0; t < axis.tile; t++) {
    for (let k = 0; k < axis.kernel; k++) offsets.push(t * axis.stride + k * axis.dilation - axis.before);
  }
  const unique = [...new Set(offsets)].sort((a, b) => a - b);
  const masked = reachesPadding(axis);
  const { name } = axis;
  let code = `float s${name}=${floatKnob(1 / axis.textureExtent)};`;
  if (masked) code += `int e${name}=${knob(axis.inputExtent)};`;
  const phases: string[] = [];
  for (const [i, offset] of unique.entries()) {
    const place = placeTap(axis, offset);
    phases.push(place.phase);
    code += `int q${name}${i}=${place.texel};`;
    if (masked) {
      code += `int i${name}${i}=${axis.base}*${axis.tile * axis.stride}+${offset};`;
      code += `float m${name}${i}=i${name}${i}>=0&&i${name}${i}<e${name}?1.0:0.0;if(m${name}${i}==0.0)q${name}${i}=0;`;
    }
    code += `float f${name}${i}=(float(q${name}${i})+0.5)*s${name};\n`;
  }
  return {
    code,
    count: unique.length,
    index: (t, k) => unique.indexOf(t * axis.stride + k * axis.dilation - axis.before),
    coordinate: (i) => `f${name}${i}`,
    phase: (i) => phases[i]!,
    masked,
    mask: (i) => `m${name}${i}`,
  };
}

/** Texel and layer phase of input position base·tile·stride + offset; constant phases wherever they divide. */
export function placeTap(
  axis: Pick<Axis, 'base' | 'tile' | 'stride' | 'phases'>,
  offset: number,
): {
  readonly texel: string;
  readonly phase: string;
} {
  const { phases, base } = axis;
  const step = axis.tile * axis.stride;
  if (step % phases === 0) {
    return {
      texel: `${base}*${step / phases}+${Math.floor(offset / phases)}`,
      phase: String(((offset % phases) + phases) % phases),
    };
  }
  // Shifted by whole texels so that integer division never sees a negative number.
  const shift = Math.ceil(Math.max(0, -offset) / phases);
  const position = `(${base}*${step}+${offset + shift * phases})`;
  return { texel: `${divide(position, phases)}-${shift}`, phase: modulo(position, phases) };
}

/** The block origin of input block `block` (an int expression) in normalised coordinates: `ox`, `oy`. */
export function blockOrigin(layout: Layout, block: string): string {
  const { blockRows, blockColumns, blocksPerFold, folds, width, height } = layout;
  const scaleY = floatKnob(1 / height);
  if (folds === 1) return `float oy=float((${block})*${knob(blockRows)})*${scaleY};`;
  return `int ob=${block};int of=ob/${knob(blocksPerFold)};float oy=float((ob-of*${knob(blocksPerFold)})*${knob(blockRows)})*${scaleY};float ox=float(of*${knob(blockColumns)})*${floatKnob(1 / width)};`;
}

/** A read at normalised coordinates inside the block whose origin `blockOrigin` declared. */
export function readAt(sampler: string, layout: Layout, x: string, y: string, layer: string): string {
  const across = layout.folds === 1 ? x : `ox+${x}`;
  return texelAt(sampler, `vec3(${across},oy+${y},${layerFloat(layer)})`);
}

function layerFloat(layer: string): string {
  return /^\d+$/.test(layer) ? `${layer}.0` : `float(${layer})`;
}

/** Layer of (quad phase, row phase, column phase), folded to a constant where all are. */
export function layerIndex(layout: Layout, quad: string, y: string, x: string): string {
  const { rows, columns } = layout.tile;
  const parts = [quad, y, x];
  if (parts.every((part) => /^\d+$/.test(part)))
    return String((Number(quad) * rows + Number(y)) * columns + Number(x));
  return `((${quad})*${rows}+${y})*${columns}+${x}`;
}

/** The window along rows (0) or columns (1), as a tile of the output sees it. */
export function axisOf(
  spec: Pick<ConvolutionSpec, 'window'> & { input: { layout: Layout }; output: { layout: Layout } },
  at: 0 | 1,
): Axis {
  const { window } = spec;
  const input = spec.input.layout;
  const output = spec.output.layout;
  const common = {
    kernel: window.kernel[at],
    stride: window.stride[at],
    dilation: window.dilation[at],
    before: window.before[at],
  };
  return at === 0
    ? {
        ...common,
        name: 'y',
        base: 'row',
        tile: output.tile.rows,
        inputExtent: input.view.height,
        outputExtent: output.view.height,
        phases: input.tile.rows,
        textureExtent: input.height,
      }
    : {
        ...common,
        name: 'x',
        base: 'column',
        tile: output.tile.columns,
        inputExtent: input.view.width,
        outputExtent: output.view.width,
        phases: input.tile.columns,
        textureExtent: input.width,
      };
}
