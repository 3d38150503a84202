import { messages } from '../../../base/problem.ts';
import type { LayerKind } from '../../../layers/index.ts';
import { MAX_EXTENT } from '../../../schema/params.ts';
import type { NodeView, Translate } from '../node-view.ts';
import { type Flow, filled, known, type Value } from '../values.ts';
import { fromFront } from './axes.ts';
import { scalar } from './dense.ts';
import { pointwiseOf } from './elementwise.ts';
import { reshape as reshapeTo } from './normalise.ts';
import { gather } from './shapes.ts';

export const say = messages('formats/onnx/operators/positions', {
  'axes-unsupported': ['its samples and steps of time are not the first two axes.', 'Export it again.'],
  'volume-unsupported:maps': ['it samples volumes of three axes.', '3-D networks cannot be opened.'],
  'volume-unsupported': ['it makes a grid of three axes.', '3-D networks cannot be opened.'],
});

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
  // Whether the order matters: it is kept in any case.
  node.passOver('sorted');
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

/** Coordinates come out as columns; where they are turned to rows at once, the layer's own rows are left. */
export function nonZero(node: NodeView): readonly Value[] {
  const x = node.flow(0);
  const rows = node.one('nonZero', [x], {}, {}, `${node.name}.rows`);
  node.build.bound(node, 'upper-bound:places', rows.dims[0]!);
  return [counts(node.one('transpose', [rows], { perm: [1, 0] }))];
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

const running =
  (kind: 'cumSum' | 'cumProd'): Translate =>
  (node) => {
    const x = node.flow(0);
    const axis = fromFront(node.numbers(1, 'axis')[0]!, x.dims.length);
    const params = { axis, exclusive: node.int('exclusive', 0) === 1, reverse: node.int('reverse', 0) === 1 };
    return [node.one(kind, [x], params)];
  };

export const cumSum = running('cumSum');
export const cumProd = running('cumProd');

/** Samples and time are the first two axes, in either order. */
export function reverseSequence(node: NodeView): readonly Value[] {
  const [samples, time] = [node.int('batch_axis', 1), node.int('time_axis', 0)];
  if (samples + time !== 1 || samples * time !== 0) throw node.refuse(say('axes-unsupported'));
  const x = node.flow(0);
  const y = node.one('reverseSequence', [x, node.flow(1)], { axis: time });
  return [x.integer ? { ...y, integer: x.integer } : y];
}

export function roiAlign(node: NodeView): readonly Value[] {
  // Before operator set 16 no box was moved.
  const coordinates = node.text(
    'coordinate_transformation_mode',
    node.opset < 16 ? 'output_half_pixel' : 'half_pixel',
  );
  const params = {
    size: [node.int('output_height', 1), node.int('output_width', 1)],
    samples: node.int('sampling_ratio', 0),
    scale: node.float('spatial_scale', 1),
    mode: node.text('mode', 'avg') === 'max' ? 'max' : 'mean',
    aligned: coordinates === 'half_pixel',
  };
  return [node.one('roiAlign', [node.flow(0), node.flow(1), node.flow(2)], params)];
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

export function eyeLike(node: NodeView): readonly Value[] {
  // The type of the ones, which is what reads them to know.
  node.passOver('dtype');
  return [node.one('eyeLike', [node.flow(0)], { diagonal: node.int('k', 0) })];
}

/** Places from −1 to 1 along an axis: centres of pixels, or the outer ones at the ends. */
function centres(extent: number, aligned: boolean): readonly number[] {
  if (!aligned) return Array.from({ length: extent }, (_, i) => (2 * i + 1) / extent - 1);
  return Array.from({ length: extent }, (_, i) => (extent === 1 ? 0 : (2 * i) / (extent - 1) - 1));
}

/** Every pixel's place times a matrix for each sample: what grid sample reads by. */
export function affineGrid(node: NodeView): readonly Value[] {
  const theta = node.flow(0);
  const size = node.numbers(1, 'size');
  const aligned = node.int('align_corners', 0) === 1;
  if (size.length !== 4) throw node.refuse(say('volume-unsupported'));
  const [batch, , height, width] = size as readonly [number, number, number, number];
  const [rows, columns] = [centres(height, aligned), centres(width, aligned)];
  const places = rows.flatMap((y) => columns.flatMap((x) => [x, y, 1]));
  const named = (what: string) => `${node.name}.${what}`;
  const pixels = node.build.flow(
    node,
    known(places, [rows.length * columns.length, 3], false),
    named('pixels'),
  );
  const turned = node.one('transpose', [theta], { perm: [0, 2, 1] }, {}, named('turned'));
  const grid = node.one('matmul', [pixels, turned], {}, {}, named('places'));
  return [reshapeTo(node, grid, [batch, height, width, 2])];
}

/** Some tokens of a cache replaced, from a place of each sample's own on. */
export function tensorScatter(node: NodeView): readonly Value[] {
  const [cache, update] = [node.flow(0), node.flow(1)];
  const axis = fromFront(node.int('axis', -2), cache.dims.length);
  const circular = node.text('mode', 'linear') === 'circular';
  const [room, count] = [cache.dims[axis]!, update.dims[axis]!];
  const named = (what: string) => `${node.name}.${what}`;
  const first = node.given(2) ? node.flow(2) : node.build.flow(node, known([0], [1], true), named('first'));
  const along = (extent: number, at: number) => cache.dims.map((_, each) => (each === at ? extent : 1));
  const steps = node.build.flow(
    node,
    known(
      Array.from({ length: count }, (_, i) => i),
      along(count, axis),
      false,
    ),
    named('steps'),
  );
  const start = reshapeTo(node, first, along(first.dims[0]!, 0), 'start');
  const sum = node.one('add', [steps, start], {}, {}, named('places'));
  const places = circular
    ? node.one('mod', [sum, scalar(node, room, 'room')], { sign: 'divisor' }, {}, named('round'))
    : sum;
  const all = node.one('expand', [places], { shape: update.dims }, {}, named('all'));
  return [node.one('scatterElements', [cache, all, update], { axis, reduction: 'none' })];
}

export function gridSample(node: NodeView): readonly Value[] {
  // Before operator set 20 the modes had PyTorch's names.
  const named = node.text('mode', 'linear');
  const mode = named === 'bilinear' ? 'linear' : named === 'bicubic' ? 'cubic' : named;
  const outside = node.text('padding_mode', 'zeros');
  const alignCorners = node.int('align_corners', 0) === 1;
  if (node.dims(0).length === 5) throw node.refuse(say('volume-unsupported:maps'));
  return [node.one('gridSample', [node.flow(0), node.flow(1)], { mode, outside, alignCorners })];
}
