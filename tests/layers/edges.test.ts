import { describe, expect, it } from 'vitest';
import type { Dims } from '../../shared/base/dims.ts';
import { isIssue } from '../../shared/base/problem.ts';
import { Tensor } from '../../shared/base/tensor.ts';
import { type LayerKind, layerOf, traitsOf } from '../../shared/layers/index.ts';
import { rowsThatCount } from '../../shared/layers/non-max-suppression.ts';
import { padMap } from '../../shared/layers/pad-map.ts';
import { coverWindows } from '../../shared/layers/pool.ts';
import { axisTaps, type Sampling, tapsFor, weightsOf } from '../../shared/layers/sampling.ts';
import { defaultsOf, type ParamValues } from '../../shared/schema/params.ts';

function at(kind: LayerKind, own: ParamValues, ...inputs: readonly Dims[]) {
  const layer = layerOf(kind);
  const params: ParamValues = { ...defaultsOf(layer.params), ...own };
  const shape = layer.shape({ params, inputs });
  return { shape: isIssue(shape) ? shape.code : shape[0], reach: () => layer.reach({ params, inputs }) };
}

describe('shapes at their edges', () => {
  it.each<readonly [string, LayerKind, ParamValues, readonly Dims[], Dims | string]>([
    // (2 − 1)·2 − 1 − 1 + 3 rows, (2 − 1)·2 + 3 columns.
    [
      'unpooling cuts its padding off on both sides',
      'maxUnpool',
      { kernel: [3, 3], stride: [2, 2], padding: [1, 0, 1, 0] },
      [
        [1, 1, 2, 2],
        [1, 1, 2, 2],
      ],
      [1, 1, 3, 5],
    ],
    [
      'boxes of two images have no scores of one',
      'nonMaxSuppression',
      {},
      [
        [2, 5, 4],
        [1, 1, 5],
      ],
      'boxes-do-not-fit',
    ],
    ['a single number has no places', 'nonZero', {}, [[]], 'needs-an-axis'],
    ['the mean of nothing is none', 'reduceMean', { axes: [1], keepDims: false }, [[2, 0]], 'empty-map'],
    [
      'nor is that of two axes of which one is empty',
      'reduceMean',
      { axes: [1, 2], keepDims: false },
      [[2, 3, 0]],
      'empty-map',
    ],
    ['the sum of nothing is 0', 'reduceSum', { axes: [1], keepDims: false }, [[2, 0]], [2]],
    [
      'twelve elements are not six, though six divides them',
      'reshape',
      { shape: [2, 3] },
      [[12]],
      'reshape-impossible',
    ],
    // The smaller of 6/3 and 10/20: 3·½ and 20·½, halves up.
    [
      'the aspect is kept by the smaller ratio',
      'resize',
      { size: [6, 10], aspect: 'not-larger' },
      [[1, 1, 3, 20]],
      [1, 1, 2, 10],
    ],
    ['2²⁰ rows are the most', 'resize', { scales: [2 ** 20, 1] }, [[1, 1, 1, 1]], [1, 1, 2 ** 20, 1]],
    [
      'and one doubling more is too many',
      'resize',
      { scales: [2 ** 21, 1] },
      [[1, 1, 1, 1]],
      'scale-impossible',
    ],
  ])('%s', (_, kind, params, inputs, expected) => {
    expect(at(kind, params, ...inputs).shape).toEqual(expected);
  });
});

it('a reshape tells why it is impossible by whether an axis is open', () => {
  const told = (shape: readonly number[]): string => {
    const layer = layerOf('reshape');
    const result = layer.shape({ params: { shape }, inputs: [[12]] });
    return isIssue(result) ? result.message : 'possible';
  };
  expect(told([5, 2])).toContain('(10)');
  expect(told([5, -1])).toContain('(multiples of 5)');
});

