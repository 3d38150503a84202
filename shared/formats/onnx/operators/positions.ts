import type { LayerKind } from '../../../layers/index.ts';
import { MAX_EXTENT } from '../../../schema/params.ts';
import type { NodeView, Translate } from '../node-view.ts';
import { type Flow, filled, known, type Value } from '../values.ts';
import { fromFront } from './axes.ts';
import { pointwiseOf } from './elementwise.ts';
import { gather } from './shapes.ts';

/** Positions and counts are whole numbers with which layers may compute. */
export const counts = (flow: Flow): Flow => ({ ...flow, integer: 'counts' });

export function arg(kind: 'argMax' | 'argMin'): Translate {
  return (node) => {
    const x = node.flow(0);
    const params = {
      axis: fromFront(node.int('axis', 0), x.dims.length),
      keepDims: node.int('keepdims', 1) === 1,
      last: node.int('select_last_index', 0) === 1,
    };
    return [counts(node.one(kind, [x], params))];
  };
}

/** The most that a k can be which is fed or computed while the network runs; undefined where it is known. */
function bounded(node: NodeView, extent: number): number | undefined {
  const k = node.value(1);
  if (k.kind === 'constant' || node.build.exactShapes) return undefined;
  node.build.bound(node, 'upper-bound:kept', extent, k);
  return extent;
}

export function topK(node: NodeView): readonly Value[] {
  const x = node.flow(0);
  const axis = fromFront(node.int('axis', -1), x.dims.length);
  const k = node.opset < 10 ? node.int('k', 1) : (bounded(node, x.dims[axis]!) ?? node.numbers(1, 'k')[0]!);
  const [values, indices] = node.add('topK', [x], { k, axis, largest: node.int('largest', 1) === 1 });
  return [values!, counts(indices!)];
}

/** How many boxes stay is known when they were chosen: the shape is the most that there can be. */
export function nonMaxSuppression(node: NodeView): readonly Value[] {
  const [boxes, scores] = [node.flow(0), node.flow(1)];
  const limit = (i: number, what: string, fallback: number) =>
    node.given(i) ? node.numbers(i, what)[0]! : fallback;
  const params = {
    most: Math.min(Math.max(0, limit(2, 'number of boxes', 0)), MAX_EXTENT),
    overlap: Math.min(1, Math.max(0, limit(3, 'overlap', 0))),
    least: Math.max(-1e30, limit(4, 'least score', -1e30)),
    boxes: node.int('center_point_box', 0) === 1 ? 'centre' : 'corners',
  };
  if (params.most === 0) return [known([], [0, 3], true)];
  const rows = node.one('nonMaxSuppression', [boxes, scores], params);
  node.build.bound(node, 'upper-bound:boxes', rows.dims[0]!);
  return [counts(rows)];
}

export function tile(node: NodeView): readonly Value[] {
  const x = node.flow(0);
  const given = node.numbers(1, 'repeats');
  // Before operator set 6, one axis was tiled at a time.
  const old = node.opset < 6;
  const repeats = old
    ? x.dims.map((_, axis) => (axis === node.numbers(2, 'axis')[0] ? given[0]! : 1))
    : given;
  if (repeats.includes(0)) {
    const none = x.dims.map((extent, axis) => extent * (repeats[axis] ?? 1));
    return [filled(0, none, Boolean(x.integer))];
  }
  return [repeats.every((times) => times === 1) ? x : node.one('tile', [x], { repeats })];
}

/** Known positions are the layer's parameters; others are fed. */
export function gatherOrTake(node: NodeView): readonly Value[] {
  const indices = node.value(1);
  if (indices.kind === 'constant' && indices.values !== undefined) return gather(node);
  const x = node.flow(0);
  return [node.one('take', [x, node.flow(1)], { axis: fromFront(node.int('axis', 0), x.dims.length) })];
}

/** Operators whose second input holds positions along an axis. */
export function along(kind: LayerKind, count: number): Translate {
  return pointwiseOf(kind, count, (node) => ({
    axis: fromFront(node.int('axis', 0), node.dims(0).length),
    ...(count === 3 ? { reduction: node.text('reduction', 'none') } : {}),
  }));
}

export function cumSum(node: NodeView): readonly Value[] {
  const x = node.flow(0);
  const axis = fromFront(node.numbers(1, 'axis')[0]!, x.dims.length);
  const params = { axis, exclusive: node.int('exclusive', 0) === 1, reverse: node.int('reverse', 0) === 1 };
  return [node.one('cumSum', [x], params)];
}

export function oneHot(node: NodeView): readonly Value[] {
  const [off, on] = node.numbers(2, 'values') as readonly [number, number];
  const depth = node.numbers(1, 'depth')[0]!;
  return [node.one('oneHot', [node.flow(0)], { depth, axis: node.int('axis', -1), on, off })];
}

export function trilu(node: NodeView): readonly Value[] {
  const diagonal = node.given(1) ? node.numbers(1, 'diagonal')[0]! : 0;
  const part = node.int('upper', 1) === 1 ? 'upper' : 'lower';
  return [node.one('trilu', [node.flow(0)], { part, diagonal })];
}

export function gridSample(node: NodeView): readonly Value[] {
  // Before operator set 20 the modes had PyTorch's names.
  const named = node.text('mode', 'linear');
  const mode = named === 'bilinear' ? 'linear' : named === 'bicubic' ? 'cubic' : named;
  const outside = node.text('padding_mode', 'zeros');
  const alignCorners = node.int('align_corners', 0) === 1;
  return [node.one('gridSample', [node.flow(0), node.flow(1)], { mode, outside, alignCorners })];
}
