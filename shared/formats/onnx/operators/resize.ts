import { messages } from '../../../base/problem.ts';
import type { ParamValues } from '../../../schema/params.ts';
import type { NodeView } from '../node-view.ts';
import type { Flow, Value } from '../values.ts';
import { fromFront } from './axes.ts';
import { wholeOfWhole } from './elementwise.ts';
import { onTwoAxes } from './shapes.ts';

export const say = messages('formats/onnx/operators/resize', {
  'whole-numbers-unsupported': [
    'it lays whole numbers on a curve or smooths them, which every engine rounds otherwise.',
    'Cast them to floats before it, and back behind it.',
  ],
  'resize-unsupported': [
    'it keeps the aspect ratio of more than two axes.',
    'Name two axes, or state the sizes.',
  ],
});

/** What is asked of each axis of the input. */
interface Wanted {
  readonly scales: readonly number[] | undefined;
  readonly sizes: readonly number[] | undefined;
  /** Start and end of what is cut out, as shares of the axis. */
  readonly roi: readonly (readonly [number, number])[] | undefined;
  readonly axes: readonly number[];
}

/** Of whole numbers, only what lies between pixels is no pixel. */
export function resizeAny(node: NodeView): readonly Value[] {
  const mode = node.text('mode', 'nearest');
  if (mode === 'nearest') return resize(node);
  const curved = !/linear$/.test(mode) || node.int('antialias', 0) === 1;
  if (curved && node.value(0).integer) throw node.refuse(say('whole-numbers-unsupported'));
  return wholeOfWhole(resize)(node);
}

/** Resize, and Upsample before it: two axes at a time, since each is sampled by itself. */
function resize(node: NodeView): readonly Value[] {
  const x = node.flow(0);
  const old = node.op === 'Upsample' || node.opset < 11;
  const wanted = wantedOf(node, x, old);
  const { scales, sizes, roi, axes } = wanted;
  const moving = [...x.dims.keys()].filter((axis) => {
    const stays = sizes ? sizes[axis] === x.dims[axis] : (scales?.[axis] ?? 1) === 1;
    return !stays || (roi !== undefined && (roi[axis]![0] !== 0 || roi[axis]![1] !== 1));
  });
  const params = paramsOf(node, old);
  const policy = node.text('keep_aspect_ratio_policy', 'stretch');
  if (sizes && policy !== 'stretch') {
    if (axes.length > 2) throw node.refuse(say('resize-unsupported'));
    const aspect = policy.replace('not_', 'not-');
    return [
      resized(
        node,
        x,
        axes.toSorted((a, b) => a - b),
        wanted,
        { ...params, aspect },
      ),
    ];
  }
  let y = x;
  // A map is resized as one even where one of its sides stays.
  const whole = x.dims.length === 4 && moving.every((axis) => axis >= 2);
  if (whole) return [resized(node, x, [2, 3], wanted, params)];
  while (moving.length > 0) y = resized(node, y, moving.splice(0, 2), wanted, params);
  return [y];
}

function wantedOf(node: NodeView, x: Flow, old: boolean): Wanted {
  const axes = (node.list('axes') ?? [...x.dims.keys()]).map((axis) => fromFront(axis, x.dims.length));
  const spread = (given: readonly number[] | undefined, fill: (axis: number) => number) => {
    if (!given || given.length === 0) return undefined;
    return x.dims.map((_, axis) => (axes.includes(axis) ? (given[axes.indexOf(axis)] ?? 0) : fill(axis)));
  };
  const scalesAt = old ? 1 : 2;
  // Before operator set 7, Upsample had a factor for height and one for width.
  const oldest = node.has('height_scale') || node.has('width_scale');
  const scales = oldest
    ? [1, 1, node.float('height_scale', 1), node.float('width_scale', 1)]
    : (node.list('scales') ?? (node.given(scalesAt) ? node.numbers(scalesAt, 'scales') : undefined));
  const crops = !old && node.text('coordinate_transformation_mode', 'half_pixel') === 'tf_crop_and_resize';
  const cut = crops && node.given(1) ? node.numbers(1, 'roi') : undefined;
  const half = (cut?.length ?? 0) / 2;
  const ends = cut && [spread(cut.slice(0, half), () => 0), spread(cut.slice(half), () => 1)];
  return {
    axes,
    scales: spread(scales, () => 1),
    sizes: spread(!old && node.given(3) ? node.numbers(3, 'sizes') : undefined, (axis) => x.dims[axis]!),
    roi: ends && x.dims.map((_, axis) => [ends[0]?.[axis] ?? 0, ends[1]?.[axis] ?? 1] as const),
  };
}

function paramsOf(node: NodeView, old: boolean): ParamValues {
  const mode = node.text('mode', 'nearest');
  return {
    mode: mode === 'bilinear' ? 'linear' : mode === 'bicubic' ? 'cubic' : mode,
    coordinates: old ? 'asymmetric' : node.text('coordinate_transformation_mode', 'half_pixel'),
    nearest: old ? 'floor' : node.text('nearest_mode', 'round_prefer_floor'),
    cubicCoefficient: node.float('cubic_coeff_a', -0.75),
    excludeOutside: node.int('exclude_outside', 0) === 1,
    antialias: node.int('antialias', 0) === 1,
    extrapolation: node.float('extrapolation_value', 0),
  };
}

/** Along one axis or two. */
function resized(
  node: NodeView,
  x: Flow,
  targets: readonly number[],
  { scales, sizes, roi }: Wanted,
  params: ParamValues,
): Flow {
  const pair = <T>(of: (axis: number) => T, fill: T): readonly [T, T] =>
    targets.length === 2 ? [of(targets[0]!), of(targets[1]!)] : [fill, of(targets[0]!)];
  const cuts = roi && pair<readonly [number, number]>((axis) => roi[axis]!, [0, 1]);
  const region = cuts ? [cuts[0][0], cuts[1][0], cuts[0][1], cuts[1][1]] : undefined;
  const all = { ...params, ...(region && { region }) };
  return onTwoAxes(node, x, targets, (map) => {
    if (sizes) return node.one('resize', [map], { ...all, size: pair((axis) => sizes[axis]!, 1) });
    const factors = pair((axis) => scales?.[axis] ?? 1, 1);
    return scaled(node, map, factors, all);
  });
}

function scaled(node: NodeView, map: Flow, scales: readonly [number, number], params: ParamValues): Flow {
  const [down, across] = scales;
  const old = node.op === 'Upsample' || node.opset < 11;
  if (!old || params.mode !== 'nearest' || (down >= 1 && across >= 1))
    return node.one('resize', [map], { ...params, scales });
  // Operator set 10 took the next element when shrinking, and the one before when enlarging.
  const rounding = (factor: number) => (factor < 1 ? 'ceil' : 'floor');
  if (rounding(down) === rounding(across))
    return node.one('resize', [map], { ...params, scales, nearest: rounding(down) });
  const rows = { ...params, scales: [down, 1], nearest: rounding(down) };
  const columns = { ...params, scales: [1, across], nearest: rounding(across) };
  return node.one('resize', [node.one('resize', [map], rows, {}, `${node.name}.rows`)], columns);
}