describe('what is seen', () => {
  it('of a transposed convolution, by the stride: K/s inputs, half a step each', () => {
    const params = { channels: 1, kernel: [3, 4], stride: [2, 2], padding: [1, 0, 1, 0] };
    expect(at('convTranspose2d', params, [1, 1, 4, 4]).reach()).toEqual({
      kind: 'window',
      kernel: [2, 2],
      stride: [0.5, 0.5],
      dilation: [1, 1],
      before: [0, 1],
    });
  });

  it('of a dilated one, by its span of 5', () => {
    const params = { channels: 1, kernel: [3, 3], stride: [2, 1], dilation: [2, 2] };
    expect(at('convTranspose2d', params, [1, 1, 4, 4]).reach()).toMatchObject({
      kernel: [3, 5],
      stride: [0.5, 1],
      before: [2, 4],
    });
  });

  it('of a map of twice the size: half a step each', () => {
    expect(at('resize', { mode: 'nearest', scales: [2, 3] }, [1, 1, 4, 4]).reach()).toEqual({
      kind: 'window',
      kernel: [1, 1],
      stride: [1 / 2, 1 / Math.fround(3)],
      dilation: [1, 1],
      before: [0, 0],
    });
  });

  it('of a map that is blended from two rows and two columns: the first of them is where it stands', () => {
    expect(at('resize', { mode: 'linear', scales: [2, 2] }, [1, 1, 4, 4]).reach()).toMatchObject({
      kernel: [2, 2],
      before: [0, 0],
    });
  });

  it('of attention: everything', () => {
    expect(at('attention', {}, [1, 4, 8], [1, 4, 8], [1, 4, 8]).reach()).toEqual({ kind: 'global' });
  });

  it('of depth to space: itself', () => {
    expect(at('depthToSpace', { block: 2 }, [1, 4, 3, 3]).reach()).toEqual({
      kind: 'window',
      kernel: [1, 1],
      stride: [0.5, 0.5],
      dilation: [1, 1],
      before: [0, 0],
    });
  });

  it.each<readonly [LayerKind, ParamValues, Dims, string]>([
    ['linear', { tokens: true }, [1, 5, 8], 'pointwise'],
    ['linear', { tokens: true }, [1, 8], 'global'],
    ['softmax', { axis: 1 }, [1, 3, 4, 4], 'pointwise'],
    ['softmax', { axis: 2 }, [1, 3, 4, 4], 'global'],
    ['softmax', { axis: -1 }, [1, 3, 4, 4], 'global'],
    ['cumProd', { axis: 1 }, [1, 3, 4, 4], 'pointwise'],
    ['cumProd', { axis: 2 }, [1, 3, 4, 4], 'global'],
    ['tile', { repeats: [2, 3, 1, 1] }, [1, 3, 4, 4], 'pointwise'],
    ['tile', { repeats: [1, 1, 1, 2] }, [1, 3, 4, 4], 'global'],
    ['col2im', { kernel: [2, 2], size: [3, 3] }, [1, 4, 4], 'global'],
  ])('of %s %j on %j: %s', (kind, params, dims, expected) => {
    expect(at(kind, params, dims).reach().kind).toBe(expected);
  });
});

