import { type Dims, elementCount } from '../base/dims.ts';
import { type Issue, isIssue, messages } from '../base/problem.ts';
import { product, zero } from '../base/term.ts';
import { type Pair, param } from '../schema/params.ts';
import type { LayerCost, Reach } from './define.ts';
import { expectMap } from './expect.ts';
import { placeWindows, type WindowPlan, type WindowSpec } from './window.ts';

export const say = messages('layers/pool', {
  'window-in-padding:row': [
    '{{title}} has a window that lies wholly in the padding (row {{i}} of the output).',
    'Use less padding than the kernel is wide.',
  ],
  'window-in-padding:column': [
    '{{title}} has a window that lies wholly in the padding (column {{i}} of the output).',
    'Use less padding than the kernel is wide.',
  ],
});

/** The parameters that both pools have. */
export const poolParams = {
  kernel: param.pair({ title: 'Kernel', doc: 'Height and width of the window.', default: 2, symbol: 'K' }),
  stride: param.pair({
    role: 'stride',
    title: 'Stride',
    doc: 'Step between neighbouring windows.',
    default: 2,
    symbol: 's',
  }),
  padding: param.padding({
    role: 'padding',
    title: 'Padding',
    doc: 'Empty rows and columns around the map, or "same".',
    default: 0,
    symbol: 'p',
  }),
  dilation: param.pair({
    title: 'Dilation',
    doc: 'Distance between the elements of a window.',
    default: 1,
    symbol: 'd',
    advanced: true,
  }),
  ceilMode: param.flag({
    title: 'Round up',
    doc: 'Keeps a last window that hangs over the edge, as Caffe does; off, rows and columns that fill no window are dropped.',
    default: false,
    advanced: true,
  }),
} as const;

/** What they mean along a signal. */
export const poolAlongDocs = {
  kernel: 'Length of the window.',
  padding: 'Empty elements before and after the signal.',
  ceilMode: 'Keeps a last window that hangs over the end; off, elements that fill no window are dropped.',
} as const;

/** At stride 1 there is nothing to round, unless a window fits into the padding after the map: rounding up drops it. */
export function idlePoolParams({
  kernel,
  stride,
  dilation,
  padding,
}: WindowSpec): readonly ['ceilMode'] | readonly [] {
  const isIdle = ([0, 1] as const).every((axis) => {
    const after = padding === 'same' ? 0 : padding[axis + 2]!;
    return stride[axis] === 1 && after < dilation[axis] * (kernel[axis] - 1) + 1;
  });
  return isIdle ? ['ceilMode'] : [];
}

/** Where the windows of a pool lie; or why they cannot. */
export function placePool(title: string, spec: WindowSpec, dims: Dims): WindowPlan | Issue {
  const map = expectMap(title, dims);
  if (isIssue(map)) return map;
  const size: Pair = [map.height, map.width];
  const windows = placeWindows(spec, size);
  if (isIssue(windows)) return windows;
  return emptyWindow(title, spec, windows, size) ?? windows;
}

/** A window that sees nothing but padding has neither a maximum nor a mean. */
function emptyWindow(title: string, spec: WindowSpec, windows: WindowPlan, map: Pair): Issue | undefined {
  for (const axis of [0, 1] as const) {
    if (windows.before[axis] === 0 && windows.after[axis] === 0) continue;
    for (let i = 0; i < windows.output[axis]; i++) {
      const start = i * spec.stride[axis] - windows.before[axis];
      if (countTaps(start, spec.kernel[axis], spec.dilation[axis], 0, map[axis]) > 0) continue;
      return say(
        axis === 0 ? 'window-in-padding:row' : 'window-in-padding:column',
        { title, i },
        { param: 'padding' },
      );
    }
  }
  return undefined;
}

/** How many of the positions start, start + dilation, … (`kernel` of them) lie in [from, to). */
export function countTaps(start: number, kernel: number, dilation: number, from: number, to: number): number {
  const first = Math.max(0, Math.ceil((from - start) / dilation));
  const end = Math.min(kernel, Math.ceil((to - start) / dilation));
  return Math.max(0, end - first);
}

/** What has to stand after the map so that every window is whole: more than the padding where a window hangs over. */
export function coverWindows(spec: WindowSpec, windows: WindowPlan, map: Pair): Pair {
  const after = (axis: 0 | 1) => {
    const span = spec.dilation[axis] * (spec.kernel[axis] - 1) + 1;
    const end = (windows.output[axis] - 1) * spec.stride[axis] + span;
    return Math.max(windows.after[axis], end - windows.before[axis] - map[axis]);
  };
  return [after(0), after(1)];
}

/** One operation per element that a window reads, padding included. */
export function poolCost(kernel: Pair, output: Dims): LayerCost {
  return {
    macs: zero,
    otherOps: product(['outputs', elementCount(output)], ['K_h', kernel[0]], ['K_w', kernel[1]]),
  };
}

export function poolReach(spec: WindowSpec, dims: Dims): Reach {
  const windows = placeWindows(spec, [dims[2]!, dims[3]!]);
  const before = isIssue(windows) ? ([0, 0] as const) : windows.before;
  return { kind: 'window', kernel: spec.kernel, stride: spec.stride, dilation: spec.dilation, before };
}
