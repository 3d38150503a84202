import { messages } from '../../../base/problem.ts';
import type { NodeView, Translate } from '../node-view.ts';
import { type Flow, known, type Value } from '../values.ts';
import { scalar } from './dense.ts';

export const say = messages('formats/onnx/operators/experimental', {
  'bias-does-not-fit': ['its bias is not one number per channel.', 'Export the model again.'],
});

function times(node: NodeView, x: Flow, factor: number, name: string): Flow {
  if (factor === 1) return x;
  return node.one('multiply', [x, scalar(node, factor, name)], {}, {}, `${node.name}.${name}d`);
}

/** Pixels times a scale, with a bias per channel: no parameters, for both are of the preprocessing. */
function imageScaler(node: NodeView): readonly Value[] {
  const x = node.flow(0);
  const bias = node.list('bias') ?? [];
  const scaled = times(node, x, node.float('scale', 1), 'scale');
  if (bias.length === 0) return [scaled];
  if (bias.length !== x.dims[1]) throw node.refuse(say('bias-does-not-fit'));
  const dims = [bias.length, ...x.dims.slice(2).map(() => 1)];
  const shift = known(bias, dims, false);
  return [node.one('add', [scaled, node.build.constant(node, shift, `${node.name}.bias`, false)])];
}

/** scale · f(inner · x). */
function around(kind: 'tanh' | 'softplus'): Translate {
  return (node) => {
    const inner = times(node, node.flow(0), node.float('beta', 1), 'inner');
    return [times(node, node.one(kind, [inner]), node.float('alpha', 1), 'outer')];
  };
}

function affine(node: NodeView): readonly Value[] {
  const scaled = times(node, node.flow(0), node.float('alpha', 1), 'scale');
  const beta = node.float('beta', 0);
  return [beta === 0 ? scaled : node.one('add', [scaled, scalar(node, beta, 'shift')])];
}

/** Operators of ONNX's first years, which never became part of the standard; onnxruntime still takes them. */
export const experimental: Readonly<Record<string, Translate>> = {
  ImageScaler: imageScaler,
  Affine: affine,
  ScaledTanh: around('tanh'),
  ParametricSoftplus: around('softplus'),
};