describe('what follows parameters', () => {
  const traits = (kind: LayerKind, own: ParamValues) =>
    traitsOf({ kind, params: { ...defaultsOf(layerOf(kind).params), ...own } });

  it('SELU keeps signs unless its scale turns them', () => {
    const keepsSign = (gamma: number) => traits('selu', { gamma }).keepsSign;
    expect([keepsSign(1), keepsSign(-1)]).toEqual([true, false]);
  });

  it('a cubic between numbers may overshoot; what lies between two by a line does not', () => {
    const keepsSign = (mode: string) => traits('gridSample', { mode }).keepsSign;
    expect([keepsSign('linear'), keepsSign('nearest'), keepsSign('cubic')]).toEqual([true, true, false]);
  });

  it('what exceeds a threshold is positive where the threshold is', () => {
    const nonNegative = (threshold: number) => traits('thresholdedRelu', { threshold }).nonNegative;
    expect([nonNegative(1), nonNegative(0), nonNegative(-1)]).toEqual([true, true, false]);
  });

  it('a map keeps signs in what is blended of it, whatever is said of an outside that it has none of', () => {
    const keepsSign = (coordinates: string, extrapolation: number) =>
      traits('resize', { mode: 'linear', coordinates, extrapolation }).keepsSign;
    expect([keepsSign('half_pixel', -1), keepsSign('tf_crop_and_resize', 0)]).toEqual([true, true]);
    expect(keepsSign('tf_crop_and_resize', -1)).toBe(false);
  });

  it('what is still being edited is asked anew', () => {
    const node = { kind: 'thresholdedRelu', params: { threshold: 1 } };
    expect(traitsOf(node).nonNegative).toBe(true);
    node.params = { threshold: -1 };
    expect(traitsOf(node).nonNegative).toBe(false);
  });

  it.each<readonly [LayerKind, ParamValues, readonly string[]]>([
    ['resize', { mode: 'cubic' }, ['aspect', 'nearest', 'region', 'extrapolation']],
    ['split', { sizes: [1, 2] }, ['parts']],
    ['split', { parts: 3 }, []],
    ['maxPool', { kernel: [3, 3], stride: [1, 1] }, ['ceilMode']],
    ['maxPool', { kernel: [3, 3], stride: [1, 2] }, []],
    // Behind a map of 4, padded by 3, a window of 3 fits into the padding.
    ['maxPool', { kernel: [3, 3], stride: [1, 1], padding: [0, 0, 0, 3] }, []],
  ])('of %s with %j, what has no say: %j', (kind, own, idle) => {
    const layer = layerOf(kind);
    expect(layer.idle({ ...defaultsOf(layer.params), ...own })).toEqual(idle);
  });

  it.each(['same', 'dilated'])('a convolution offered as %s keeps the size of its map', (name) => {
    const offered = layerOf('conv2d').variants?.find(({ id }) => id === name);
    expect(at('conv2d', { channels: 5, ...offered!.params(5) }, [1, 2, 9, 11]).shape).toEqual([1, 5, 9, 11]);
  });

  it('windows of nothing are none', () => {
    expect(at('constant', { shape: [0, 4, 4], windows: [0, 4, 2, 2, 1, 1] }).shape).toBe('no-windows');
  });

  it('a transposed convolution adds less than its stride', () => {
    const layer = layerOf('convTranspose2d');
    const params = { ...defaultsOf(layer.params), stride: [2, 2], outputPadding: [2, 0] };
    const told = layer.shape({ params, inputs: [[1, 1, 4, 4]] });
    expect(isIssue(told) && told.hint).toBe('Set it to at most 1.');
  });

  it('weights along a line have a kernel of one extent, in the words of a line', () => {
    const layer = layerOf('conv1d');
    const params: ParamValues = { ...defaultsOf(layer.params), channels: 3, kernel: 5 };
    const [filters] = layer.weights({ params, inputs: [[1, 2, 9]] });
    expect(filters).toMatchObject({ axes: ['C_out', 'C_in', 'K'], dims: [3, 2, 5] });
  });

  it('factors of the last axis have its number', () => {
    const layer = layerOf('layerNorm');
    const weights = layer.weights({ params: { ...defaultsOf(layer.params), axis: -1 }, inputs: [[2, 3, 8]] });
    expect(weights[0]).toMatchObject({ axes: ['D_2'], dims: [8] });
  });

  it('a pool gives its largest values, and where they stood where that is asked for', () => {
    const names = (positions: string) =>
      layerOf('maxPool')
        .outputs({ ...defaultsOf(layerOf('maxPool').params), positions })
        .map(({ name }) => name);
    expect([names('none'), names('rows')]).toEqual([['out'], ['out', 'positions']]);
  });

  it('determinants cost the cube of their rows each', () => {
    const cost = layerOf('determinant').cost({
      params: {},
      inputs: [[5, 2, 2, 2]],
      outputs: [[5, 2]],
      weights: [],
    });
    expect(cost.otherOps.value).toBe(5 * 2 * 2 ** 3);
    const one = layerOf('determinant').cost({ params: {}, inputs: [[3, 3]], outputs: [[]], weights: [] });
    expect(one.otherOps.value).toBe(3 ** 3);
  });
});

