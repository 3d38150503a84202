import { type Dims, elementCount } from '../base/dims.ts';
import { type Issue, isIssue, messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { product, zero } from '../base/term.ts';
import { type Pair, param, type ValuesOf } from '../schema/params.ts';
import { defineLayer, free } from './define.ts';
import { expectMap } from './expect.ts';
import { axisTaps, tapCount, tapsFor } from './sampling.ts';

export const say = messages('layers/resize', {
  'needs-pair': ['Resize needs two {{named}}, for height and width, got {{count}}.', 'Give both.'],
  'needs-four': [
    'Resize cuts a region out by four numbers, got {{count}}.',
    'Give its top, left, bottom and right.',
  ],
  'empty-map': ['Resize has nothing to enlarge: the map is empty.', 'Give it a map of at least 1×1.'],
  'scale-impossible': [
    'Resize by {{scales}} turns {{from}} into {{to}}.',
    'Use factors that leave at least one row and column.',
  ],
});

const params = {
  scales: param.floats({
    title: 'Scales',
    doc: 'Factors for height and width, in single precision; the size is rounded down.',
    default: [2, 2],
    maxLength: 2,
  }),
  size: param.ints({
    title: 'Size',
    doc: 'Height and width to resize to; given, the scales are not used.',
    default: [],
    min: 1,
    max: 1 << 20,
    maxLength: 2,
  }),
  mode: param.choice({
    title: 'Method',
    doc: 'The nearest element, or a weighted mean of 2×2 or 4×4.',
    default: 'nearest',
    options: [
      { value: 'nearest', title: 'nearest' },
      { value: 'linear', title: 'bilinear' },
      { value: 'cubic', title: 'bicubic' },
    ],
  }),
  coordinates: param.choice({
    title: 'Coordinates',
    doc: 'How output positions map to input positions.',
    default: 'half_pixel',
    options: [
      { value: 'half_pixel', title: 'pixel centres' },
      { value: 'half_pixel_symmetric', title: 'pixel centres, symmetric' },
      { value: 'pytorch_half_pixel', title: 'pixel centres, 0 for one' },
      { value: 'align_corners', title: 'corners aligned' },
      { value: 'asymmetric', title: 'top-left aligned' },
      { value: 'tf_half_pixel_for_nn', title: 'pixel centres, not moved back' },
      { value: 'tf_crop_and_resize', title: 'corners of a region' },
    ],
    advanced: true,
  }),
  nearest: param.choice({
    title: 'Rounding',
    doc: 'Which element is the nearest.',
    default: 'round_prefer_floor',
    options: [
      { value: 'round_prefer_floor', title: 'round, halves down' },
      { value: 'round_prefer_ceil', title: 'round, halves up' },
      { value: 'floor', title: 'down' },
      { value: 'ceil', title: 'up' },
    ],
    advanced: true,
  }),
  cubicCoefficient: param.float({
    title: 'Cubic coefficient',
    doc: 'Shape of the bicubic kernel.',
    default: -0.75,
    min: -4,
    max: 4,
    symbol: 'a',
    advanced: true,
  }),
  excludeOutside: param.flag({
    title: 'Exclude outside',
    doc: 'Bicubic elements outside the map weigh nothing, instead of repeating its edge.',
    default: false,
    advanced: true,
  }),
  antialias: param.flag({
    title: 'Smooth',
    doc: 'Widens the kernel when shrinking, so that every element counts.',
    default: false,
    advanced: true,
  }),
  aspect: param.choice({
    title: 'Aspect ratio',
    doc: 'Whether a size is filled, or the ratio kept within it or around it.',
    default: 'stretch',
    options: [
      { value: 'stretch', title: 'stretched' },
      { value: 'not-larger', title: 'kept within' },
      { value: 'not-smaller', title: 'kept around' },
    ],
    advanced: true,
  }),
  region: param.floats({
    title: 'Region',
    doc: 'Top, left, bottom and right of what is resized, as shares of the map.',
    default: [],
    maxLength: 4,
    advanced: true,
  }),
  extrapolation: param.float({
    title: 'Outside',
    doc: 'What a region holds that reaches beyond the map.',
    default: 0,
    advanced: true,
  }),
} as const;

export const resize = defineLayer({
  kind: 'resize',
  title: 'Resize',
  group: 'shape',
  icon: 'resize',
  summary: 'Enlarges or shrinks a map by interpolation.',
  words: ['upsample', 'upsampling', 'interpolate', 'bilinear', 'nearest', '上采样', '缩放', '插值'],
  formula: 'y[c, i, j] = Σ_u Σ_v a_u·b_v · x[c, ⌊i/s⌋ + u, ⌊j/s⌋ + v]',
  traits: ({ mode, coordinates, extrapolation }) => ({
    linear: true,
    keepsSign: mode !== 'cubic' && (coordinates !== 'tf_crop_and_resize' || extrapolation >= 0),
  }),
  doc: `Resamples height and width: upsampling in decoders and feature pyramids. Nearest neighbour moves data and counts no
operations; bilinear counts 4 and bicubic 16 per output element, one for every element read. When shrinking it does not smooth, unless it is asked to: then the
kernel is widened.

Sources: ONNX operator Resize, whose coordinate modes these are; Keys 1981 (bicubic).`,
  params,
  headline: ['scales', 'mode'],
  idle: ({ size, mode, coordinates, antialias }) => [
    ...(size.length > 0 ? (['scales'] as const) : (['aspect'] as const)),
    ...(mode === 'nearest' ? (['antialias'] as const) : (['nearest'] as const)),
    ...(mode === 'cubic' ? [] : (['cubicCoefficient'] as const)),
    ...(mode === 'cubic' || (mode === 'linear' && antialias) ? [] : (['excludeOutside'] as const)),
    ...(coordinates === 'tf_crop_and_resize' ? [] : (['region', 'extrapolation'] as const)),
  ],
  shape({ params, inputs }) {
    const target = targetOf(params, inputs[0]!);
    return isIssue(target) ? target : [[inputs[0]![0]!, inputs[0]![1]!, ...target.size]];
  },
  cost({ params, inputs, outputs }) {
    if (tapCount(params.mode) === 1) return free;
    const [rows, columns] = bothTaps(params, inputs[0]!);
    const elements = elementCount(outputs[0]!);
    return { macs: zero, otherOps: product(['elements', elements], ['K_h', rows], ['K_w', columns]) };
  },
  reach({ params, inputs }) {
    const target = targetOf(params, inputs[0]!);
    if (isIssue(target)) return { kind: 'global' };
    const taps = bothTaps(params, inputs[0]!);
    return {
      kind: 'window',
      kernel: taps,
      stride: [1 / target.scale[0], 1 / target.scale[1]],
      dilation: [1, 1],
      before: [Math.floor((taps[0] - 1) / 2), Math.floor((taps[1] - 1) / 2)],
    };
  },
  forward({ params, inputs, outputs, tally }) {
    const x = inputs[0]!;
    const target = targetOf(params, x.dims);
    if (isIssue(target)) throw new RangeError(target.message);
    const y = Tensor.zeros(outputs[0]!);
    const [batch, channels, hOut, wOut] = y.dims as readonly [number, number, number, number];
    const [height, width] = x.dims.slice(2) as [number, number];
    const rows = axisTaps(params, height, hOut, target.scale[0], 0);
    const columns = axisTaps(params, width, wOut, target.scale[1], 1);
    const isBilinear = rows.count === 2 && columns.count === 2;
    for (let plane = 0; plane < batch * channels; plane++) {
      for (let i = 0; i < hOut; i++) {
        for (let j = 0; j < wOut; j++) {
          let total = 0;
          for (let u = i * rows.count; u < (i + 1) * rows.count; u++) {
            const row = (plane * height + rows.index[u]!) * width;
            let across = 0;
            for (let v = j * columns.count; v < (j + 1) * columns.count; v++) {
              const element = x.data[row + columns.index[v]!]!;
              if (isBilinear) total = ofFour(total, rows.weight[u]!, columns.weight[v]!, element);
              else across += columns.weight[v]! * element;
            }
            if (!isBilinear) total += rows.weight[u]! * across;
            if (columns.count > 1) tally.otherOps += columns.count;
          }
          const fills = rows.outside[i] || columns.outside[j];
          y.data[(plane * hOut + i) * wOut + j] = fills ? params.extrapolation : total;
        }
      }
    }
    return [y];
  },
  examples: [
    {
      title: "A feature pyramid's upsampling",
      params: {},
      inputs: [[1, 256, 7, 7]],
      outputs: [[1, 256, 14, 14]],
      macs: 0,
      trainedParams: 0,
      source: 'Lin et al. 2016',
    },
    {
      title: 'Twice as high and wide, between neighbours',
      params: { mode: 'linear' },
      inputs: [[1, 1, 2, 2]],
      outputs: [[1, 1, 4, 4]],
      source: 'PyTorch 1.13, torch.nn.functional.interpolate',
      values: {
        inputs: [[1, 2, 3, 4]],
        outputs: [[1, 1.25, 1.75, 2, 1.5, 1.75, 2.25, 2.5, 2.5, 2.75, 3.25, 3.5, 3, 3.25, 3.75, 4]],
      },
    },
    {
      title: 'To three by three, corner to corner',
      params: { mode: 'linear', coordinates: 'align_corners', size: [3, 3] },
      inputs: [[1, 1, 2, 2]],
      outputs: [[1, 1, 3, 3]],
      source: 'PyTorch 1.13, torch.nn.functional.interpolate',
      values: { inputs: [[1, 2, 3, 4]], outputs: [[1, 1.5, 2, 2, 2.5, 3, 3, 3.5, 4]] },
    },
    {
      title: 'Three quarters, the pixel before',
      params: { coordinates: 'asymmetric', nearest: 'floor', scales: [1, 0.75] },
      inputs: [[1, 1, 2, 6]],
      outputs: [[1, 1, 2, 4]],
      source: 'PyTorch 1.13, torch.nn.functional.interpolate',
      values: { inputs: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]], outputs: [[1, 2, 3, 5, 7, 8, 9, 11]] },
    },
  ],
});

