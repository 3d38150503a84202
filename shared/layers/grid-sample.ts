import { elementCount, formatDims } from '../base/dims.ts';
import { isIssue, messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { product, zero } from '../base/term.ts';
import { param } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';
import { expectMap } from './expect.ts';
import { roundEven } from './round.ts';
import { tapCount, weightsOf } from './sampling.ts';

export const say = messages('layers/grid-sample', {
  'shapes-differ': [
    'Grid sample of {{map}} cannot take a grid of {{grid}}.',
    'Give a grid of {{batch}}×height×width×2 to a map that is not empty.',
  ],
});

/** The bicubic kernel's, as in PyTorch. */
const CUBIC = -0.75;

export const gridSample = defineLayer({
  kind: 'gridSample',
  title: 'Grid sample',
  group: 'shape',
  icon: 'gridSample',
  summary: 'Reads a map at the places that a second tensor names.',
  formula: 'y[c, i, j] = x[c, at (u, v) = g[i, j]]',
  doc: `Every output pixel is read where the grid says, as x and y from −1 to 1 across the map, by interpolation: warps, flows and spatial
transformers. Nearest neighbour moves data and counts no operations; bilinear counts 4 and bicubic 16 per output element.

Sources: Jaderberg et al. 2015; ONNX operator GridSample; PyTorch grid_sample.`,
  params: {
    mode: param.choice({
      title: 'Method',
      doc: 'The nearest element, or a weighted mean of 2×2 or 4×4.',
      default: 'linear',
      options: [
        { value: 'linear', title: 'bilinear' },
        { value: 'nearest', title: 'nearest' },
        { value: 'cubic', title: 'bicubic' },
      ],
    }),
    outside: param.choice({
      title: 'Outside',
      doc: 'What lies outside of the map.',
      default: 'zeros',
      options: [
        { value: 'zeros', title: 'zeros' },
        { value: 'border', title: 'edge repeated' },
        { value: 'reflection', title: 'mirrored' },
      ],
    }),
    alignCorners: param.flag({
      title: 'Corners aligned',
      doc: '−1 and 1 are the centres of the outer pixels, not their edges.',
      default: false,
    }),
  },
  headline: ['mode'],
  traits: ({ mode }) => ({ keepsSign: mode !== 'cubic' }),
  inputs: [
    { name: 'in', doc: 'The map.' },
    { name: 'grid', doc: 'Places: batch, height, width, and x and y.' },
  ],
  shape({ inputs }) {
    const map = expectMap('Grid sample', inputs[0]!);
    if (isIssue(map)) return map;
    const grid = inputs[1]!;
    if (grid.length === 4 && grid[3] === 2 && grid[0] === map.batch && map.height * map.width > 0)
      return [[map.batch, map.channels, grid[1]!, grid[2]!]];
    return say(
      'shapes-differ',
      { map: formatDims(inputs[0]!), grid: formatDims(grid), batch: map.batch },
      { port: 'grid' },
    );
  },
  cost({ params, outputs }) {
    const taps = tapCount(params.mode);
    if (taps === 1) return free;
    const elements = elementCount(outputs[0]!);
    return { macs: zero, otherOps: product(['elements', elements], ['K_h', taps], ['K_w', taps]) };
  },
  reach: () => ({ kind: 'global' }),
  forward({ params: { mode, outside, alignCorners }, inputs, outputs, tally }) {
    const [x, grid] = inputs;
    const y = Tensor.zeros(outputs[0]!);
    const [batch, channels, hOut, wOut] = y.dims as readonly [number, number, number, number];
    const [height, width] = x!.dims.slice(2) as [number, number];
    const taps = tapCount(mode);
    const axisOf = (extent: number) => new SampledAxis(extent, mode, outside, alignCorners);
    const [rows, columns] = [axisOf(height), axisOf(width)];
    for (let n = 0; n < batch; n++) {
      for (let at = 0; at < hOut * wOut; at++) {
        const place = (n * hOut * wOut + at) * 2;
        columns.aim(grid!.data[place]!);
        rows.aim(grid!.data[place + 1]!);
        for (let c = 0; c < channels; c++) {
          const plane = (n * channels + c) * height * width;
          let total = 0;
          for (let u = 0; u < taps; u++) {
            for (let v = 0; v < taps; v++) {
              const weight = rows.weight[u]! * columns.weight[v]!;
              if (weight !== 0)
                total += weight * x!.data[plane + rows.index[u]! * width + columns.index[v]!]!;
            }
          }
          if (taps > 1) tally.otherOps += taps * taps;
          y.data[(n * channels + c) * hOut * wOut + at] = total;
        }
      }
    }
    return [y];
  },
  examples: [
    {
      title: 'The middle between four pixels, and a corner',
      params: {},
      inputs: [
        [1, 1, 2, 2],
        [1, 1, 2, 2],
      ],
      outputs: [[1, 1, 1, 2]],
      source: 'PyTorch grid_sample, its definition',
      values: {
        inputs: [
          [1, 2, 3, 6],
          [0, 0, -1, -1],
        ],
        outputs: [[3, 0.25]],
      },
    },
    {
      title: 'Corners aligned',
      params: { alignCorners: true },
      inputs: [
        [1, 1, 2, 2],
        [1, 1, 2, 2],
      ],
      outputs: [[1, 1, 1, 2]],
      source: 'PyTorch grid_sample, its definition',
      values: {
        inputs: [
          [1, 2, 3, 6],
          [-1, -1, 1, 0],
        ],
        outputs: [[1, 4]],
      },
    },
  ],
});

/** The taps of one axis for the place that it was last aimed at. */
class SampledAxis {
  readonly index: number[] = [];
  readonly weight: number[] = [];
  private readonly extent: number;
  private readonly mode: 'linear' | 'nearest' | 'cubic';
  private readonly outside: 'zeros' | 'border' | 'reflection';
  private readonly aligned: boolean;

  constructor(
    extent: number,
    mode: 'linear' | 'nearest' | 'cubic',
    outside: 'zeros' | 'border' | 'reflection',
    aligned: boolean,
  ) {
    this.extent = extent;
    this.mode = mode;
    this.outside = outside;
    this.aligned = aligned;
  }

  /** `place` is from −1 to 1 across the axis. */
  aim(place: number): void {
    const { extent } = this;
    const at = this.aligned ? ((place + 1) / 2) * (extent - 1) : ((place + 1) * extent - 1) / 2;
    // Bicubic taps are brought inside one by one, as they lie; for the others the place itself is.
    const inside = this.mode === 'cubic' ? at : this.bring(at);
    const taps = tapCount(this.mode);
    const first = this.mode === 'nearest' ? roundEven(inside) : Math.floor(inside) - (taps / 2 - 1);
    const weights = weightsOf({ mode: this.mode, cubicCoefficient: CUBIC }, inside - Math.floor(inside));
    for (let t = 0; t < taps; t++) {
      const position = this.mode === 'cubic' ? this.bring(first + t) : first + t;
      const exists = position >= 0 && position < extent;
      this.index[t] = exists ? position : 0;
      this.weight[t] = exists ? weights[t]! : 0;
    }
  }

  private bring(at: number): number {
    const { extent } = this;
    if (this.outside === 'zeros') return at;
    const mirrored = this.outside === 'reflection' ? this.mirror(at) : at;
    return Math.min(Math.max(mirrored, 0), extent - 1);
  }

  /** Around the centres of the outer pixels, or around their edges. */
  private mirror(at: number): number {
    const low = this.aligned ? 0 : -0.5;
    const span = this.aligned ? this.extent - 1 : this.extent;
    if (span === 0) return 0;
    const off = Math.abs(at - low);
    const rest = off % span;
    return Math.floor(off / span) % 2 === 0 ? low + rest : low + span - rest;
  }
}
