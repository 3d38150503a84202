import { type FoldedFilters, filterKey, foldFilters } from '../filters.ts';
import { divide, finisher, float, floatKnob, HEADER, knob, locate, outputs, quotient } from '../glsl.ts';
import type { KernelContext, Limits, Pass, SlotId, TexelRows, WeightTexture } from '../pass.ts';
import { PieceBuffer, unitsPerPiece } from '../pieces.ts';
import {
  biasAt,
  biasTexture,
  type ConvolutionSpec,
  residualReader,
  slotSource,
  weightSource,
} from './convolution-spec.ts';
import { axisOf } from './direct.ts';
import { declareTaps } from './taps.ts';

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
const FILTER_TRANSFORM = [
  [1 / 4, 0, 0],
  [-1 / 6, -1 / 6, -1 / 6],
  [-1 / 6, 1 / 6, -1 / 6],
  [1 / 24, 1 / 12, 1 / 6],
  [1 / 24, -1 / 12, 1 / 6],
  [0, 0, 1],
] as const;

const FREQUENCIES = 6;
/** Tiles and output quads that one invocation of the product sums. */
interface ProductTile {
  readonly quads: number;
  readonly tiles: number;
}

interface WinogradPlan {
  readonly tilesAcross: number;
  readonly tilesDown: number;
  /** Rows of tiles, over all images, that go through the passes together. */
  readonly rowsPerChunk: number;
  readonly chunks: number;
  readonly tiles: number;
  readonly product: ProductTile;
  /** Texels of the product along x: tiles that one invocation sums lie this far apart. */
  readonly productWidth: number;
  readonly outputBlocks: number;
  readonly filters: WeightTexture;
}

/** Whether the transforms pay, in the precision at hand: half floats lose too much in them. */
export function suitsWinograd({ input, output, window, groups }: ConvolutionSpec, limits: Limits): boolean {
  const isOne = (pair: readonly [number, number]): boolean => pair[0] === 1 && pair[1] === 1;
  const inputView = input.layout.view;
  const outputView = output.layout.view;
  if (limits.precision === 'half' || groups !== 1 || !isOne(window.stride) || !isOne(window.dilation))
    return false;
  if (window.kernel[0] !== 3 || window.kernel[1] !== 3) return false;
  if (inputView.channels < 16 || outputView.channels < 16 || outputView.height < 4 || outputView.width < 4)
    return false;
  const { quads } = productTile(limits);
  const fits =
    input.layout.quads * quads * 4 <= limits.maxTextureSize &&
    36 * Math.ceil(output.layout.quads / quads) <= limits.maxTextureSize &&
    FREQUENCIES * input.layout.quads <= limits.maxTextureSize &&
    Math.ceil(outputView.width / 4) <= limits.maxTextureSize &&
    inputView.width <= limits.maxTextureSize;
  return fits;
}

/** What one invocation of the output transform writes. */
export function winogradTile(limits: Limits) {
  return { quads: 1, rows: limits.drawBuffers >= 8 ? 2 : 1, columns: 4 };
}

function productTile(limits: Limits): ProductTile {
  return limits.drawBuffers >= 8 ? { quads: 2, tiles: 4 } : { quads: 1, tiles: 4 };
}

function planWinograd(spec: ConvolutionSpec, limits: Limits): WinogradPlan {
  const { view } = spec.output.layout;
  const tilesAcross = Math.ceil(view.width / 4);
  const tilesDown = Math.ceil(view.height / 4);
  const rows = tilesDown * view.batch;
  const most = Math.min(
    rows,
    Math.floor(limits.maxTextureSize / tilesAcross),
    Math.floor(limits.maxTextureSize / spec.input.layout.quads),
  );
  const chunks = Math.ceil(rows / most);
  const rowsPerChunk = Math.ceil(rows / chunks);
  const tiles = rowsPerChunk * tilesAcross;
  const product = productTile(limits);
  return {
    tilesAcross,
    tilesDown,
    rowsPerChunk,
    chunks,
    tiles,
    product,
    productWidth: Math.ceil(tiles / product.tiles),
    outputBlocks: Math.ceil(spec.output.layout.quads / product.quads),
    filters: packFilters(spec, product),
  };
}

/** 3×3 convolution of stride 1: vertical and horizontal input transform, 36 products, output transform. */
export function winogradConvolution(spec: ConvolutionSpec, context: KernelContext): Pass[] {
  const plan = planWinograd(spec, context.limits);
  const { quads, view } = spec.input.layout;
  const columns = context.scratch({
    width: view.width,
    height: quads * plan.rowsPerChunk,
    layers: FREQUENCIES,
  });
  const transformed = context.scratch({
    width: plan.tiles,
    height: FREQUENCIES * quads,
    layers: FREQUENCIES,
  });
  const products = context.scratch({
    width: plan.productWidth,
    height: 36 * plan.outputBlocks,
    layers: plan.product.quads * plan.product.tiles,
  });
  const passes: Pass[] = [];
  for (let chunk = 0; chunk < plan.chunks; chunk++) {
    const uniforms = { firstRow: chunk * plan.rowsPerChunk };
    passes.push(
      ...transformPasses(context.limits, (first, count) =>
        verticalPass(spec, plan, columns, uniforms, first, count),
      ),
      ...transformPasses(context.limits, (first, count) =>
        horizontalPass(spec, plan, columns, transformed, first, count),
      ),
      productPass(spec, plan, transformed, products),
      outputPass(spec, plan, products, uniforms),
    );
  }
  return passes;
}

