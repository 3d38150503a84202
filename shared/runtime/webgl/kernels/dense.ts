import { filterKey, foldFilters } from '../filters.ts';
import { fetchFunction, HEADER, knob, locate, outputs } from '../glsl.ts';
import { type KernelContext, type Pass, Unsupported, type WeightTexture } from '../pass.ts';
import { inPieces } from '../pieces.ts';
import { reasons } from '../reasons.ts';
import { type ConvolutionSpec, slotSource, weightSource } from './convolution-spec.ts';
import { endingOf } from './ending.ts';

/** A fully connected layer: every output sees the whole map, in the order of its weights. */
export function isDense({ input, output, window, groups }: ConvolutionSpec): boolean {
  const { height, width } = input.layout.view;
  const whole = window.kernel[0] === height && window.kernel[1] === width;
  const unpadded = [...window.before, ...window.after].every((side) => side === 0);
  return groups === 1 && whole && unpadded && output.layout.view.height * output.layout.view.width === 1;
}

/** Output quads whose weights fit one texture, and the passes' shape. */
interface DensePlan {
  /** Input rows of all channel quads: the unit in which the sum is split. */
  readonly lines: number;
  readonly splits: number;
  readonly perSplit: number;
  /** Images summed by one invocation, one render target each. */
  readonly images: number;
  readonly imageBlocks: number;
  /** Pixels (texel quadruples of weights) per fold of the weight texture. */
  readonly pixelsPerFold: number;
  readonly folds: number;
  /** Output quads per weight texture. */
  readonly sliceQuads: number;
}

/** Weight reads dominate: enough splits to fill a machine, yet each long enough to be worth a read of the partial sum. */
const READS_PER_SPLIT = 64;
const MAX_SPLITS = 64;

function planDense({ input, output }: ConvolutionSpec, { limits }: KernelContext): DensePlan {
  const { view, quads } = input.layout;
  const lines = quads * view.height;
  const pixels = lines * view.width;
  const wanted = Math.max(1, Math.min(MAX_SPLITS, Math.round(pixels / READS_PER_SPLIT)));
  const perSplit = Math.ceil(lines / Math.min(wanted, lines));
  const splits = Math.ceil(lines / perSplit);
  const images = Math.min(view.batch, limits.drawBuffers);
  const imageBlocks = Math.ceil(view.batch / images);
  const maxRows = Math.floor(limits.maxTextureSize / 4);
  const folds = Math.ceil(pixels / maxRows);
  const pixelsPerFold = Math.ceil(pixels / folds);
  const sliceQuads = Math.min(output.layout.quads, Math.floor(limits.maxTextureSize / folds));
  if (
    sliceQuads === 0 ||
    output.layout.quads > limits.maxTextureSize ||
    splits * imageBlocks > limits.maxTextureSize
  ) {
    throw new Unsupported(reasons.matrixFitsNoTexture(view.channels * view.height * view.width));
  }
  return { lines, splits, perSplit, images, imageBlocks, pixelsPerFold, folds, sliceQuads };
}

/** Matrix × vectors in two passes: the sum is split so that there is work for all of a machine, then the parts are added. */
export function denseLayer(spec: ConvolutionSpec, context: KernelContext): Pass[] {
  const plan = planDense(spec, context);
  const { quads } = spec.output.layout;
  const partial = context.scratch({
    width: quads,
    height: plan.splits * plan.imageBlocks,
    layers: plan.images,
  });
  const passes: Pass[] = [];
  const slices = Math.ceil(quads / plan.sliceQuads);
  for (let slice = 0; slice < slices; slice++) {
    const first = slice * plan.sliceQuads;
    const count = Math.min(plan.sliceQuads, quads - first);
    const weight = packSlice(spec, plan, first, count);
    passes.push({
      fragment: partialSource(spec, plan, count),
      textures: { X: slotSource(spec.input), Wt: weightSource(weight) },
      uniforms: { firstQuad: first },
      target: partial,
      viewport: { x: first, y: 0, width: count, height: plan.splits * plan.imageBlocks },
      macs: (spec.macs * count) / quads,
      reads: count * plan.imageBlocks * plan.lines * spec.input.layout.view.width * (4 + plan.images),
    });
  }
  return [...passes, sumPass(spec, plan, partial)];
}

