import { filterKey, foldFilters } from '../filters.ts';
import {
  eachTarget,
  fetchFunction,
  floatKnob,
  HEADER,
  knob,
  locate,
  outputs,
  quotient,
  texelAt,
} from '../glsl.ts';
import type { KernelContext, Limits, Pass, SlotId, WeightTexture } from '../pass.ts';
import { inPieces } from '../pieces.ts';
import { type ConvolutionSpec, slotSource, weightSource } from './convolution-spec.ts';
import { endingOf } from './ending.ts';

/**
 * A 1×1 convolution as a product of pixels and filters, cut in halves along pixels, input and output channels, by
 * Strassen's algorithm in Winograd's form: seven products of quarters instead of eight. In three passes: sums of quarters
 * of the pixels, all seven products, sums of these. What lies between is flat: maps of whatever extents fill it.
 */
const PRODUCTS = 7;
/** Output quads and pixels that one invocation sums. */
const QUADS = 2;
const PIXELS = 4;
/** Channels on both sides from which on an eighth of the product is more than the further passes. */
const LEAST_CHANNELS = 192;
/** The same for multiply-adds. */
const LEAST_MACS = 32e6;

interface StrassenPlan {
  /** Of all images. */
  readonly pixels: number;
  /** Of the first half. */
  readonly half: number;
  /** Texels of a product along x: pixels that one invocation sums lie this far apart. */
  readonly apart: number;
  /** Input quads of a half. */
  readonly depth: number;
  /** Pairs of output quads of a half; two of them lie side by side, so that rows are even. */
  readonly blocks: number;
}

export function suitsStrassen(
  spec: ConvolutionSpec,
  { precision, drawBuffers, maxTextureSize }: Limits,
): boolean {
  const { input, output, window, groups, macs } = spec;
  const inputs = input.layout.view.channels;
  const filters = output.layout.view.channels;
  const isPixel = [window.kernel, window.stride].every(([y, x]) => y === 1 && x === 1);
  const isUnpadded = [...window.before, ...window.after].every((side) => side === 0);
  if (!isPixel || !isUnpadded || groups !== 1 || precision === 'half' || drawBuffers < 8) return false;
  // Halves are whole quads, and whole pairs of pairs of them.
  if (
    macs < LEAST_MACS ||
    inputs % 8 !== 0 ||
    filters % 32 !== 0 ||
    Math.min(inputs, filters) < LEAST_CHANNELS
  )
    return false;
  const { apart, depth, blocks } = planStrassen(spec);
  return (
    apart * PIXELS <= maxTextureSize &&
    depth * QUADS * 4 <= maxTextureSize &&
    PRODUCTS * blocks <= maxTextureSize
  );
}

function planStrassen({ input, output }: ConvolutionSpec): StrassenPlan {
  const { batch, height, width } = input.layout.view;
  const pixels = batch * height * width;
  const half = Math.ceil(pixels / 2);
  return {
    pixels,
    half,
    apart: Math.ceil(half / PIXELS),
    depth: input.layout.quads / 2,
    blocks: output.layout.quads / 2 / QUADS,
  };
}

export function strassenConvolution(spec: ConvolutionSpec, context: KernelContext): Pass[] {
  const plan = planStrassen(spec);
  const { apart, depth, blocks } = plan;
  const sums = context.scratch({ width: apart * PIXELS, height: depth, layers: PRODUCTS });
  const products = context.scratch({
    width: apart * 2,
    height: (PRODUCTS * blocks) / 2,
    layers: QUADS * PIXELS,
  });
  return [
    sumPass(spec, plan, sums),
    productPass(spec, plan, sums, products),
    resultPass(spec, plan, products),
  ];
}

