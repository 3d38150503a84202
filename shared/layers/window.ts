import { type Issue, messages } from '../base/problem.ts';
import type { Padding, Pair } from '../schema/params.ts';

export const say = messages('layers/window', {
  height: 'height',
  width: 'width',
  'kernel-larger-than-input:dilated': [
    "The kernel's {{side}} is {{span}} ({{kernel}} dilated by {{dilation}}), but the padded input's is only {{padded}}.",
    'Use a smaller kernel, more padding, or fewer strides and pools before this layer.',
  ],
  'kernel-larger-than-input': [
    "The kernel's {{side}} is {{span}}, but the padded input's is only {{padded}}.",
    'Use a smaller kernel, more padding, or fewer strides and pools before this layer.',
  ],
});

/** What sliding-window layers (convolution, pooling) share. All pairs are [height, width]. */
export interface WindowSpec {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly padding: Padding;
  /** Round the number of windows up, as Caffe's pooling does. */
  readonly ceilMode?: boolean;
}

export interface WindowPlan {
  readonly output: Pair;
  readonly before: Pair;
  readonly after: Pair;
}

/**
 * Places the windows over an H×W map: out = floor((in + before + after − dilation·(kernel − 1) − 1) / stride) + 1.
 * In ceil mode a last window that would start in the padding after the map is dropped, as PyTorch and ONNX do.
 * `same` pads so that out = ceil(in / stride), the odd zero after the map (ONNX SAME_UPPER).
 */
export function placeWindows(spec: WindowSpec, map: Pair): WindowPlan | Issue {
  const rows = placeAxis(spec, map, 0);
  const columns = placeAxis(spec, map, 1);
  if ('code' in rows) return rows;
  if ('code' in columns) return columns;
  return {
    output: [rows.output, columns.output],
    before: [rows.before, columns.before],
    after: [rows.after, columns.after],
  };
}

interface AxisPlan {
  readonly output: number;
  readonly before: number;
  readonly after: number;
}

function placeAxis(spec: WindowSpec, map: Pair, axis: 0 | 1): AxisPlan | Issue {
  const extent = map[axis];
  const stride = spec.stride[axis];
  const span = spec.dilation[axis] * (spec.kernel[axis] - 1) + 1;
  if (spec.padding === 'same') {
    const output = Math.ceil(extent / stride);
    const total = Math.max(0, (output - 1) * stride + span - extent);
    const before = Math.floor(total / 2);
    return { output, before, after: total - before };
  }
  const before = spec.padding[axis];
  const after = spec.padding[axis === 0 ? 2 : 3];
  const room = extent + before + after;
  if (span > room) {
    const side = say.part(axis === 0 ? 'height' : 'width');
    const padded = before + after > 0 ? `${extent} + ${before} + ${after} = ${room}` : String(extent);
    const kernel = spec.kernel[axis];
    const dilation = spec.dilation[axis];
    const place = { param: 'kernel' } as const;
    return dilation > 1
      ? say('kernel-larger-than-input:dilated', { side, span, kernel, dilation, padded }, place)
      : say('kernel-larger-than-input', { side, span, padded }, place);
  }
  if (!spec.ceilMode) return { output: Math.floor((room - span) / stride) + 1, before, after };
  let output = Math.ceil((room - span) / stride) + 1;
  if ((output - 1) * stride >= extent + before) output -= 1;
  return { output, before, after };
}

/** The padding of a layer that does not allow `same`: top, left, bottom, right. */
export function sidesOf(padding: Padding): Exclude<Padding, 'same'> {
  return padding === 'same' ? [0, 0, 0, 0] : padding;
}
