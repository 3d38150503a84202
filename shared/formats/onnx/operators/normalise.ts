import { type Dims, elementCount } from '../../../base/dims.ts';
import { shortestFloat32 } from '../../../base/float32.ts';
import { messages } from '../../../base/problem.ts';
import { Tensor } from '../../../base/tensor.ts';
import { broadcastDims, stretch } from '../../../layers/broadcast.ts';
import type { ParamValues } from '../../../schema/params.ts';
import type { NodeView } from '../node-view.ts';
import { asWeight, type Flow, type OnnxWeight, type Value } from '../values.ts';
import { fromFront } from './axes.ts';
import { scalar } from './dense.ts';

export const say = messages('formats/onnx/operators/normalise', {
  'training-mode:batch': ['it is in training mode.', 'Export the model for inference.'],
  'training-mode:statistics': [
    'it gives statistics beside its result, so it is in training mode.',
    'Export the model for inference.',
  ],
  'training-mode:spatial': [
    'it normalises each position apart (spatial = 0).',
    'Export the model for inference.',
  ],
  scalar: 'a scalar',
  'weights-do-not-fit': ['its {{what}} should be {{dims}}, but is {{given}}.', 'Export the model again.'],
});

/** The type that sums are taken in, which is float32 or better here. */
export function passOverPrecision(node: NodeView): void {
  node.passOver('stash_type');
}

export function batchNorm(node: NodeView): readonly Value[] {
  node.passOver('is_test');
  if (node.int('training_mode', 0) === 1 || node.int('spatial', 1) === 0) {
    throw node.refuse(node.has('training_mode') ? say('training-mode:batch') : say('training-mode:spatial'));
  }
  // Before operator set 14 five outputs are what says so.
  if (node.opset < 14 && node.node.outputs.slice(1).some((name) => name !== '')) {
    throw node.refuse(say('training-mode:statistics'));
  }
  const names = ['weight', 'bias', 'running_mean', 'running_var'] as const;
  const weights = Object.fromEntries(
    names.map((name, i) => [name, asWeight(node.constant(i + 1, name))] as const),
  );
  const epsilon = node.float('epsilon', 1e-5);
  const momentum = Math.min(1, Math.max(0, 1 - shortestFloat32(node.float('momentum', 0.9))));
  return [node.one('batchNorm', [node.flow(0)], { epsilon, momentum }, weights)];
}

export function instanceNorm(node: NodeView): readonly Value[] {
  const weights = { weight: asWeight(node.constant(1, 'scale')), bias: asWeight(node.constant(2, 'bias')) };
  return [node.one('instanceNorm', [node.flow(0)], { epsilon: node.float('epsilon', 1e-5) }, weights)];
}

export function groupNorm(node: NodeView): readonly Value[] {
  passOverPrecision(node);
  const x = node.flow(0);
  const groups = node.int('num_groups', 1);
  const channels = x.dims[1]!;
  const each = (i: number, what: string) => {
    const constant = node.constant(i, what);
    const count = elementCount(constant.dims);
    if (count === channels) return asWeight(constant, [channels]);
    // Operator set 18 had one value per group.
    return asWeight(constant, [channels], (elements) =>
      Float32Array.from({ length: channels }, (_, c) => elements[Math.floor((c * count) / channels)]!),
    );
  };
  const weights = { weight: each(1, 'scale'), bias: each(2, 'bias') };
  return [node.one('groupNorm', [x], { groups, epsilon: node.float('epsilon', 1e-5) }, weights)];
}

/** A constant as one number for each element of the axes that are normalised. */
function overAxes(node: NodeView, i: number, what: string, dims: Dims): OnnxWeight {
  const constant = node.constant(i, what);
  const own = elementCount(constant.dims);
  const given = constant.dims.length < dims.length ? constant.dims : constant.dims.slice(-dims.length);
  if (given.join() === dims.join() && own === elementCount(dims)) return asWeight(constant, dims);
  // One number for several elements is repeated for them.
  if (own === elementCount(given) && broadcastDims(given, dims)?.join() === dims.join()) {
    const repeated = (elements: ArrayLike<number>) =>
      stretch(new Tensor('float32', Float32Array.from(elements), given), dims).data;
    return asWeight(constant, dims, repeated, `repeated ${dims.join()}`);
  }
  const found = constant.dims.join('×') || say.part('scalar');
  throw node.refuse(say('weights-do-not-fit', { what, dims: dims.join('×'), given: found }));
}

/** Division by the root mean square of the last axes. */
export function rmsNorm(node: NodeView): readonly Value[] {
  passOverPrecision(node);
  const x = node.flow(0);
  const axis = node.int('axis', -1);
  const weight = overAxes(node, 1, 'scale', x.dims.slice(fromFront(axis, x.dims.length)));
  return [node.one('rmsNorm', [x], { axis, epsilon: node.float('epsilon', 1e-5) }, { weight })];
}