describe('numbers at their edges', () => {
  const of = (kind: LayerKind, own: ParamValues, x: Tensor<'float32'>) => {
    const layer = layerOf(kind);
    const params: ParamValues = { ...defaultsOf(layer.params), ...own };
    const outputs = layer.shape({ params, inputs: [x.dims] });
    if (isIssue(outputs)) throw new RangeError(outputs.code);
    return layer
      .forward({ params, inputs: [x], weights: {}, outputs, tally: { macs: 0, otherOps: 0 } })
      .map(({ data }) => Array.from(data));
  };

  it('zeros alone are quantised in steps of 1', () => {
    expect(of('dynamicQuantize', {}, new Tensor('float32', [0, 0, 0], [3]))).toEqual([[0, 0, 0], [1], [0]]);
  });

  it('two rows changed are a determinant of −1, whatever stands in the other rows', () => {
    const swapped = [1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1];
    expect(of('determinant', {}, new Tensor('float32', swapped, [4, 4]))).toEqual([[-1]]);
  });

  // ONNX operator Resize, resize_upsample_sizes_nearest and resize_tf_crop_and_resize.
  it('a map is resized to a size', () => {
    const [row, next] = [
      [1, 1, 1, 1, 2, 2, 2, 2],
      [3, 3, 3, 3, 4, 4, 4, 4],
    ];
    const x = new Tensor('float32', [1, 2, 3, 4], [1, 1, 2, 2]);
    expect(of('resize', { mode: 'nearest', size: [7, 8] }, x)[0]).toEqual(
      [row, row, row, row, next, next, next].flat(),
    );
  });

  it('a region of a map is resized', () => {
    const x = new Tensor(
      'float32',
      Array.from({ length: 16 }, (_, i) => i + 1),
      [1, 1, 4, 4],
    );
    const region = { coordinates: 'tf_crop_and_resize', region: [0.4, 0.6, 0.6, 0.8] };
    const [y] = of('resize', { mode: 'linear', size: [3, 3], ...region }, x);
    for (const [i, value] of [7.6, 7.9, 8.2, 8.8, 9.1, 9.4, 10, 10.3, 10.6].entries())
      expect(y![i]).toBeCloseTo(value, 5);
  });

  it('a region of one place is its middle', () => {
    const x = new Tensor('float32', [0, 1, 2, 3], [1, 1, 1, 4]);
    const region = { coordinates: 'tf_crop_and_resize', region: [0, 0.2, 1, 0.6] };
    const [y] = of('resize', { mode: 'linear', size: [1, 1], ...region }, x);
    // 0.4 of the way from the first to the last.
    expect(y![0]).toBeCloseTo(1.2, 6);
  });

  it('the edge of a region belongs to it', () => {
    const whole: Sampling = { ...cubic, coordinates: 'tf_crop_and_resize', region: [0, 0, 1, 1] };
    expect(axisTaps({ ...whole, mode: 'linear' }, 4, 4, 1).outside).toEqual([false, false, false, false]);
  });

  // ONNX operator Resize, resize_downsample_scales_cubic_antialias.
  it('a map is smoothed by the cubic of Keys, stretched', () => {
    const x = new Tensor(
      'float32',
      Array.from({ length: 16 }, (_, i) => i + 1),
      [1, 1, 4, 4],
    );
    const [y] = of('resize', { mode: 'cubic', scales: [0.6, 0.6], antialias: true }, x);
    for (const [i, value] of [2.5180721, 4.2858863, 9.589329, 11.357142].entries())
      expect(y![i]).toBeCloseTo(value, 5);
  });

  it('a softmax of nothing is nothing', () => {
    expect(of('softmax', { axis: 1 }, Tensor.zeros([0, 3]))).toEqual([[]]);
  });

  it('a map to which nothing is added is itself', () => {
    const x = Tensor.zeros([1, 1, 2, 2]);
    expect(padMap(x, [0, 0], [0, 0])).toBe(x);
  });

  // Scores of 4/√4 and 0: e²/(e² + 1) of the first value.
  it('attention is scaled by the root of its features', () => {
    const layer = layerOf('attention');
    const params: ParamValues = defaultsOf(layer.params);
    const q = new Tensor('float32', [2, 0, 0, 0], [1, 1, 4]);
    const k = new Tensor('float32', [2, 0, 0, 0, 0, 0, 0, 0], [1, 2, 4]);
    const v = new Tensor('float32', [1, 0], [1, 2, 1]);
    const tally = { macs: 0, otherOps: 0 };
    const [y] = layer.forward({ params, inputs: [q, k, v], weights: {}, outputs: [[1, 1, 1]], tally });
    expect(y!.data[0]).toBeCloseTo(Math.exp(2) / (Math.exp(2) + 1), 6);
  });

  it('attention of one sample counts no samples', () => {
    const layer = layerOf('attention');
    const inputs = [
      [2, 4, 8],
      [2, 5, 8],
      [2, 5, 6],
    ];
    const { macs } = layer.cost({
      params: defaultsOf(layer.params),
      inputs,
      outputs: [[2, 4, 6]],
      weights: [],
    });
    expect(macs.value).toBe(2 * 4 * 5 * (8 + 6));
    expect(JSON.stringify(macs)).not.toContain('"N"');
  });

  it('of boxes, rows that are over are left out', () => {
    const rows = new Tensor('float32', [0, 0, 3, -1, -1, -1, -1, -1, -1], [3, 3]);
    expect(rowsThatCount(rows)).toMatchObject({ dims: [1, 3] });
    expect(rowsThatCount(new Tensor('float32', [-1, -1, -1], [1, 3])).dims).toEqual([0, 3]);
  });

  // Two windows of 3, two apart, end at 5: one behind a map of 4.
  it('a window that hangs over has to stand on something', () => {
    const spec = {
      kernel: [3, 3],
      stride: [2, 2],
      dilation: [1, 1],
      padding: [0, 0, 0, 0],
    } as const;
    const windows = { before: [0, 0], after: [0, 0], output: [2, 1] } as const;
    expect(coverWindows(spec, windows, [4, 4])).toEqual([1, 0]);
  });
});

