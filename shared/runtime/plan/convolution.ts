import type { ConvolutionOp } from './graph.ts';
import { LINE_POINTS } from './line-transform.ts';
import { chooseProduct, productScratch } from './product.ts';
import type { Algorithm, ScratchNeed } from './steps.ts';
import type { ConvolutionShape, Target } from './target.ts';
import { blocksOf, type Halo, type Layout, PIXEL_BYTES } from './tensors.ts';
import {
  chooseLine,
  chooseTiles,
  lineScratch,
  lineTilesOf,
  suitsLine,
  suitsWinograd,
  tileSide,
  tilesOf,
  winogradFilterBytes,
  winogradScratch,
} from './winograd.ts';

export function isDepthwise({ input, output, groups }: ConvolutionShape): boolean {
  return groups > 1 && groups === input.channels && groups === output.channels;
}

/** Whether a first layer gains from pixels whose few channels lie side by side. */
export function suitsInterleaved({ input, window, groups }: ConvolutionShape): boolean {
  return input.channels <= 4 && groups === 1 && window.dilation[1] === 1;
}

/** The zeros that must surround the input for this algorithm to need no checks at the edge. */
export function haloFor(shape: ConvolutionShape): Halo {
  const { window, input } = shape;
  const [top, left] = window.before;
  if (suitsLine(shape)) {
    const { isDown, side, across, down } = lineTilesOf(shape);
    const bottom = isDown ? (down - 1) * side + LINE_POINTS - top - input.height : 0;
    const right = isDown ? 0 : (across - 1) * side + LINE_POINTS - left - input.width;
    return {
      top,
      left,
      bottom: Math.max(window.after[0], bottom),
      right: Math.max(window.after[1], right),
    };
  }
  if (!suitsWinograd(shape)) {
    return { top, left, bottom: window.after[0], right: window.after[1] };
  }
  // Tiles read 6×6 inputs, and the last ones may overhang.
  const { across, down } = tilesOf(shape);
  const reach = (tiles: number, stride: number): number => ((tiles - 1) * tileSide(window) + 5) * stride + 1;
  return {
    top,
    left,
    bottom: Math.max(window.after[0], reach(down, window.stride[0]) - top - input.height),
    right: Math.max(window.after[1], reach(across, window.stride[1]) - left - input.width),
  };
}

/** Chooses the algorithm and cuts the work into units. `contiguous`: the input's pixels follow each other without gaps. */
export function chooseAlgorithm(
  shape: ConvolutionShape,
  layout: Layout,
  contiguous: boolean,
  target: Target,
  standardises?: ConvolutionOp['standardises'],
  prepares = false,
): { readonly algorithm: Algorithm; readonly scratch: ScratchNeed; readonly weightBytes: number } {
  const biasBytes = Math.ceil(shape.output.channels / target.panelChannels) * target.panelChannels * 4;
  if (standardises) {
    return {
      algorithm: { kind: 'layer-norm', ...standardises },
      scratch: { perThread: 0, shared: 0 },
      weightBytes: blocksOf(shape.input.channels) * PIXEL_BYTES + biasBytes,
    };
  }
  if (isDepthwise(shape)) {
    const taps = shape.window.kernel[0] * shape.window.kernel[1];
    return {
      algorithm: { kind: 'depthwise' },
      scratch: { perThread: 0, shared: 0 },
      weightBytes: blocksOf(shape.input.channels) * taps * PIXEL_BYTES + biasBytes,
    };
  }
  if (suitsWinograd(shape)) {
    const algorithm = chooseTiles(shape, target);
    return {
      algorithm,
      scratch: winogradScratch(shape, algorithm, target),
      weightBytes: winogradFilterBytes(shape, algorithm, target) + biasBytes,
    };
  }
  if (suitsLine(shape)) {
    const algorithm = chooseLine(shape, target);
    return {
      algorithm,
      scratch: lineScratch(shape, algorithm, target),
      weightBytes: winogradFilterBytes(shape, algorithm, target) + biasBytes,
    };
  }
  const algorithm = chooseProduct(shape, layout, contiguous, target, prepares);
  const panelBytes = algorithm.depthBlocks * 8 * target.panelChannels * 4;
  return {
    algorithm,
    scratch: productScratch(shape, algorithm, target, prepares),
    weightBytes:
      (algorithm.panels *
        panelBytes *
        (algorithm.strassen ? 7 : algorithm.halved || algorithm.quads ? 2 : 4)) /
        4 +
      biasBytes +
      (prepares ? preparationBytes(shape.input.channels) : 0),
  };
}

/** Factors and offsets of so many input channels: those of each block side by side. */
export function preparationBytes(channels: number): number {
  return blocksOf(channels) * 2 * PIXEL_BYTES;
}