export function layerNorm(node: NodeView): readonly Value[] {
  passOverPrecision(node);
  const x = node.flow(0);
  const axis = node.int('axis', -1);
  const dims = x.dims.slice(fromFront(axis, x.dims.length));
  const each = (i: number, what: string) => overAxes(node, i, what, dims);
  const weights = { weight: each(1, 'scale'), ...(node.given(2) ? { bias: each(2, 'bias') } : {}) };
  const params = { axis, epsilon: node.float('epsilon', 1e-5), bias: node.given(2) };
  const y = node.one('layerNorm', [x], params, weights);
  return node.isRead(1) || node.isRead(2) ? [y, ...statistics(node, x, dims.length)] : [y];
}

/** Layer normalisation over the last axes, whose scale and shift are known to fit. */
export function normOf(node: NodeView, x: Flow, dims: Dims): Flow {
  const bias = node.given(2);
  const weights = {
    weight: asWeight(node.constant(1, 'scale'), dims),
    ...(bias ? { bias: asWeight(node.constant(2, 'bias'), dims) } : {}),
  };
  return node.one(
    'layerNorm',
    [x],
    { axis: -dims.length, epsilon: node.float('epsilon', 1e-5), bias },
    weights,
  );
}

/** Division by the root mean square over the last axes, whose scale is known to fit. */
export function rmsNormOf(node: NodeView, x: Flow, dims: Dims): Flow {
  const weight = asWeight(node.constant(1, 'scale'), dims);
  const params = { axis: -dims.length, epsilon: node.float('epsilon', 1e-5) };
  return node.one('rmsNorm', [x], params, { weight });
}

/** Mean and one by the deviation over the last axes, as layer normalisation has them. */
function statistics(node: NodeView, x: Flow, count: number): readonly Flow[] {
  const rank = x.dims.length;
  const over = { axes: Array.from({ length: count }, (_, i) => rank - count + i), keepDims: true };
  const named = (suffix: string) => `${node.name}.${suffix}`;
  const mean = node.one('reduceMean', [x], over, {}, named('mean'));
  const centred = node.one('subtract', [x, mean], {}, {}, named('centred'));
  const squares = node.one('multiply', [centred, centred], {}, {}, named('squares'));
  const variance = node.one('reduceMean', [squares], over, {}, named('variance'));
  const shifted = [variance, scalar(node, node.float('epsilon', 1e-5), 'epsilon')];
  const deviation = node.one(
    'sqrt',
    [node.one('add', shifted, {}, {}, named('shifted'))],
    {},
    {},
    named('deviation'),
  );
  return [mean, node.one('divide', [scalar(node, 1, 'one'), deviation], {}, {}, named('inverse'))];
}

export function localResponseNorm(node: NodeView): readonly Value[] {
  const params = {
    size: node.int('size', 1),
    alpha: node.float('alpha', 1e-4),
    beta: node.float('beta', 0.75),
    k: node.float('bias', 1),
  };
  return [node.one('localResponseNorm', [node.flow(0)], params)];
}

/**
 * Softmax, log-softmax. Before operator set 13 these flattened everything from `axis` on into one axis, and the default
 * was 1; since then they work along one axis, by default the last.
 */
export function alongAxis(kind: 'softmax' | 'logSoftmax' | 'hardmax') {
  return (node: NodeView): readonly Value[] => [sharedOut(node, kind, node.opset, {})];
}

/** The same for a layer of that kind with parameters of its own, by the meaning that an operator set gives to the axis. */
export function sharedOut(
  node: NodeView,
  kind: 'softmax' | 'logSoftmax' | 'hardmax' | 'quantSoftmax',
  opset: number,
  params: ParamValues,
): Flow {
  const x = node.flow(0);
  const axis = fromFront(node.int('axis', opset < 13 ? 1 : -1), x.dims.length);
  if (opset >= 13 || x.dims.slice(axis + 1).every((extent) => extent === 1))
    return node.one(kind, [x], { ...params, axis });
  const rows = elementCount(x.dims.slice(0, axis));
  const flat = reshape(node, x, [rows, elementCount(x.dims) / rows], 'flat');
  const y = node.one(kind, [flat], { ...params, axis: 1 });
  return reshape(node, y, x.dims, 'shaped');
}

/** A reshape that keeps a batch of one open, so that the design runs with any. */
export function reshape(node: NodeView, x: Flow, dims: readonly number[], suffix?: string): Flow {
  const shape = dims.map((extent, axis) => (axis === 0 && extent === 1 && x.dims[0] === 1 ? 0 : extent));
  return node.one('reshape', [x], { shape }, {}, suffix === undefined ? node.name : `${node.name}.${suffix}`);
}