const cubic: Sampling = {
  mode: 'cubic',
  coordinates: 'half_pixel',
  nearest: 'round_prefer_floor',
  cubicCoefficient: -0.75,
  excludeOutside: false,
  antialias: false,
  region: [],
};

describe('taps of a resized axis', () => {
  it.each([
    ['nearest', true, 0.5, 1],
    ['linear', false, 0.5, 2],
    ['linear', true, 1, 2],
    ['linear', true, 0.5, 4],
    ['cubic', true, 0.5, 8],
    ['linear', true, 0.4, 6],
  ] as const)('%s, smoothed %s, by %f: %i', (mode, antialias, scale, count) => {
    expect(tapsFor({ mode, antialias }, scale)).toBe(count);
  });

  // Keys 1981 with a = −¾ at distances 1¼, ¼, ¾ and 1¾.
  it('weigh as the cubic of Keys does', () => {
    expect(weightsOf(cubic, 0.25)).toEqual([-0.10546875, 0.87890625, 0.26171875, -0.03515625]);
  });

  it('leave out what is outside, the others taking over its weight', () => {
    const { count, weight, index } = axisTaps({ ...cubic, excludeOutside: true }, 2, 4, 2);
    // The first position is at −¼: two of its taps lie before the map.
    const inside = 0.87890625 - 0.10546875;
    expect(Array.from(weight.subarray(0, count))).toEqual([0, 0, 0.87890625 / inside, -0.10546875 / inside]);
    expect(Array.from(index.subarray(0, count))).toEqual([0, 0, 0, 1]);
  });

  it('keep all their weight where only linear ones are outside', () => {
    const { weight, index } = axisTaps({ ...cubic, mode: 'linear', excludeOutside: true }, 2, 4, 2);
    // The first position is at −¼, the last at 1¼: each is the nearest element, whole.
    const taken = (position: number): number[] =>
      [0, 1].map((element) =>
        [0, 1].reduce((sum, tap) => {
          const at = 2 * position + tap;
          return index[at] === element ? sum + weight[at]! : sum;
        }, 0),
      );
    expect([taken(0), taken(3)]).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it('hand a map on whose size a factor does not change', () => {
    const layer = layerOf('resize');
    const params: ParamValues = { ...defaultsOf(layer.params), mode: 'linear', scales: [1.05, 1.05] };
    const x = new Tensor('float32', [1, 5, 2, 8], [1, 1, 2, 2]);
    const [y] = layer.forward({
      params,
      inputs: [x],
      weights: {},
      outputs: [[1, 1, 2, 2]],
      tally: { macs: 0, otherOps: 0 },
    });
    expect(Array.from(y!.data)).toEqual([1, 5, 2, 8]);
  });
});
