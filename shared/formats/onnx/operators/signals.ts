import { type Dims, elementCount } from '../../../base/dims.ts';
import { messages } from '../../../base/problem.ts';
import type { NodeView } from '../node-view.ts';
import { asWeight, type Flow, known, type Value } from '../values.ts';
import { fromFront } from './axes.ts';
import { reshape } from './normalise.ts';

export const say = messages('formats/onnx/operators/signals', {
  'axes-unsupported': ['it transforms along the axis of real and imaginary parts.', 'Export it again.'],
  'window-misfit': [
    'its window has {{found}} steps, and its frames have {{length}}.',
    'Export it again with a window as long as its frames.',
  ],
  'transform-too-large': [
    'a transform of {{length}} steps is too large a matrix.',
    'Cut the signal into shorter frames.',
  ],
});

interface Transform {
  /** Steps of the signal that there are, of those that are transformed: the others are zeros. */
  readonly used: number;
  readonly length: number;
  /** 1 for real numbers, 2 with their imaginary parts beside them. */
  readonly parts: number;
  readonly bins: number;
  readonly inverse: boolean;
  /** Half a spectrum comes in, whose other half mirrors it, so that real numbers go out. */
  readonly mirrored?: boolean;
}

/** Numbers of each bin: real parts, and imaginary ones where there are any. */
const partsOut = ({ mirrored }: Transform) => (mirrored ? 1 : 2);

/**
 * Fourier's transform as a product with a matrix: what steps and parts come in, down; real and imaginary parts of each
 * bin, across. Nothing of it is learned.
 */
function matrixOf(transform: Transform): Float32Array {
  const { used, length, parts, bins, inverse, mirrored } = transform;
  const [sign, whole] = inverse ? [1, 1 / length] : [-1, 1];
  const elements = new Float32Array(used * parts * bins * partsOut(transform));
  let to = 0;
  for (let step = 0; step < used; step++) {
    const share = mirrored && step > 0 && 2 * step !== length ? 2 * whole : whole;
    for (let part = 0; part < parts; part++)
      for (let bin = 0; bin < bins; bin++) {
        // Whole turns are taken off before they are rounded.
        const angle = (2 * Math.PI * ((step * bin) % length)) / length;
        const [cos, sin] = [Math.cos(angle) * share, sign * Math.sin(angle) * share];
        elements[to++] = part === 0 ? cos : -sin;
        if (!mirrored) elements[to++] = part === 0 ? sin : cos;
      }
  }
  return elements;
}

const binsOf = (length: number, half: boolean) => (half ? Math.floor(length / 2) + 1 : length);

function mustBeSmall(node: NodeView, transform: Transform): void {
  const { used, length, parts, bins } = transform;
  if (!node.build.mayFold(used * parts * bins * partsOut(transform)))
    throw node.refuse(say('transform-too-large', { length }));
}

/** The last axis holds real numbers, or real and imaginary parts. */
export function dft(node: NodeView): readonly Value[] {
  const x = node.flow(0);
  const rank = x.dims.length;
  const stated = node.opset < 20 ? node.int('axis', 1) : node.given(2) ? node.numbers(2, 'axis')[0]! : -2;
  const axis = fromFront(stated, rank);
  if (axis >= rank - 1) throw node.refuse(say('axes-unsupported'));
  const extent = x.dims[axis]!;
  const [half, inverse] = [node.int('onesided', 0) === 1, node.int('inverse', 0) === 1];
  const mirrored = half && inverse;
  const stays = mirrored ? 2 * (extent - 1) : extent;
  const length = node.given(1) ? node.numbers(1, 'dft_length')[0]! : stays;
  const wanted = mirrored ? binsOf(length, true) : length;
  const named = (what: string) => `${node.name}.${what}`;
  const signal =
    wanted < extent
      ? node.one('slice', [x], { starts: [0], ends: [wanted], axes: [axis], steps: [] }, {}, named('cut'))
      : x;
  const used = Math.min(wanted, extent);
  const bins = binsOf(length, half && !inverse);
  return [transformed(node, signal, axis, { used, length, bins, inverse, mirrored })];
}

/** A tensor transformed along an axis before its last one. */
function transformed(node: NodeView, x: Flow, axis: number, given: Omit<Transform, 'parts'>): Flow {
  const rank = x.dims.length;
  const transform = { ...given, parts: x.dims[rank - 1]! };
  mustBeSmall(node, transform);
  const named = (what: string) => `${node.name}.${what}`;
  const isLast = axis === rank - 2;
  const perm = [...x.dims.keys()].filter((at) => at !== axis && at !== rank - 1);
  perm.push(axis, rank - 1);
  const turned = isLast ? x : node.one('transpose', [x], { perm }, {}, named('turned'));
  const before = turned.dims.slice(0, -2);
  const flat = reshape(node, turned, [...before, transform.used * transform.parts], 'steps');
  const dims: Dims = [transform.used * transform.parts, transform.bins * partsOut(transform)];
  const matrix = node.build.flow(node, known(matrixOf(transform), dims, false), named('matrix'));
  const product = node.one('matmul', [flat, matrix], {}, {}, named('product'));
  const split = [...before, transform.bins, partsOut(transform)];
  if (isLast) return reshape(node, product, split);
  const spectrum = reshape(node, product, split, 'spectrum');
  return node.one('transpose', [spectrum], { perm: perm.map((_, at) => perm.indexOf(at)) });
}

/** Frames of a signal, one every so many steps, each times a window and transformed: filters that slide along it. */
export function stft(node: NodeView): readonly Value[] {
  const signal = node.flow(0);
  const [batch = 1, steps = 1] = signal.dims;
  const parts = signal.dims[2] ?? 1;
  const stride = node.numbers(1, 'frame_step')[0]!;
  const window = node.given(2) ? node.numbers(2, 'window') : undefined;
  const length = node.given(3) ? node.numbers(3, 'frame_length')[0]! : (window?.length ?? steps);
  if (window && window.length !== length)
    throw node.refuse(say('window-misfit', { found: window.length, length }));
  const bins = binsOf(length, node.int('onesided', 1) === 1);
  const transform = { used: length, length, parts, bins, inverse: false };
  mustBeSmall(node, transform);
  const named = (what: string) => `${node.name}.${what}`;
  const line =
    signal.dims.length === 2 || parts === 1
      ? reshape(node, signal, [batch, 1, steps], 'line')
      : node.one('transpose', [signal], { perm: [0, 2, 1] }, {}, named('line'));
  const matrix = matrixOf(transform);
  const filters = new Float32Array(elementCount([2 * bins, parts, length]));
  for (let row = 0; row < 2 * bins; row++)
    for (let part = 0; part < parts; part++)
      for (let step = 0; step < length; step++)
        filters[(row * parts + part) * length + step] =
          matrix[(step * parts + part) * 2 * bins + row]! * (window ? window[step]! : 1);
  const spectra = node.one(
    'conv1d',
    [line],
    { channels: 2 * bins, kernel: length, stride, padding: [0, 0], dilation: 1, groups: 1, bias: false },
    { weight: asWeight(known(filters, [2 * bins, parts, length], false)) },
    named('frames'),
  );
  const frames = node.one('transpose', [spectra], { perm: [0, 2, 1] }, {}, named('turned'));
  return [reshape(node, frames, [batch, frames.dims[1]!, bins, 2])];
}
