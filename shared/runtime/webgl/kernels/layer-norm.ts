import type { ConvolutionOp } from '../../plan/graph.ts';
import { eachTarget, fetchFunction, float, HEADER, knob, locate, outputs } from '../glsl.ts';
import type { Layout } from '../layout.ts';
import type { KernelContext, Pass } from '../pass.ts';
import { type ConvolutionSpec, slotSource, weightSource } from './convolution-spec.ts';
import { packFilters } from './depthwise.ts';
import { endingOf } from './ending.ts';
import { reader } from './reader.ts';

/**
 * The channels of each pixel to a mean of 0 and a deviation of 1, in two passes: both figures of every pixel into a
 * texture, then what becomes of each element, by a factor and an offset per channel.
 */
export function layerNorm(
  spec: ConvolutionSpec,
  { epsilon, centred }: NonNullable<ConvolutionOp['standardises']>,
  context: KernelContext,
  lanes: Layout,
): Pass[] {
  const { input, output } = spec;
  const { quads, view } = input.layout;
  const figures = { layout: lanes, slot: context.scratch(lanes) };
  // Lanes of the last quad that are no channels must not count.
  const isChannel = `vec4(lessThan(float(i*4)+vec4(0,1,2,3),vec4(${float(view.channels)})))`;
  const sum = (term: string): string =>
    `for(int i=0;i<${knob(quads)};i++){vec4 v=X_at(n,i,row,column);s+=dot(${term},${isChannel});}`;
  const stats =
    `${HEADER}${fetchFunction('X', input.layout)}${outputs(1)}\nvoid main(){${locate(lanes)}float s=0.0;${sum('v')}` +
    `float m=${centred ? `s/${float(view.channels)}` : '0.0'};s=0.0;${sum('(v-m)*(v-m)')}` +
    `o0=vec4(m,inversesqrt(s/${float(view.channels)}+${float(epsilon)}),0,0);}`;

  const { layout } = output;
  const filters = packFilters(spec, context.limits.maxTextureSize);
  const ending = endingOf(spec);
  const x = reader('X', input.layout, layout);
  let code = `${HEADER}uniform sampler2D Wt;${x.code}${fetchFunction('S', lanes)}${ending.code}${outputs(layout.layers)}\n`;
  code += `void main(){${locate(layout)}`;
  code += eachTarget(layout, (target) => {
    const { index, quad } = target;
    // Texels past the edge hold anything; what readers multiply by zero is kept finite.
    const figure = `S_at(n,0,min(${target.y},${layout.view.height - 1}),min(${target.x},${layout.view.width - 1}))`;
    const q = `min(${quad},${layout.quads - 1})`;
    const weight = `texelFetch(Wt,ivec2(${q}/${knob(filters.perColumn)},${q}%${knob(filters.perColumn)}),0)`;
    const value = `vec2 f${index}=${figure}.xy;vec4 a${index}=(${x.read(target)}-f${index}.x)*f${index}.y*${weight}+${ending.bias(q)};`;
    return `${value}${ending.write(`a${index}`, target)}`;
  });
  return [
    {
      fragment: stats,
      textures: { X: slotSource(input) },
      target: figures.slot,
      viewport: { x: 0, y: 0, width: lanes.width, height: lanes.height },
      macs: 0,
      reads: lanes.width * lanes.height * quads * 2,
    },
    {
      fragment: `${code}}`,
      textures: {
        X: slotSource(input),
        S: { kind: 'slot', slot: figures.slot },
        Wt: weightSource(filters.texture),
        ...ending.textures,
      },
      target: output.slot,
      viewport: { x: 0, y: 0, width: layout.width, height: layout.height },
      macs: spec.macs,
      reads: layout.width * layout.height * layout.layers * (3 + ending.readsPerTarget),
    },
  ];
}
