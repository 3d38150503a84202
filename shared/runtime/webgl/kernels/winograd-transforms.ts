import {
  divide,
  float,
  floatKnob,
  HEADER,
  knob,
  locate,
  modulo,
  outputs,
  quotient,
  texelAt,
} from '../glsl.ts';
import type { Pass, SlotId } from '../pass.ts';
import { type ConvolutionSpec, slotSource } from './convolution-spec.ts';
import { endingOf } from './ending.ts';
import { axisOf, declareTaps, type Taps } from './taps.ts';
import { FREQUENCIES, type WinogradPlan } from './winograd-plan.ts';

/**
 * Winograd's F(4×4, 3×3) (Lavin and Gray 2015): a tile of 4×4 outputs from 6×6 inputs with 36 instead of 144
 * multiplications. The transforms at the points 0, ±1, ±2 and ∞.
 */
const INPUT_TRANSFORM = [
  [4, 0, -5, 0, 1, 0],
  [0, -4, -4, 1, 1, 0],
  [0, 4, -4, -1, 1, 0],
  [0, -2, -1, 2, 1, 0],
  [0, 2, -1, -2, 1, 0],
  [0, 4, 0, -5, 0, 1],
] as const;
const OUTPUT_TRANSFORM = [
  [1, 1, 1, 1, 1, 0],
  [0, 1, -1, 2, -2, 0],
  [0, 1, 1, 4, 4, 0],
  [0, 1, -1, 8, -8, 1],
] as const;

/** A row of a transform applied to the named values: `4.0*d0-5.0*d2+d4`. */
function combine(coefficients: readonly number[], name: string): string {
  let code = '';
  for (const [i, factor] of coefficients.entries()) {
    if (factor === 0) continue;
    const size = Math.abs(factor);
    const sign = factor < 0 ? '-' : code === '' ? '' : '+';
    code += `${sign}${size === 1 ? '' : `${float(size)}*`}${name}${i}`;
  }
  return code;
}

/** Reads the six values that a tile has along an axis, each where `place` says, and writes rows of their transform. */
function transformInputs(taps: Taps, place: (i: number) => string, first: number, count: number): string {
  let code = taps.code;
  for (let i = 0; i < FREQUENCIES; i++)
    code += `vec4 d${i}=${taps.masked ? `${taps.mask(i)}*` : ''}${texelAt('X', `vec3(${place(i)})`)};\n`;
  for (let k = 0; k < count; k++) code += `o${k}=${combine(INPUT_TRANSFORM[first + k]!, 'd')};`;
  return code;
}

/** Texel: input column × (quad, row of tiles); layer: vertical frequency. */
export function verticalPass(
  spec: ConvolutionSpec,
  plan: WinogradPlan,
  target: SlotId,
  uniforms: Readonly<Record<string, number>>,
  first: number,
  count: number,
): Pass {
  const { input } = spec;
  const { layout } = input;
  const { tile, view } = layout;
  const taps = declareTaps({
    ...axisOf(spec, 0),
    base: 'ty',
    tile: 4,
    // Overhanging tiles mix what they read into their valid outputs too, so it must be zero.
    outputExtent: plan.tilesDown * 4,
  });
  let code = `${HEADER}uniform sampler2DArray X;uniform int firstRow;${outputs(count)}\nvoid main(){int x=int(gl_FragCoord.x),py=int(gl_FragCoord.y);`;
  code += `int q=${quotient('py', plan.rowsPerChunk)};int r=py-q*${knob(plan.rowsPerChunk)}+firstRow;`;
  code +=
    view.batch === 1
      ? 'int ty=r;const int n=0;'
      : `int n=min(r/${knob(plan.tilesDown)},${knob(view.batch - 1)});int ty=r-n*${knob(plan.tilesDown)};`;
  code += `int b=n*${knob(layout.blocks)}+${divide('q', tile.quads)};`;
  code += `float oy=float(${layout.folds === 1 ? 'b' : `b%${knob(layout.blocksPerFold)}`}*${knob(layout.blockRows)})*${floatKnob(1 / layout.height)};`;
  const fold = layout.folds === 1 ? '' : `b/${knob(layout.blocksPerFold)}*${knob(layout.blockColumns)}+`;
  code += `float fx=(float(${fold}${divide('x', tile.columns)})+0.5)*${floatKnob(1 / layout.width)};`;
  code += `int lx=${tile.columns === 1 ? '0' : modulo('x', tile.columns)}+${tile.quads === 1 ? '0' : `${modulo('q', tile.quads)}*${tile.rows * tile.columns}`};\n`;
  const place = (i: number) => `fx,oy+${taps.coordinate(i)},float(lx+(${taps.phase(i)})*${tile.columns})`;
  code += transformInputs(taps, place, first, count);
  const height = layout.quads * plan.rowsPerChunk;
  return {
    fragment: `${code}}`,
    textures: { X: slotSource(input) },
    uniforms,
    target,
    layers: { first, count },
    viewport: { x: 0, y: 0, width: view.width, height },
    macs: 0,
    reads: view.width * height * FREQUENCIES,
  };
}

