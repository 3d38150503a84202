import { divide, eachTarget, floatKnob, HEADER, knob, locate, modulo, outputs } from '../glsl.ts';
import type { KernelContext, Pass } from '../pass.ts';
import { type ConvolutionSpec, slotSource, weightSource } from './convolution-spec.ts';
import { isDepthwise, packFilters } from './depthwise.ts';
import { endingOf } from './ending.ts';
import { axisOf, blockOrigin, declareTaps, layerIndex, readAt } from './taps.ts';
import { unrollingOf } from './unrolling.ts';

/** One filter per channel, of rows that lie together and are met one after the other, too many of them to unroll. */
export function suitsDepthwiseRows(spec: ConvolutionSpec): boolean {
  const { window, input, output } = spec;
  return (
    isDepthwise(spec) &&
    unrollingOf(window.kernel) === 'rows' &&
    window.stride[0] === 1 &&
    window.dilation[0] === 1 &&
    output.layout.tile.rows <= 2 &&
    input.layout.tile.quads === output.layout.tile.quads
  );
}

/**
 * Depthwise convolution by rows of large windows, in one pass. A row of the input is read once for both rows of a tile: the
 * upper one meets it with the same row of the filter, the lower one with the row before, which is kept. So the loop takes
 * two rows at a time, and what is kept need not be moved.
 */
export function depthwiseRows(spec: ConvolutionSpec, { limits }: KernelContext): Pass[] {
  const { input, output, window } = spec;
  const { layout } = output;
  const { tile } = layout;
  const [kernelY, kernelX] = window.kernel;
  const step = tile.rows;
  const rows = Math.ceil((kernelY + tile.rows - 1) / step) * step;
  const filters = packFilters(spec, limits.maxTextureSize, rows - kernelY);
  const ending = endingOf(spec);
  const rowAxis = axisOf(spec, 0);
  const columns = declareTaps(axisOf(spec, 1));
  const kernel = Array.from({ length: kernelX }, (_, k) => k);
  let code = `${HEADER}uniform sampler2DArray X;uniform sampler2D Wt;${ending.code}${outputs(layout.layers)}\n`;
  code += `void main(){${locate(layout)}${columns.code}`;
  code += blockOrigin(
    input.layout,
    input.layout.view.batch === 1 ? 'block' : `n*${knob(input.layout.blocks)}+block`,
  );
  code += eachTarget(layout, ({ index, quad }) => `vec4 a${index}=${ending.bias(quad)};`);
  for (let g = 0; g < tile.quads; g++) {
    code += `{int q=block*${tile.quads}+${g};int wy=q%${knob(filters.perColumn)};int wx=q/${knob(filters.perColumn)}*${knob(rows * kernelX)};\n`;
    for (let i = 0; i < tile.rows; i++) code += `vec4 ${kernel.map((k) => `w${i}_${k}=vec4(0)`).join(',')};`;
    code += `for(int r=0;r<${knob(rows)};r+=${step}){\n`;
    for (let half = 0; half < step; half++) {
      code += `{int y=row*${tile.rows}+r+${half - rowAxis.before};float my=y>=0&&y<${knob(rowAxis.inputExtent)}?1.0:0.0;if(my==0.0)y=0;`;
      code += `int ly=${modulo('y', rowAxis.phases)};float fy=(float(${divide('y', rowAxis.phases)})+0.5)*${floatKnob(1 / rowAxis.textureExtent)};int w=wx+(r+${half})*${kernelX};\n`;
      for (const k of kernel) code += `w${half}_${k}=texelFetch(Wt,ivec2(w+${k},wy),0);`;
      for (let c = 0; c < columns.count; c++) {
        const layer = layerIndex(input.layout, String(g), 'ly', columns.phase(c));
        const factor = columns.masked ? `(my*${columns.mask(c)})` : 'my';
        code += `vec4 i${c}=${readAt('X', input.layout, columns.coordinate(c), 'fy', layer)}*${factor};\n`;
      }
      for (let i = 0; i < tile.rows; i++) {
        for (let j = 0; j < tile.columns; j++) {
          const taps = kernel.map((k) => `w${(half + step - i) % step}_${k}*i${columns.index(j, k)}`);
          code += `a${(g * tile.rows + i) * tile.columns + j}+=${taps.join('+')};`;
        }
      }
      code += '}\n';
    }
    code += '}}';
  }
  code += eachTarget(layout, (target) => ending.write(`a${target.index}`, target));
  const reads = tile.quads * rows * (columns.count + kernelX) + layout.layers * ending.readsPerTarget;
  return [
    {
      fragment: `${code}}`,
      textures: { X: slotSource(input), Wt: weightSource(filters.texture), ...ending.textures },
      target: output.slot,
      viewport: { x: 0, y: 0, width: layout.width, height: layout.height },
      macs: spec.macs,
      reads: reads * layout.width * layout.height,
    },
  ];
}