/** Taps of an output element along rows and columns. */
function bothTaps(given: ValuesOf<typeof params>, dims: Dims): Pair {
  const target = targetOf(given, dims);
  const scale = isIssue(target) ? ([1, 1] as const) : target.scale;
  return [tapsFor(given, scale[0]), tapsFor(given, scale[1])];
}

interface Target {
  readonly size: Pair;
  readonly scale: Pair;
}

export function targetOf(
  { size, scales, aspect, coordinates, region }: ValuesOf<typeof params>,
  dims: Dims,
): Target | Issue {
  const map = expectMap('Resize', dims);
  if (isIssue(map)) return map;
  const [named, list] = size.length > 0 ? (['size', size] as const) : (['scales', scales] as const);
  if (list.length !== 2) {
    return say(
      'needs-pair',
      { named, count: list.length },
      {
        param: named,
      },
    );
  }
  if (coordinates === 'tf_crop_and_resize' && region.length !== 4 && region.length !== 0) {
    return say('needs-four', { count: region.length }, { param: 'region' });
  }
  const from: Pair = [map.height, map.width];
  if (from[0] * from[1] === 0) {
    return say(
      'empty-map',
      {},
      {
        port: 'in',
      },
    );
  }
  const single = Math.fround;
  if (size.length > 0 && aspect !== 'stretch') {
    const ratios = [size[0]! / from[0], size[1]! / from[1]] as const;
    const scale = aspect === 'not-larger' ? Math.min(...ratios) : Math.max(...ratios);
    const extent = (side: number) => Math.max(1, Math.floor(side * scale + 0.5));
    return { size: [extent(from[0]), extent(from[1])], scale: [single(scale), single(scale)] };
  }
  if (size.length > 0)
    return { size: [size[0]!, size[1]!], scale: [single(size[0]! / from[0]), single(size[1]! / from[1])] };
  const scale: Pair = [single(scales[0]!), single(scales[1]!)];
  // 10 × 0.7 is 7 in single precision, and a hair less in double.
  const to: Pair = [Math.floor(single(from[0] * scale[0])), Math.floor(single(from[1] * scale[1]))];
  // Where no size changes, the map is handed on, whatever the factors are.
  if (coordinates !== 'tf_crop_and_resize' && to[0] === from[0] && to[1] === from[1])
    return { size: to, scale: [1, 1] };
  if (to.every((extent) => extent >= 1 && extent <= 1 << 20)) return { size: to, scale };
  return say(
    'scale-impossible',
    { scales: scales.join('×'), from: from.join('×'), to: to.join('×') },
    { param: 'scales' },
  );
}

const single = Math.fround;

/** One of four neighbours more: in the order and precision of onnxruntime, for whole numbers come of such sums. */
const ofFour = (total: number, down: number, across: number, element: number): number =>
  single(total + single(single(single(across) * single(down)) * element));
