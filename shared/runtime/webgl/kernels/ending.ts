import { filterKey, foldFilters } from '../filters.ts';
import { finisher } from '../finish.ts';
import type { Target } from '../glsl.ts';
import type { Pass, WeightTexture } from '../pass.ts';
import { inOnePiece } from '../pieces.ts';
import { type ConvolutionSpec, slotSource, weightSource } from './convolution-spec.ts';
import { reader } from './reader.ts';

/** What a convolution's sums begin with, the bias, and how they end: with the residual added, clipped and activated. */
export interface Ending {
  /** The samplers `B` and, where there is a residual, `R`, and the functions that finish; stands before `main`. */
  readonly code: string;
  readonly textures: Pass['textures'];
  /** Texture reads for each target: its bias, and its residual. */
  readonly readsPerTarget: number;
  /** The bias of a quad. */
  bias(quad: string): string;
  /** Finishes a sum and writes it to its target. */
  write(sum: string, target: Target): string;
}

export function endingOf(spec: ConvolutionSpec): Ending {
  const { output, residual, finish } = spec;
  const { layout } = output;
  const rest = residual && reader('R', residual.layout, layout);
  const end = finisher(finish, layout);
  return {
    code: `uniform sampler2D B;\n${rest?.code ?? ''}${end.code}`,
    textures: {
      B: weightSource(biasTexture(spec)),
      ...(residual ? { R: slotSource(residual) } : {}),
    },
    readsPerTarget: residual ? 2 : 1,
    bias: (quad) =>
      layout.quads <= BIAS_COLUMNS
        ? `texelFetch(B,ivec2(${quad},0),0)`
        : `texelFetch(B,ivec2((${quad})%${BIAS_COLUMNS},(${quad})/${BIAS_COLUMNS}),0)`,
    write: (sum, target) =>
      `o${target.index}=${end.apply(rest ? `${sum}+${rest.read(target)}` : sum, target)};`,
  };
}

const BIAS_COLUMNS = 1024;

/** One texel per output quad. Some tiles reach past the last quad; those read the edge, whose sums nobody uses. */
function biasTexture(spec: ConvolutionSpec): WeightTexture {
  const { filters, output } = spec;
  const width = Math.min(output.layout.quads, BIAS_COLUMNS);
  const height = Math.ceil(output.layout.quads / BIAS_COLUMNS);
  return {
    key: `bias ${filterKey(filters)}`,
    width,
    height,
    pack: () => inOnePiece(width, height, (texels) => texels.set(foldFilters(spec).bias)),
  };
}
