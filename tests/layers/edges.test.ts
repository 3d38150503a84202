import { describe, expect, it } from 'vitest';
import type { Dims } from '../../shared/base/dims.ts';
import { isIssue } from '../../shared/base/problem.ts';
import { Tensor } from '../../shared/base/tensor.ts';
import { type LayerKind, layerOf, traitsOf } from '../../shared/layers/index.ts';
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
    ['the mean of nothing is none', 'reduceMean', { axes: [1], keepDims: false }, [[2, 0]], 'empty-map'],
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
  ])('of %s %j on %j: %s', (kind, params, dims, expected) => {
    expect(at(kind, params, dims).reach().kind).toBe(expected);
  });
});

describe('traits that follow parameters', () => {
  it('SELU keeps signs unless its scale turns them', () => {
    const traits = (gamma: number) =>
      traitsOf({ kind: 'selu', params: { ...defaultsOf(layerOf('selu').params), gamma } });
    expect([traits(1).keepsSign, traits(-1).keepsSign]).toEqual([true, false]);
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
    const { count, weight } = axisTaps({ ...cubic, mode: 'linear', excludeOutside: true }, 2, 4, 2);
    expect(Array.from(weight.subarray(0, count))).toEqual([0.25, 0.75]);
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
