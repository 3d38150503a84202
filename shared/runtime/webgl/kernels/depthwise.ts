import { filterKey, foldFilters } from '../filters.ts';
import { eachTarget, HEADER, knob, locate, outputs } from '../glsl.ts';
import { type KernelContext, type Pass, Unsupported, type WeightTexture } from '../pass.ts';
import { inOnePiece } from '../pieces.ts';
import { reasons } from '../reasons.ts';
import { type ConvolutionSpec, slotSource, weightSource } from './convolution-spec.ts';
import { endingOf } from './ending.ts';
import { axisOf, blockOrigin, declareTaps, layerIndex, readAt } from './taps.ts';
import { unrollingOf } from './unrolling.ts';

export function isDepthwise({ groups, input, output }: ConvolutionSpec): boolean {
  return groups > 1 && groups === input.layout.view.channels && groups === output.layout.view.channels;
}

/** One filter per channel, or, for a batch norm that stands alone, one factor. Whether the window is small enough to unroll. */
export function suitsDepthwise(spec: ConvolutionSpec): boolean {
  return (
    isDepthwise(spec) &&
    unrollingOf(spec.window.kernel) === 'full' &&
    spec.input.layout.tile.quads === spec.output.layout.tile.quads
  );
}

/** Depthwise convolution in one pass; each input texel of a tile is read once. */
export function depthwiseConvolution(spec: ConvolutionSpec, { limits }: KernelContext): Pass[] {
  const { input, output } = spec;
  const { layout } = output;
  const filters = packFilters(spec, limits.maxTextureSize);
  const ending = endingOf(spec);
  const rows = declareTaps(axisOf(spec, 0));
  const columns = declareTaps(axisOf(spec, 1));
  const [kernelY, kernelX] = spec.window.kernel;
  const { tile } = layout;
  let code = `${HEADER}uniform sampler2DArray X;uniform sampler2D Wt;${ending.code}${outputs(layout.layers)}\n`;
  code += `void main(){${locate(layout)}${rows.code}${columns.code}`;
  code += blockOrigin(
    input.layout,
    input.layout.view.batch === 1 ? 'block' : `n*${knob(input.layout.blocks)}+block`,
  );
  code += eachTarget(layout, ({ index, quad }) => `vec4 a${index}=${ending.bias(quad)};`);
  for (let g = 0; g < tile.quads; g++) {
    code += `{int q=block*${tile.quads}+${g};int wy=q%${knob(filters.perColumn)};int wx=q/${knob(filters.perColumn)}*${kernelY * kernelX};`;
    for (let r = 0; r < rows.count; r++) {
      for (let c = 0; c < columns.count; c++) {
        const layer = layerIndex(input.layout, String(g), rows.phase(r), columns.phase(c));
        const masks = [rows.masked ? rows.mask(r) : '1.0', columns.masked ? columns.mask(c) : '1.0'];
        code += `vec4 i${r}_${c}=${readAt('X', input.layout, columns.coordinate(c), rows.coordinate(r), layer)}*(${masks.join('*')});\n`;
      }
    }
    code += 'vec4 W;';
    for (let k = 0; k < kernelY * kernelX; k++) {
      code += `W=texelFetch(Wt,ivec2(wx+${k},wy),0);`;
      for (let i = 0; i < tile.rows; i++) {
        for (let j = 0; j < tile.columns; j++) {
          const tap = `i${rows.index(i, Math.floor(k / kernelX))}_${columns.index(j, k % kernelX)}`;
          code += `a${(g * tile.rows + i) * tile.columns + j}+=W*${tap};`;
        }
      }
      code += '\n';
    }
    code += '}';
  }
  code += eachTarget(layout, (target) => ending.write(`a${target.index}`, target));
  const reads =
    tile.quads * (rows.count * columns.count + kernelY * kernelX) + layout.layers * ending.readsPerTarget;
  return [
    {
      fragment: `${code}}`,
      textures: {
        X: slotSource(input),
        Wt: weightSource(filters.texture),
        ...ending.textures,
      },
      target: output.slot,
      viewport: { x: 0, y: 0, width: layout.width, height: layout.height },
      macs: spec.macs,
      reads: reads * layout.width * layout.height,
    },
  ];
}

/**
 * Row: a channel quad; column: a kernel position, and positions of further kernel rows of zeros. Quads beyond the texture's
 * height continue in further columns.
 */
export function packFilters(
  spec: ConvolutionSpec,
  maxTextureSize: number,
  furtherRows = 0,
): { readonly texture: WeightTexture; readonly perColumn: number } {
  const { filters, output, window } = spec;
  const { channels } = output.layout.view;
  const taps = window.kernel[0] * window.kernel[1];
  const { quads } = output.layout;
  const perColumn = Math.min(quads, maxTextureSize);
  const columns = Math.ceil(quads / perColumn);
  const unit = taps + furtherRows * window.kernel[1];
  const width = columns * unit;
  if (width > maxTextureSize) throw new Unsupported(reasons.filtersFitNoTexture);
  const fill = (texels: Float32Array): void => {
    const { weight, scale } = foldFilters(spec);
    for (let c = 0; c < channels; c++) {
      const quad = c >> 2;
      const row = quad % perColumn;
      const left = Math.floor(quad / perColumn) * unit;
      for (let k = 0; k < taps; k++) {
        texels[(row * width + left + k) * 4 + (c & 3)] = (weight ? weight[c * taps + k]! : 1) * scale[c]!;
      }
    }
  };
  const pack = () => inOnePiece(width, perColumn, fill);
  return {
    texture: { key: `depthwise ${furtherRows} ${filterKey(filters)}`, width, height: perColumn, pack },
    perColumn,
  };
}
