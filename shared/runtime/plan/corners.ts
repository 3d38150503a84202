import {
  type ConvolutionOp,
  mapView,
  noFinish,
  type PhasedGraph,
  type PhasedOp,
  type Taps,
  type Window,
} from './graph.ts';
import { suitsWinograd, tilesOf } from './winograd.ts';

/** Channels from which on the transforms are paid for. */
const LEAST_CHANNELS = 32;

/**
 * The corners of a 3×3 filter of stride 2, and in larger ones every `stride`-th tap of every `stride`-th row, meet inputs
 * that lie as far apart as the windows of neighbouring outputs do: on that grid they are a filter of stride 1, which
 * Winograd's algorithm computes with less than half of the multiply-adds. The other taps are a product of their own, to
 * which they are added.
 */
export function splitCorners(graph: PhasedGraph): PhasedGraph {
  const values = [...graph.values];
  const ops = graph.ops.flatMap((op): PhasedOp[] => {
    if (op.kind !== 'convolution' || !suitsSplit(op, graph)) return [op];
    const partial = values.push(values[op.output]!) - 1;
    return split(op, partial);
  });
  return { ...graph, ops, values };
}

function split(op: ConvolutionOp, partial: number): PhasedOp[] {
  const [kernel] = op.window.kernel;
  const [stride] = op.window.stride;
  const isCorner = (place: number): boolean =>
    Math.floor(place / kernel) % stride === 0 && (place % kernel) % stride === 0;
  const all = Array.from({ length: kernel ** 2 }, (_, place) => place);
  const part = (taps: Taps) => ({
    ...op,
    macs: (op.macs * taps.places.length) / taps.of,
    filters: { ...op.filters, taps },
  });
  return [
    {
      ...part({ of: kernel ** 2, places: all.filter((place) => !isCorner(place)), biased: false }),
      output: partial,
      finish: noFinish,
    },
    {
      ...part({ of: kernel ** 2, places: all.filter(isCorner), biased: true }),
      inputs: [op.inputs[0]!, partial],
      window: cornersOf(op.window),
    },
  ];
}

/** The window of the corners alone. */
function cornersOf(window: Window): Window {
  const side = Math.ceil(window.kernel[0] / window.stride[0]);
  return { ...window, kernel: [side, side], dilation: window.stride };
}

function suitsSplit({ inputs, output, window, groups, filters }: ConvolutionOp, graph: PhasedGraph): boolean {
  const { kernel, stride, dilation } = window;
  const isSquare = [kernel, stride, dilation].every(([y, x]) => y === x);
  if (!isSquare || stride[0] < 2 || dilation[0] > 1 || filters.transposed || !filters.weight) return false;
  const corners = cornersOf(window);
  const shape = {
    input: mapView(graph.values[inputs[0]!]!),
    output: mapView(graph.values[output]!),
    window: corners,
    groups,
    taps: corners.kernel[0] ** 2,
  };
  if (!suitsWinograd(shape)) return false;
  if (shape.input.channels < LEAST_CHANNELS || shape.output.channels < LEAST_CHANNELS) return false;
  const { across, down } = tilesOf(shape);
  return 36 * across * down <= (shape.taps / 2) * shape.output.height * shape.output.width;
}
