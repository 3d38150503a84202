import { unreachable } from '../../../base/unreachable.ts';
import type { ConvolutionOp, MapView, PlanOp } from '../../plan/graph.ts';
import { layoutOf, singleTile, type Tile } from '../layout.ts';
import type { WeightStore } from '../pass.ts';
import { type KernelContext, type Limits, type Pass, Unsupported } from '../pass.ts';
import type { PlacedValue } from '../plan.ts';
import { reasons } from '../reasons.ts';
import { channelTile, fitTile, spatialTile, targetsOf } from '../tiles.ts';
import { attentionPasses, attentionTile } from './attention.ts';
import type { ConvolutionSpec, Placed } from './convolution-spec.ts';
import { denseLayer, isDense } from './dense.ts';
import { depthwiseConvolution, suitsDepthwise } from './depthwise.ts';
import { depthwiseRows, suitsDepthwiseRows } from './depthwise-rows.ts';
import { directConvolution } from './direct.ts';
import { matrixProductPass, resizePass, runsPasses } from './general.ts';
import { layerNorm } from './layer-norm.ts';
import { concatPass, MAX_INPUTS, padPass, rearrangePass, reshapePass } from './move.ts';
import { activationPass, binaryPass, responseNormPass, softmaxPasses } from './pointwise.ts';
import { globalPool, pool } from './pool.ts';
import { strassenConvolution, suitsStrassen } from './strassen.ts';
import { unrollingOf } from './unrolling.ts';
import { winogradConvolution } from './winograd.ts';
import { suitsWinograd } from './winograd-plan.ts';
import { winogradTile } from './winograd-tiles.ts';

/** How an operation's output should lie. The producer chooses; consumers are generated for it. */
export function tileFor(op: PlanOp, inputs: readonly Placed[], view: MapView, limits: Limits): Tile {
  const first = inputs[0]?.layout.tile;
  switch (op.kind) {
    case 'convolution':
      return convolutionTile(op, inputs, view, limits);
    case 'resize':
    case 'pool':
      return fitTile(first && first.quads > 1 ? channelTile(limits) : spatialTile(limits), view);
    case 'global-pool':
      return singleTile;
    case 'attention':
      return attentionTile(view, limits);
    case 'activation':
    case 'binary':
    case 'response-norm':
    case 'softmax':
    case 'pad':
      return first && targetsOf(first) <= limits.drawBuffers
        ? fitTile(first, view)
        : fitTile(spatialTile(limits), view);
    case 'input':
    case 'output':
    case 'concat':
    case 'reshape':
    case 'rearrange':
    case 'runs':
    case 'matrix-product':
    case 'constant':
      return fitTile(spatialTile(limits), view);
    default:
      return unreachable(op);
  }
}

function convolutionTile(op: ConvolutionOp, inputs: readonly Placed[], view: MapView, limits: Limits): Tile {
  const [input, residual] = inputs as readonly [Placed, Placed?];
  if (view.height * view.width === 1) return singleTile;
  const isPixel = op.window.kernel[0] === 1 && op.window.kernel[1] === 1;
  const isPerChannel =
    op.groups > 1 && op.groups === view.channels && op.groups === input.layout.view.channels;
  if (isPerChannel) {
    return fitTile(input.layout.tile.quads > 1 ? channelTile(limits) : spatialTile(limits), view);
  }
  if (op.standardises) return fitTile(channelTile(limits), view);
  if (!isPixel || op.groups > 1) return fitTile(spatialTile(limits), view);
  if (residual && targetsOf(residual.layout.tile) <= limits.drawBuffers) return residual.layout.tile;
  return fitTile(channelTile(limits), view);
}