/** Texel: a pixel of the half × an input quad of the half; layer: what is multiplied in each product. */
function sumPass(
  { input }: ConvolutionSpec,
  { pixels, half, apart, depth }: StrassenPlan,
  target: SlotId,
): Pass {
  const { height, width, batch } = input.layout.view;
  let code = `${HEADER}${fetchFunction('X', input.layout)}${outputs(PRODUCTS)}\n`;
  code += `vec4 pixel(int p,int q){int n=${batch === 1 ? '0' : quotient('p', height * width)};int r=p-n*${knob(height * width)};int y=${quotient('r', width)};return X_at(n,q,y,r-y*${knob(width)});}\n`;
  code += `void main(){int q=int(gl_FragCoord.y);int p=min(int(gl_FragCoord.x),${knob(half - 1)});int s=min(p+${knob(half)},${knob(pixels - 1)});int k=q+${knob(depth)};\n`;
  code += 'vec4 a=pixel(p,q),b=pixel(p,k),c=pixel(s,q),d=pixel(s,k);vec4 e=c+d;vec4 f=e-a;\n';
  code += 'o0=a;o1=b;o2=b-f;o3=d;o4=e;o5=f;o6=a-c;}';
  return {
    fragment: code,
    textures: { X: slotSource(input) },
    target,
    viewport: { x: 0, y: 0, width: apart * PIXELS, height: depth },
    macs: 0,
    reads: apart * PIXELS * depth * 4,
  };
}

/** Texel: every `apart`-th pixel, of two blocks side by side × (product, pair of blocks); layer: (output quad, pixel). */
function productPass(spec: ConvolutionSpec, plan: StrassenPlan, source: SlotId, target: SlotId): Pass {
  const { apart, depth, blocks } = plan;
  const filters = packFilters(spec, plan);
  const each = Array.from({ length: PIXELS }, (_, t) => t);
  let code = `${HEADER}uniform sampler2DArray X;uniform sampler2D W;${outputs(QUADS * PIXELS)}\n`;
  code += `void main(){int px=int(gl_FragCoord.x),py=int(gl_FragCoord.y);int apart=${knob(apart)};int side=px>=apart?1:0;px-=side*apart;\n`;
  code += `float xs=${floatKnob(1 / (apart * PIXELS))},ys=${floatKnob(1 / depth)},ws=${floatKnob(1 / filters.width)};`;
  code += `float layer=float(${quotient('py', blocks / 2)});float wy=(float(py*2+side)+0.5)*${floatKnob(1 / filters.height)};\n`;
  for (const t of each) code += `float x${t}=(float(px+${t}*apart)+0.5)*xs;`;
  for (let s = 0; s < QUADS * PIXELS; s++) code += `vec4 a${s}=vec4(0);`;
  code += `\nmat4 M;for(int q=0;q<${knob(depth)};q++){float y=(float(q)+0.5)*ys;float wx=(float(q*${QUADS * 4})+0.5)*ws;\n`;
  for (const t of each) code += `vec4 v${t}=${texelAt('X', `vec3(x${t},y,layer)`)};`;
  for (let g = 0; g < QUADS; g++) {
    const columns = [0, 1, 2, 3].map((k) => texelAt('W', `vec2(wx+${g * 4 + k}.0*ws,wy)`));
    code += `M=mat4(${columns.join(',')});`;
    for (const t of each) code += `a${g * PIXELS + t}+=M*v${t};`;
    code += '\n';
  }
  code += '}';
  for (let s = 0; s < QUADS * PIXELS; s++) code += `o${s}=a${s};`;
  const width = apart * 2;
  const height = (PRODUCTS * blocks) / 2;
  return {
    fragment: `${code}}`,
    textures: { X: { kind: 'slot', slot: source }, W: weightSource(filters) },
    target,
    viewport: { x: 0, y: 0, width, height },
    macs: width * height * QUADS * PIXELS * depth * 16,
    reads: width * height * depth * (PIXELS + QUADS * 4),
  };
}