/** Texel: tile × (vertical frequency, quad); layer: horizontal frequency. */
export function horizontalPass(
  spec: ConvolutionSpec,
  plan: WinogradPlan,
  source: SlotId,
  target: SlotId,
  first: number,
  count: number,
): Pass {
  const { view, quads } = spec.input.layout;
  const taps = declareTaps({
    ...axisOf(spec, 1),
    base: 'tx',
    tile: 4,
    outputExtent: plan.tilesAcross * 4,
    phases: 1,
    textureExtent: view.width,
  });
  const rows = quads * plan.rowsPerChunk;
  let code = `${HEADER}uniform sampler2DArray X;${outputs(count)}\nvoid main(){int t=int(gl_FragCoord.x),py=int(gl_FragCoord.y);`;
  code += `int i=${quotient('py', quads)};int q=py-i*${knob(quads)};int r=${quotient('t', plan.tilesAcross)};int tx=t-r*${knob(plan.tilesAcross)};`;
  code += `float fy=(float(q*${knob(plan.rowsPerChunk)}+r)+0.5)*${floatKnob(1 / rows)};float l=float(i);\n`;
  code += transformInputs(taps, (i) => `${taps.coordinate(i)},fy,l`, first, count);
  const height = FREQUENCIES * quads;
  return {
    fragment: `${code}}`,
    textures: { X: { kind: 'slot', slot: source } },
    target,
    layers: { first, count },
    viewport: { x: 0, y: 0, width: plan.tiles, height },
    macs: 0,
    reads: plan.tiles * height * FREQUENCIES,
  };
}

/** Texel: tile × rows of the output's layout; layer: output row and column inside the tile. */
export function outputPass(
  spec: ConvolutionSpec,
  plan: WinogradPlan,
  source: SlotId,
  uniforms: Readonly<Record<string, number>>,
): Pass {
  const { layout } = spec.output;
  const { rows } = layout.tile;
  const ending = endingOf(spec);
  const { product, productWidth, outputBlocks } = plan;
  const perTile = 4 / rows;
  let code = `${HEADER}uniform sampler2DArray M;uniform int firstRow;${ending.code}${outputs(rows * 4)}\n`;
  code += `void main(){${locate(layout)}int h=row%${perTile};int t=(n*${knob(plan.tilesDown)}+row/${perTile}-firstRow)*${knob(plan.tilesAcross)}+column;`;
  if (plan.chunks > 1) code += `if(t<0||t>=${knob(plan.tiles)})discard;`;
  code += `int part=${quotient('t', productWidth)};int mx=t-part*${knob(productWidth)};int fb=${knob(outputBlocks)};int ob=block/${product.quads};int layer=part+(block-ob*${product.quads})*${product.tiles};\n`;
  code += `vec4 bias=${ending.bias('block')};vec4 m0,m1,m2,m3,m4,m5,q0,q1,q2,q3;`;
  for (let r = 0; r < rows; r++) for (let c = 0; c < 4; c++) code += `vec4 r${r}${c}=bias;`;
  for (let i = 0; i < FREQUENCIES; i++) {
    code += '\n{';
    for (let r = 0; r < rows; r++) code += `float c${r}=${selectRow(i, r, rows)};`;
    for (let j = 0; j < FREQUENCIES; j++) code += `m${j}=texelFetch(M,ivec3(mx,${i * 6 + j}*fb+ob,layer),0);`;
    for (let c = 0; c < 4; c++) {
      code += `q${c}=${combine(OUTPUT_TRANSFORM[c]!, 'm')};`;
      for (let r = 0; r < rows; r++) code += `r${r}${c}+=c${r}*q${c};`;
    }
    code += '}';
  }
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < 4; c++) {
      const target = { index: r * 4 + c, quad: 'block', y: `row*${rows}+${r}`, x: `column*4+${c}` };
      code += ending.write(`r${r}${c}`, target);
    }
  }
  return {
    fragment: `${code}}`,
    textures: { M: { kind: 'slot', slot: source }, ...ending.textures },
    uniforms,
    target: spec.output.slot,
    viewport: { x: 0, y: 0, width: layout.width, height: layout.height },
    macs: 0,
    reads: layout.width * layout.height * (37 + (spec.residual ? rows * 4 : 0)),
  };
}

/** The output transform's factor of frequency `i` for row `r` of the `rows` that this invocation writes. */
function selectRow(i: number, r: number, rows: number): string {
  let code = float(OUTPUT_TRANSFORM[r]![i]!);
  for (let h = 4 / rows - 1; h > 0; h--) {
    const later = float(OUTPUT_TRANSFORM[h * rows + r]![i]!);
    code = `(h==${h}?${later}:${code})`;
  }
  return code;
}
