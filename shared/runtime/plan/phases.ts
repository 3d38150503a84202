import {
  type ConvolutionOp,
  type InputOp,
  type MapView,
  mapView,
  type PhasedGraph,
  type PhasedOp,
  type PlanGraph,
  pixelWindow,
} from './graph.ts';
import { blocksOf, LANES } from './tensors.ts';
import { suitsWinograd, tileSide } from './winograd.ts';

/**
 * A strided convolution of a network's input becomes one of stride 1: every `stride`-th row and column of the input is a
 * channel of its own (a phase), and the filters are dealt out among the phases likewise. A 7×7 window of stride 2 over 3
 * channels is then a 4×4 window over 12, which Winograd's algorithm computes with a third of the multiply-adds. The input
 * has to be brought into the engine's layout anyway; bringing it there by phases costs nothing more.
 */
export function splitPhases(graph: PlanGraph): PhasedGraph {
  const values = [...graph.values];
  const inputs = new Map(graph.ops.filter((op) => op.kind === 'input').map((op) => [op.output, op]));
  const ops = graph.ops.flatMap((op): PhasedOp[] => {
    const from = inputs.get(op.inputs[0]!);
    if (op.kind !== 'convolution' || !from) return [op];
    const dims = phaseDims(op, graph);
    if (!dims) return [op];
    const output = values.push(dims) - 1;
    return readByPhases(op, from, output);
  });
  return { ...graph, ops, values };
}

function readByPhases(op: ConvolutionOp, from: InputOp, output: number): PhasedOp[] {
  const [stride] = op.window.stride;
  const { kernel, before } = op.window;
  const side = Math.ceil(kernel[0] / stride);
  return [
    { kind: 'phases', nodes: from.nodes, inputs: [], output, macs: 0, feed: from.feed, stride, before },
    {
      ...op,
      inputs: [output, ...op.inputs.slice(1)],
      window: { ...pixelWindow, kernel: [side, side] },
      filters: { ...op.filters, phases: { stride, kernel: kernel[0] } },
    },
  ];
}

/** Extents of the phases that a convolution reads; undefined where it is faster to compute it as it stands. */
function phaseDims(
  { inputs, output, window, groups, filters }: ConvolutionOp,
  graph: PlanGraph,
): readonly number[] | undefined {
  const { kernel, stride, dilation } = window;
  const isSquare = [kernel, stride, dilation].every(([y, x]) => y === x);
  if (!isSquare || dilation[0] > 1 || stride[0] < 2 || filters.transposed || !filters.weight)
    return undefined;
  const input = mapView(graph.values[inputs[0]!]!);
  const out = mapView(graph.values[output]!);
  const side = Math.ceil(kernel[0] / stride[0]);
  const phases: MapView = {
    batch: input.batch,
    channels: input.channels * stride[0] ** 2,
    height: out.height + side - 1,
    width: out.width + side - 1,
  };
  const shape = {
    input: phases,
    output: out,
    window: { ...pixelWindow, kernel: [side, side] },
    groups,
    taps: side ** 2,
  } as const;
  if (!suitsWinograd(shape)) return undefined;
  // Multiply-adds per output, counted in whole blocks of values; the transforms want to be paid for.
  const byPhases = blocksOf(phases.channels) * LANES * (6 / tileSide(shape.window)) ** 2;
  const asItStands = kernel[0] * blocksOf(kernel[0] * input.channels) * LANES;
  if (byPhases > asItStands / 2) return undefined;
  return [phases.batch, phases.channels, phases.height, phases.width];
}