/** Adds up what makes each quarter of the output. */
function resultPass(spec: ConvolutionSpec, plan: StrassenPlan, source: SlotId): Pass {
  const { half, apart, blocks } = plan;
  const { layout } = spec.output;
  const { view, quads } = layout;
  const ending = endingOf(spec);
  let code = `${HEADER}uniform sampler2DArray P;${ending.code}${outputs(layout.layers)}\n`;
  // Of products counted from 0: upper left 0 + 1, upper right 0 + 5 + 4 + 2, lower left 0 + 5 + 6 − 3, lower right 0 + 5 + 6 + 4.
  code += `vec4 sums(int n,int q,int y,int x){y=min(y,${knob(view.height - 1)});x=min(x,${knob(view.width - 1)});q=min(q,${knob(quads - 1)});`;
  code += `int p=(n*${knob(view.height)}+y)*${knob(view.width)}+x;int low=p>=${knob(half)}?1:0,right=q>=${knob(quads / 2)}?1:0;p-=low*${knob(half)};q-=right*${knob(quads / 2)};\n`;
  code += `int t=${quotient('p', apart)};int layer=(q&1)*${PIXELS}+t;int column=p-t*${knob(apart)}+((q>>1)&1)*${knob(apart)};int row=q>>2,rows=${knob(blocks / 2)};\n`;
  const product = (which: string): string => `texelFetch(P,ivec3(column,row+(${which})*rows,layer),0)`;
  code += `vec4 s=${product('0')}+${product('low+right==0?1:5')};if(low+right==0)return s;`;
  code += `s+=${product('low==0?4:6')};vec4 last=${product('low==0?2:right==0?3:4')};return low==1&&right==0?s-last:s+last;}\n`;
  code += `void main(){${locate(layout)}`;
  code += eachTarget(layout, (to) => {
    const { index, quad, y, x } = to;
    return `vec4 a${index}=sums(n,${quad},${y},${x})+${ending.bias(quad)};${ending.write(`a${index}`, to)}`;
  });
  return {
    fragment: `${code}}`,
    textures: { P: { kind: 'slot', slot: source }, ...ending.textures },
    target: spec.output.slot,
    viewport: { x: 0, y: 0, width: layout.width, height: layout.height },
    macs: 0,
    reads: layout.width * layout.height * layout.layers * (3.5 + ending.readsPerTarget),
  };
}

/** Row: (product, pair of output quads of a half); along it, per input quad of a half, output quad and input channel, a texel of four output channels. */
function packFilters(spec: ConvolutionSpec, { depth, blocks }: StrassenPlan): WeightTexture {
  const { filters, input, output } = spec;
  const inputs = input.layout.view.channels;
  const [rows, columns] = [inputs / 2, output.layout.view.channels / 2];
  const width = depth * QUADS * 4;
  const height = PRODUCTS * blocks;
  return {
    key: `strassen ${filterKey(filters)}`,
    width,
    height,
    *pack() {
      const { weight: given, scale } = foldFilters(spec);
      const weight = given ?? new Float32Array(inputs * columns * 2).fill(1);
      for (const { first, count, texels } of inPieces(height, width)) {
        for (let r = 0; r < count; r++) {
          const product = Math.floor((first + r) / blocks);
          const block = (first + r) % blocks;
          for (let lane = 0; lane < QUADS * 4; lane++) {
            const left = block * QUADS * 4 + lane;
            const [leftAt, rightAt] = [left * inputs, (left + columns) * inputs];
            const [leftScale, rightScale] = [scale[left]!, scale[left + columns]!];
            for (let k = 0; k < rows; k++) {
              const quarters = [
                weight[leftAt + k]! * leftScale,
                weight[rightAt + k]! * rightScale,
                weight[leftAt + rows + k]! * leftScale,
                weight[rightAt + rows + k]! * rightScale,
              ] as const;
              const place = (r * width + (k >> 2) * QUADS * 4 + (lane >> 2) * 4 + (k & 3)) * 4 + (lane & 3);
              texels[place] = factorOf(product, quarters);
            }
          }
        }
        yield { first, count, texels };
      }
    },
  };
}

/** What the pixels' part of a product is multiplied by: a sum of quarters, the first two of the upper half of the input channels. */
function factorOf(product: number, [a, b, c, d]: readonly [number, number, number, number]): number {
  switch (product) {
    case 0:
      return a;
    case 1:
      return c;
    case 2:
      return d;
    case 3:
      return d - b + a - c;
    case 4:
      return b - a;
    case 5:
      return d - b + a;
    default:
      return d - b;
  }
}
