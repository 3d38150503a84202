import { unreachable } from '../../../base/unreachable.ts';
import { type ConvolutionOp, type MapView, mapView, type PlanOp } from '../../plan/graph.ts';
import type { BufferSource, Dispatch, KernelContext, PlacedValue } from '../dispatch.ts';
import { attention } from './attention.ts';
import type { ConvolutionSpec } from './convolution-spec.ts';
import { denseLayer, directConvolution, isDense, suitsDirect } from './direct.ts';
import { concat, pad, rearrange, resize } from './move.ts';
import { activation, binary, pool, responseNorm } from './pointwise.ts';
import { isPointwise, matrixProduct, productConvolution } from './product.ts';
import { globalPool, layerNorm, runsDispatch, softmax } from './runs.ts';
import { suitsWinograd, winogradConvolution } from './winograd.ts';

/** Operations that dispatch something: the others are where their numbers are. */
export type ComputedOp = Exclude<PlanOp, { kind: 'input' | 'output' | 'constant' | 'reshape' }>;

/** The dispatches of an operation, and what they do in words. */
export interface Emitted {
  readonly dispatches: readonly Dispatch[];
  readonly algorithm: string;
}

export function emit(
  op: ComputedOp,
  inputs: readonly PlacedValue[],
  output: PlacedValue,
  context: KernelContext,
): Emitted {
  const [x, second] = inputs.map(({ source }) => source) as [BufferSource, BufferSource];
  const y = output.source;
  const views = [mapView(inputs[0]!.dims), mapView(output.dims)] as const;
  const [from, to] = views;
  const one = (algorithm: string, ...dispatches: readonly Dispatch[]): Emitted => ({ dispatches, algorithm });
  switch (op.kind) {
    case 'convolution':
      return convolution(op, inputs, output, context);
    case 'pool':
      return one(op.mode === 'max' ? 'max pool' : 'average pool', pool(x, y, op, views));
    case 'global-pool':
      return one(`global ${op.mode}`, globalPool(x, y, op, from));
    case 'activation':
      return one(op.finish.activation ?? 'clip', activation(x, y, op.finish, to));
    case 'binary':
      return one(op.combine, binary(x, second, y, op, [to, mapView(inputs[1]!.dims)]));
    case 'response-norm':
      return one('response norm', responseNorm(x, y, op, to));
    case 'softmax':
      return one('softmax', softmax(x, y, op, from));
    case 'pad':
      return one(`pad (${op.mode})`, pad(x, y, op, views));
    case 'resize':
      return one('resize', resize(x, y, op, views));
    case 'runs':
      return one(`runs, ${op.of}`, runsDispatch(x, y, op, from));
    case 'matrix-product':
      return one('matrix product', matrixProduct(x, second, y, op, elements(to) / (op.m * op.n)));
    case 'concat':
    case 'rearrange':
    case 'attention':
      return emitMany(op, inputs, output);
    default:
      return unreachable(op);
  }
}

/** What has any number of inputs. */
function emitMany(
  op: Extract<PlanOp, { kind: 'concat' | 'rearrange' | 'attention' }>,
  inputs: readonly PlacedValue[],
  output: PlacedValue,
): Emitted {
  const sources = inputs.map(({ source }) => source);
  const views = inputs.map(({ dims }) => mapView(dims));
  const to = mapView(output.dims);
  switch (op.kind) {
    case 'concat':
      return { dispatches: concat(sources, output.source, views, to), algorithm: 'concat' };
    case 'rearrange':
      return {
        dispatches: rearrange(sources, output.source, op.pieces, op.zeroed === true, elements(to)),
        algorithm: 'rearrange',
      };
    case 'attention': {
      const [query, key, value] = views as [MapView, MapView, MapView];
      return {
        dispatches: [attention(op, sources, output.source, { query, key, value, result: to })],
        algorithm: 'attention',
      };
    }
    default:
      return unreachable(op);
  }
}

function elements({ batch, channels, height, width }: MapView): number {
  return batch * channels * height * width;
}

function convolution(
  op: ConvolutionOp,
  [input, residual]: readonly PlacedValue[],
  output: PlacedValue,
  context: KernelContext,
): Emitted {
  const { window, groups, filters, finish, macs } = op;
  const spec: ConvolutionSpec = {
    input: input!.source,
    from: mapView(input!.dims),
    output: output.source,
    to: mapView(output.dims),
    residual: residual?.source,
    window,
    groups,
    filters,
    finish,
    macs,
  };
  if (op.standardises)
    return { dispatches: [layerNorm(spec, op.standardises, context)], algorithm: 'layer norm' };
  if (isDense(spec)) return { dispatches: [denseLayer(spec, context)], algorithm: 'matrix × vector' };
  if (suitsDirect(spec)) {
    const algorithm = groups === spec.from.channels ? 'depthwise' : 'small groups';
    return { dispatches: [directConvolution(spec, context)], algorithm };
  }
  if (suitsWinograd(spec, context))
    return { dispatches: winogradConvolution(spec, context), algorithm: 'Winograd F(4×4, 3×3)' };
  const algorithm = isPointwise(spec) ? '1×1 product' : `product of ${window.kernel.join('×')} windows`;
  return { dispatches: [productConvolution(spec, context)], algorithm };
}