/** The draws of an operation, and what they do in words. */
export function emitPasses(
  op: Exclude<PlanOp, { kind: 'input' | 'output' | 'constant' }>,
  inputs: readonly PlacedValue[],
  output: PlacedValue,
  store: WeightStore,
  context: KernelContext,
): { readonly passes: readonly Pass[]; readonly algorithm: string } {
  const [first, second] = inputs as readonly [PlacedValue, PlacedValue];
  switch (op.kind) {
    case 'convolution':
      return convolution(op, inputs, output, store, context);
    case 'pool':
      return {
        passes: pool({ input: first, output, window: op.window, mode: op.mode }),
        algorithm: op.mode === 'max' ? 'max pool' : 'average pool',
      };
    case 'global-pool': {
      const { view } = first.layout;
      const rows = () => layoutOf({ ...view, width: 1 }, singleTile, context.limits.maxTextureSize);
      return {
        passes: globalPool({ input: first, output, mode: op.mode }, context, rows),
        algorithm: `global ${op.mode}`,
      };
    }
    case 'activation':
      return { passes: activationPass(first, output, op.finish), algorithm: op.finish.activation ?? 'clip' };
    case 'binary':
      return { passes: binaryPass(first, second, output, op), algorithm: op.combine };
    case 'response-norm':
      return { passes: responseNormPass(first, output, op), algorithm: 'response norm' };
    case 'softmax': {
      const { view } = first.layout;
      const lanes = {
        channels: { ...view, channels: 1 },
        rows: { ...view, height: 1 },
        columns: { ...view, width: 1 },
      }[op.axis];
      const layout = layoutOf(lanes, singleTile, context.limits.maxTextureSize);
      if (!layout) throw new Unsupported(reasons.lanesFitNoTexture);
      return { passes: softmaxPasses(first, output, op, context, layout), algorithm: 'softmax' };
    }
    case 'concat':
      return { passes: concat(inputs, output, context), algorithm: 'concat' };
    case 'pad':
      return { passes: padPass(first, output, op), algorithm: `pad (${op.mode})` };
    case 'reshape':
      return { passes: reshapePass(first, output), algorithm: 'reshape' };
    case 'rearrange':
      if (inputs.length > MAX_INPUTS) throw new Unsupported(reasons.tooManyInputs(inputs.length));
      return { passes: rearrangePass(inputs, output, op.pieces), algorithm: 'rearrange' };
    case 'matrix-product':
      return { passes: matrixProductPass(first, second, output, op), algorithm: 'matrix product' };
    case 'attention':
      return { passes: attentionPasses(op, inputs, output, context), algorithm: 'attention' };
    case 'resize':
      return { passes: resizePass(first, output, op, context), algorithm: 'resize' };
    case 'runs':
      return { passes: runsPasses(first, output, op, context), algorithm: `runs, ${op.of}` };
    default:
      return unreachable(op);
  }
}

function convolution(
  op: ConvolutionOp,
  inputs: readonly Placed[],
  output: Placed,
  store: WeightStore,
  context: KernelContext,
): { readonly passes: readonly Pass[]; readonly algorithm: string } {
  const [input, residual] = inputs as readonly [Placed, Placed?];
  const { window, groups, filters, finish, macs } = op;
  const spec: ConvolutionSpec = { input, output, residual, window, groups, filters, finish, macs, store };
  if (op.standardises) {
    const lanes = layoutOf({ ...input.layout.view, channels: 1 }, singleTile, context.limits.maxTextureSize);
    if (!lanes) throw new Unsupported(reasons.meansFitNoTexture);
    return { passes: layerNorm(spec, op.standardises, context, lanes), algorithm: 'layer norm' };
  }
  if (isDense(spec)) return { passes: denseLayer(spec, context), algorithm: 'matrix × vector, split sums' };
  if (suitsDepthwise(spec)) return { passes: depthwiseConvolution(spec, context), algorithm: 'depthwise' };
  if (suitsDepthwiseRows(spec))
    return { passes: depthwiseRows(spec, context), algorithm: 'depthwise, by rows' };
  if (suitsStrassen(spec, context.limits))
    return { passes: strassenConvolution(spec, context), algorithm: '1×1 product, Strassen' };
  const tile = output.layout.tile;
  const wanted = winogradTile(context.limits);
  if (
    suitsWinograd(spec, context.limits) &&
    tile.quads === 1 &&
    tile.rows === wanted.rows &&
    tile.columns === wanted.columns
  ) {
    return { passes: winogradConvolution(spec, context), algorithm: 'Winograd F(4×4, 3×3)' };
  }
  const size = window.kernel.join('×');
  const loops = { full: '', rows: ', rows in a loop', none: ', in loops' }[unrollingOf(window.kernel)];
  return {
    passes: directConvolution(spec, context),
    algorithm: `direct ${size}, tile ${tile.quads}·${tile.rows}·${tile.columns}${loops}`,
  };
}

/** A pass reads a limited number of textures; longer concatenations go through a texture in between. */
function concat(inputs: readonly Placed[], output: Placed, context: KernelContext): Pass[] {
  if (inputs.length <= MAX_INPUTS) return concatPass(inputs, output);
  const head = inputs.slice(0, MAX_INPUTS);
  const channels = head.reduce((total, { layout }) => total + layout.view.channels, 0);
  const layout = layoutOf(
    { ...output.layout.view, channels },
    output.layout.tile,
    context.limits.maxTextureSize,
  );
  if (!layout) throw new Unsupported(reasons.partFitsNoTexture);
  const between = { layout, slot: context.scratch(layout) };
  return [...concatPass(head, between), ...concat([between, ...inputs.slice(MAX_INPUTS)], output, context)];
}
