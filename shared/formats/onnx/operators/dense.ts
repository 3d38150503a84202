import { type Dims, elementCount } from '../../../base/dims.ts';
import { messages } from '../../../base/problem.ts';
import type { NodeView } from '../node-view.ts';
import { asTurnedWeight } from '../turned-weight.ts';
import {
  asWeight,
  type Constant,
  type Flow,
  isLearned,
  noSources,
  type OnnxWeight,
  transposed,
  type Value,
} from '../values.ts';
import { fromFront } from './axes.ts';

export const say = messages('formats/onnx/operators/dense', {
  'weights-do-not-fit': ['its weights are {{dims}}.', 'Export it again.'],
});

/** y = alpha·A·B + beta·C: a fully connected layer when B is fixed, a matrix product otherwise. */
export function gemm(node: NodeView): readonly Value[] {
  const alpha = node.float('alpha', 1);
  const beta = node.float('beta', 1);
  // Whether C may be stretched, which is so where it is not like the product.
  if (node.opset < 7) node.passOver('broadcast');
  let a = node.flow(0);
  if (node.int('transA', 0) === 1) a = node.one('transpose', [a], { perm: [1, 0] }, {}, `${node.name}.a`);
  const b = node.value(1);
  if (b.kind === 'flow') return [gemmOfFlows(node, a, b, alpha, beta)];
  if (b.dims.length !== 2) throw node.refuse(say('weights-do-not-fit', { dims: b.dims.join('×') }));
  const turned = node.int('transB', 0) === 1;
  const features = b.dims[turned ? 0 : 1]!;
  const weight = gemmWeight(b, turned, alpha);
  const c = node.inputs[2];
  const bias = c?.kind === 'constant' ? biasOf(c, features, beta) : undefined;
  const y = node.one(
    'linear',
    [a],
    { features, bias: bias !== undefined },
    { weight, ...(bias ? { bias } : {}) },
  );
  if (!c || bias) return [y];
  return [addScaled(node, y, c, beta)];
}

/** The factors of a fully connected layer, [features][inputs], of a matrix that is stored so, or turned. */
function gemmWeight(b: Constant, isStoredSo: boolean, alpha: number): OnnxWeight {
  const [rows, columns] = b.dims as readonly [number, number];
  const how = `${isStoredSo ? '' : 'turned '}${alpha}`;
  if (alpha === 1)
    return isStoredSo ? asWeight(b, b.dims, undefined, how) : asTurnedWeight(b, [rows, columns], how);
  return asWeight(
    b,
    isStoredSo ? [rows, columns] : [columns, rows],
    (elements) =>
      Float32Array.from(isStoredSo ? elements : transposed(elements, rows, columns), (w) => w * alpha),
    how,
  );
}

function gemmOfFlows(node: NodeView, a: Flow, b: Flow, alpha: number, beta: number): Flow {
  const right =
    node.int('transB', 0) === 1 ? node.one('transpose', [b], { perm: [1, 0] }, {}, `${node.name}.b`) : b;
  let y = node.one('matmul', [a, right]);
  if (alpha !== 1) y = node.one('multiply', [y, scalar(node, alpha, 'alpha')], {}, {}, `${node.name}.scaled`);
  const c = node.inputs[2];
  return c ? addScaled(node, y, c, beta) : y;
}

function addScaled(node: NodeView, y: Flow, c: Value, beta: number): Flow {
  const flow = node.build.flow(node, c, `${node.name}.c`);
  const scaled =
    beta === 1
      ? flow
      : node.one('multiply', [flow, scalar(node, beta, 'beta')], {}, {}, `${node.name}.c_scaled`);
  return node.one('add', [y, scaled], {}, {}, `${node.name}.sum`);
}

/** A constant of one element: along an axis, so that it shows as what it is, or without any beside what has none. */
export function scalar(node: NodeView, value: number, name: string, bare = false): Flow {
  const constant: Constant = {
    kind: 'constant',
    dims: bare ? [] : [1],
    integer: false,
    values: [value],
    sources: noSources,
    load: async () => Float32Array.of(value),
  };
  return node.build.constant(node, constant, `${node.name}.${name}`, false, bare);
}

/** A constant that adds one number per feature, as a bias; undefined when it is more than that. */
function biasOf(c: Constant, features: number, scale: number) {
  const count = elementCount(c.dims);
  if (count !== 1 && (count !== features || c.dims.at(-1) !== features)) return undefined;
  return asWeight(
    c,
    [features],
    (elements) => Float32Array.from({ length: features }, (_, i) => elements[count === 1 ? 0 : i]! * scale),
    `${scale}`,
  );
}

export function matMul(node: NodeView): readonly Value[] {
  const b = node.value(1);
  const a = node.matrix(0);
  const tokens = a.dims.length > 2;
  // Of tokens, a matrix that nobody learned is a step of a computation.
  const learned = !tokens || (b.kind === 'constant' && b.sources.size > 0);
  if (b.kind === 'constant' && b.dims.length === 2 && a.dims.length >= 2 && learned) {
    const [fanIn, features] = b.dims as readonly [number, number];
    const weight = asTurnedWeight(b, [fanIn, features]);
    return [node.one('linear', [a], { features, bias: false, tokens }, { weight })];
  }
  return [node.one('matmul', [a, node.matrix(1)])];
}

/**
 * A constant per channel added to a convolution or fully connected layer without bias becomes its bias; undefined
 * when this sum is something else.
 */
export function addBias(node: NodeView, flowAt: 0 | 1): Flow | undefined {
  const x = node.value(flowAt);
  const c = node.value(flowAt === 0 ? 1 : 0);
  if (x.kind !== 'flow' || c.kind !== 'constant' || !node.onlyReader(flowAt)) return undefined;
  const { kind, params } = node.build.producer(x);
  if (params.bias !== false || (kind !== 'linear' && kind !== 'conv2d')) return undefined;
  const axis = kind === 'linear' ? x.dims.length - 1 : 1;
  const channels = x.dims[axis]!;
  if (!perIndex(placedDims(node, x.dims.length, c), x.dims, axis)) return undefined;
  // To one channel, a number that nobody learned is a step of a computation: x + 3.
  if (channels === 1 && !isLearned(c)) return undefined;
  return node.build.amend(x, { bias: true }, { bias: asWeight(c, [channels]) });
}

/** Whether a constant broadcasts to one value per channel of [N, C, …]. */
export function perChannel(dims: Dims, onto: Dims): boolean {
  return perIndex(dims, onto, 1);
}

/** The same for any axis. */
function perIndex(dims: Dims, onto: Dims, axis: number): boolean {
  const extent = onto[axis]!;
  if (elementCount(dims) !== extent || dims.length > onto.length) return false;
  return extent === 1 || dims[axis - onto.length + dims.length] === extent;
}

/** The dims of a second operand as they meet the first: before operator set 7 an attribute says where they start. */
export function placedDims(node: NodeView, rank: number, { dims }: Value): Dims {
  if (node.opset >= 7) return dims;
  const [stretched, placed] = [node.int('broadcast', 0) === 1, node.has('axis')];
  if (!stretched || !placed) return dims;
  const after = rank - fromFront(node.int('axis', 0), rank) - dims.length;
  return after > 0 ? [...dims, ...Array<number>(after).fill(1)] : dims;
}