/** The six frequencies in one draw, or in as many as the render targets allow. */
function transformPasses(limits: Limits, pass: (first: number, count: number) => Pass): Pass[] {
  const count = limits.drawBuffers >= FREQUENCIES ? FREQUENCIES : 3;
  return Array.from({ length: FREQUENCIES / count }, (_, i) => pass(i * count, count));
}

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

/** Texel: input column × (quad, row of tiles); layer: vertical frequency. */
function verticalPass(
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
  code += `int lx=${tile.columns === 1 ? '0' : `x%${tile.columns}`}+${tile.quads === 1 ? '0' : `q%${tile.quads}*${tile.rows * tile.columns}`};\n${taps.code}`;
  for (let i = 0; i < FREQUENCIES; i++) {
    const layer = `float(lx+(${taps.phase(i)})*${tile.columns})`;
    code += `vec4 d${i}=${taps.masked ? `${taps.mask(i)}*` : ''}textureLod(X,vec3(fx,oy+${taps.coordinate(i)},${layer}),0.0);\n`;
  }
  for (let k = 0; k < count; k++) code += `o${k}=${combine(INPUT_TRANSFORM[first + k]!, 'd')};`;
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
function horizontalPass(
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
  code += `float fy=(float(q*${knob(plan.rowsPerChunk)}+r)+0.5)*${floatKnob(1 / rows)};float l=float(i);\n${taps.code}`;
  for (let c = 0; c < FREQUENCIES; c++) {
    code += `vec4 d${c}=${taps.masked ? `${taps.mask(c)}*` : ''}textureLod(X,vec3(${taps.coordinate(c)},fy,l),0.0);\n`;
  }
  for (let k = 0; k < count; k++) code += `o${k}=${combine(INPUT_TRANSFORM[first + k]!, 'd')};`;
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

/** Texel: every productWidth-th tile × (frequency, block of output quads); layer: (output quad, tile). */
function productPass(spec: ConvolutionSpec, plan: WinogradPlan, source: SlotId, target: SlotId): Pass {
  const { quads } = spec.input.layout;
  const { product, filters, tiles, productWidth, outputBlocks } = plan;
  const each = Array.from({ length: product.tiles }, (_, i) => i);
  let code = `${HEADER}uniform sampler2DArray V;uniform sampler2D U;${outputs(product.quads * product.tiles)}\n`;
  code += `void main(){int px=int(gl_FragCoord.x),py=int(gl_FragCoord.y);int f=${quotient('py', outputBlocks)};int i=f/6;int j=f-i*6;`;
  code += `float fl=float(j);float vs=${floatKnob(1 / (FREQUENCIES * quads))};float vy=(float(i*${knob(quads)})+0.5)*vs;float uy=(float(py)+0.5)*${floatKnob(1 / filters.height)};float us=${floatKnob(1 / filters.width)};\n`;
  code += `int apart=${knob(productWidth)},last=${knob(tiles - 1)};float fs=${floatKnob(1 / tiles)};`;
  for (const t of each) code += `float f${t}=(float(min(px+${t}*apart,last))+0.5)*fs;`;
  for (let s = 0; s < product.quads * product.tiles; s++) code += `vec4 a${s}=vec4(0);`;
  code += `\nfor(int q=0;q<${knob(quads)};q++){float y=vy+float(q)*vs;float ux=(float(q*${product.quads * 4})+0.5)*us;vec4 W0,W1,W2,W3;\n`;
  for (const t of each) code += `vec4 v${t}=textureLod(V,vec3(f${t},y,fl),0.0);`;
  for (let g = 0; g < product.quads; g++) {
    for (let k = 0; k < 4; k++) code += `W${k}=textureLod(U,vec2(ux+${float(g * 4 + k)}*us,uy),0.0);`;
    for (const t of each) {
      const sum = `a${g * product.tiles + t}`;
      code += `${sum}+=W0*v${t}.x;${sum}+=W1*v${t}.y;${sum}+=W2*v${t}.z;${sum}+=W3*v${t}.w;\n`;
    }
  }
  code += '}';
  for (let s = 0; s < product.quads * product.tiles; s++) code += `o${s}=a${s};`;
  const height = 36 * outputBlocks;
  return {
    fragment: `${code}}`,
    textures: { V: { kind: 'slot', slot: source }, U: weightSource(filters) },
    target,
    viewport: { x: 0, y: 0, width: productWidth, height },
    macs: tiles * 36 * quads * 4 * spec.output.layout.quads * 4,
    reads: productWidth * height * quads * (product.tiles + product.quads * 4),
  };
}

const FACTORS = Float64Array.from(FILTER_TRANSFORM.flat());

/** The transform of one 3×3 filter along its columns, times its scale: six rows of three. */
function transformFilter(weight: Float32Array, at: number, scale: number, half: Float64Array): void {
  for (let i = 0; i < 18; i += 3) {
    for (let j = 0; j < 3; j++) {
      half[i + j] =
        (FACTORS[i]! * weight[at + j]! +
          FACTORS[i + 1]! * weight[at + 3 + j]! +
          FACTORS[i + 2]! * weight[at + 6 + j]!) *
        scale;
    }
  }
}

/** Row: (frequency, block of output quads); along it, per input quad, output quad and input channel, a texel of four output channels. */
function packFilters(spec: ConvolutionSpec, product: ProductTile): WeightTexture {
  const { filters, input, output } = spec;
  const blocks = Math.ceil(output.layout.quads / product.quads);
  const width = input.layout.quads * product.quads * 4;
  const height = 36 * blocks;
  const cIn = input.layout.view.channels;
  const cOut = output.layout.view.channels;
  /** The outputs of some blocks; rows are (frequency, one of these blocks). */
  const fill = (
    { weight, scale }: FoldedFilters,
    texels: Float32Array,
    firstBlock: number,
    count: number,
  ): void => {
    const half = new Float64Array(18);
    const step = count * width * 4;
    const end = Math.min(cOut, (firstBlock + count) * product.quads * 4);
    for (let first = firstBlock * product.quads * 4; first < end; first += 4) {
      const quad = first >> 2;
      const block = Math.floor(quad / product.quads) - firstBlock;
      // Four outputs together, whose values are neighbours.
      for (let c = 0; c < cIn; c++) {
        const left = (block * width + ((c >> 2) * product.quads + (quad % product.quads)) * 4 + (c & 3)) * 4;
        for (let o = first; o < Math.min(first + 4, end); o++) {
          transformFilter(weight!, (o * cIn + c) * 9, scale[o]!, half);
          let at = left + (o & 3);
          for (let i = 0; i < 18; i += 3) {
            for (let k = 0; k < 18; k += 3) {
              texels[at] =
                half[i]! * FACTORS[k]! + half[i + 1]! * FACTORS[k + 1]! + half[i + 2]! * FACTORS[k + 2]!;
              at += step;
            }
          }
        }
      }
    }
  };
  function* pack(): Iterable<TexelRows> {
    const folded = foldFilters(spec);
    const buffer = new PieceBuffer();
    const atOnce = unitsPerPiece(36 * width);
    for (let block = 0; block < blocks; block += atOnce) {
      const count = Math.min(atOnce, blocks - block);
      const texels = buffer.take(36 * count * width);
      fill(folded, texels, block, count);
      const each = count * width * 4;
      for (let f = 0; f < 36; f++) {
        yield { first: f * blocks + block, count, texels: texels.subarray(f * each, (f + 1) * each) };
      }
    }
  }
  return { key: `winograd ${product.quads} ${filterKey(filters)}`, width, height, pack };
}

/** Texel: tile × rows of the output's layout; layer: output row and column inside the tile. */
function outputPass(
  spec: ConvolutionSpec,
  plan: WinogradPlan,
  source: SlotId,
  uniforms: Readonly<Record<string, number>>,
): Pass {
  const { output, residual } = spec;
  const { layout } = output;
  const { rows } = layout.tile;
  const rest = residualReader(spec);
  const { product, productWidth, outputBlocks } = plan;
  const perTile = 4 / rows;
  const end = finisher(spec.finish, layout);
  let code = `${HEADER}uniform sampler2DArray M;uniform sampler2D B;uniform int firstRow;\n${rest.declaration}${outputs(rows * 4)}\n${end.code}`;
  code += `void main(){${locate(layout)}int h=row%${perTile};int t=(n*${knob(plan.tilesDown)}+row/${perTile}-firstRow)*${knob(plan.tilesAcross)}+column;`;
  if (plan.chunks > 1) code += `if(t<0||t>=${knob(plan.tiles)})discard;`;
  code += `int part=${quotient('t', productWidth)};int mx=t-part*${knob(productWidth)};int fb=${knob(outputBlocks)};int ob=block/${product.quads};int layer=part+(block-ob*${product.quads})*${product.tiles};\n`;
  code += `vec4 bias=${biasAt('block', layout.quads)};vec4 m0,m1,m2,m3,m4,m5,q0,q1,q2,q3;`;
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
      code += `o${target.index}=${end.apply(`r${r}${c}${residual ? `+${rest.read(target)}` : ''}`, target)};`;
    }
  }
  return {
    fragment: `${code}}`,
    textures: {
      M: { kind: 'slot', slot: source },
      B: weightSource(biasTexture(spec)),
      ...(residual ? { R: slotSource(residual) } : {}),
    },
    uniforms,
    target: output.slot,
    viewport: { x: 0, y: 0, width: layout.width, height: layout.height },
    macs: 0,
    reads: layout.width * layout.height * (37 + (residual ? rows * 4 : 0)),
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