function partialSource({ input }: ConvolutionSpec, plan: DensePlan, count: number): string {
  const { height, width, batch } = input.layout.view;
  const images = Array.from({ length: plan.images }, (_, i) => i);
  let code = `${HEADER}uniform sampler2D Wt;uniform int firstQuad;\n${fetchFunction('X', input.layout)}${outputs(plan.images)}\n`;
  code += 'void main(){int oq=int(gl_FragCoord.x)-firstQuad,py=int(gl_FragCoord.y);';
  code +=
    plan.imageBlocks === 1
      ? 'int part=py;const int nb=0;'
      : `int nb=py/${knob(plan.splits)};int part=py-nb*${knob(plan.splits)};`;
  code += images.map((i) => `vec4 a${i}=vec4(0);`).join('');
  code += `\nint end=min((part+1)*${knob(plan.perSplit)},${knob(plan.lines)});for(int line=part*${knob(plan.perSplit)};line<end;line++){`;
  code += `int q=${height === 1 ? 'line' : `line/${knob(height)}`};int y=line-q*${knob(height)};`;
  code += width === 1 ? 'const int x=0;' : `for(int x=0;x<${knob(width)};x++){`;
  const pixel = `line*${knob(width)}+x`;
  code +=
    plan.folds === 1
      ? `int wx=oq,wy=(${pixel})*4;`
      : `int fold=(${pixel})/${knob(plan.pixelsPerFold)};int wx=fold*${knob(count)}+oq,wy=((${pixel})-fold*${knob(plan.pixelsPerFold)})*4;`;
  code +=
    'vec4 W0=texelFetch(Wt,ivec2(wx,wy),0),W1=texelFetch(Wt,ivec2(wx,wy+1),0),W2=texelFetch(Wt,ivec2(wx,wy+2),0),W3=texelFetch(Wt,ivec2(wx,wy+3),0);\n';
  for (const i of images) {
    // The last block of images may be short: it repeats the last image.
    const image =
      batch === 1
        ? '0'
        : batch % plan.images === 0
          ? `nb*${plan.images}+${i}`
          : `min(nb*${plan.images}+${i},${knob(batch - 1)})`;
    code += `{vec4 v=X_at(${image},q,y,x);a${i}+=W0*v.x;a${i}+=W1*v.y;a${i}+=W2*v.z;a${i}+=W3*v.w;}\n`;
  }
  code += width === 1 ? '}' : '}}';
  return `${code}${images.map((i) => `o${i}=a${i};`).join('')}}`;
}

/** Row: 4 × pixel of the map (in the order quad, row, column) + input channel; column: an output quad. */
function packSlice(spec: ConvolutionSpec, plan: DensePlan, firstQuad: number, count: number): WeightTexture {
  const { filters, input, output } = spec;
  const { channels, height, width: columns } = input.layout.view;
  const area = height * columns;
  const inputs = channels * area;
  const width = plan.folds * count;
  const rows = plan.pixelsPerFold * 4;
  const first = firstQuad * 4;
  const last = Math.min((firstQuad + count) * 4, output.layout.view.channels);
  /** The inputs whose weights lie in the rows of some pixels of each fold, and where these start; neighbours together. */
  const placesOf = (firstPixel: number, pixels: number) => {
    const places: { readonly input: number; readonly place: number }[] = [];
    for (let fold = 0; fold < plan.folds; fold++) {
      for (let i = 0; i < pixels; i++) {
        const pixel = fold * plan.pixelsPerFold + firstPixel + i;
        const quad = Math.floor(pixel / area);
        for (let lane = 0; lane < 4 && quad * 4 + lane < channels; lane++) {
          const place = ((i * 4 + lane) * width + fold * count) * 4;
          places.push({ input: (quad * 4 + lane) * area + (pixel - quad * area), place });
        }
      }
    }
    return places.sort((a, b) => a.input - b.input);
  };
  return {
    key: `dense ${firstQuad} ${count} ${plan.folds} ${filterKey(filters)}`,
    width,
    height: rows,
    *pack() {
      const { weight: given, scale } = foldFilters(spec);
      const weight = given ?? new Float32Array(output.layout.view.channels * inputs).fill(1);
      for (const { first: pixel, count: pixels, texels } of inPieces(plan.pixelsPerFold, width * 4)) {
        const sorted = placesOf(pixel, pixels);
        const from = Int32Array.from(sorted, (one) => one.input);
        const to = Int32Array.from(sorted, (one) => one.place);
        // A transposition, in squares of which both what is read and what is written stay in the cache.
        for (let i0 = 0; i0 < from.length; i0 += INPUTS_AT_ONCE) {
          const end = Math.min(i0 + INPUTS_AT_ONCE, from.length);
          for (let o0 = first; o0 < last; o0 += OUTPUTS_AT_ONCE) {
            const outputEnd = Math.min(o0 + OUTPUTS_AT_ONCE, last);
            for (let i = i0; i < end; i++) {
              let at = to[i]! + o0 - first;
              let read = o0 * inputs + from[i]!;
              for (let o = o0; o < outputEnd; o++) {
                texels[at++] = weight[read]! * scale[o]!;
                read += inputs;
              }
            }
          }
        }
        yield { first: pixel * 4, count: pixels * 4, texels };
      }
    },
  };
}

const INPUTS_AT_ONCE = 64;
const OUTPUTS_AT_ONCE = 16;

function sumPass(spec: ConvolutionSpec, plan: DensePlan, partial: number): Pass {
  const { output } = spec;
  const { layout } = output;
  const ending = endingOf(spec);
  let code = `${HEADER}uniform sampler2DArray P;${ending.code}${outputs(1)}\n`;
  code += `void main(){${locate(layout)}vec4 a=${ending.bias('block')};`;
  code += `for(int i=0;i<${knob(plan.splits)};i++)a+=texelFetch(P,ivec3(block,n/${plan.images}*${knob(plan.splits)}+i,n%${plan.images}),0);`;
  return {
    fragment: `${code}${ending.write('a', { index: 0, quad: 'block', y: '0', x: '0' })}}`,
    textures: { P: { kind: 'slot', slot: partial }, ...ending.textures },
    target: output.slot,
    viewport: { x: 0, y: 0, width: layout.width, height: layout.height },
    macs: 0,
    reads: layout.width * layout.height * (plan.splits + ending.readsPerTarget),
  };
}
