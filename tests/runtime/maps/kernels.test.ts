import { expect, test } from 'vitest';
import { Tensor } from '../../../shared/base/tensor.ts';
import { comparisonCsv } from '../../../shared/runtime/maps/comparison-csv.ts';
import { allKernels, filterMap, kernelTilesOf, paintRgb } from '../../../shared/runtime/maps/kernels.ts';

const count = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);
const ramp = (dims: readonly number[]) =>
  new Tensor(
    'float32',
    Float32Array.from({ length: count(dims) }, (_, i) => i),
    dims,
  );

test('filters and their planes stand where the weight has them', () => {
  const kernels = kernelTilesOf(ramp([4, 3, 2, 5]));
  expect(kernels).toMatchObject({ filters: 4, channels: 3, height: 2, width: 5 });
  expect(filterMap(kernels, 2)).toMatchObject({ channels: 3, height: 2, width: 5 });
  expect(filterMap(kernels, 2).data[0]).toBe(60);
  expect(allKernels(kernels).channels).toBe(12);
});

test('a filter in colour: red, green and blue from the three channels, in one range', () => {
  const kernels = kernelTilesOf(ramp([2, 3, 1, 2]));
  const pixels = new Uint8Array(8);
  paintRgb(kernels, 1, { low: 1, high: 11 }, pixels);
  // 6 and 7, 8 and 9, 10 and 11, each less 1, by 10, of 255.
  expect([...pixels]).toEqual([128, 179, 230, 255, 153, 204, 255, 255]);
});

test('the comparison as CSV', () => {
  const text = comparisonCsv({
    backends: ['cpu', 'webgl'],
    milliseconds: [3, 4],
    layers: [
      {
        node: 'a,b',
        kind: 'conv2d',
        largest: 0.5,
        relative: 0.25,
        milliseconds: [undefined, 2],
        fusedInto: ['relu', undefined],
      },
    ],
  });
  expect(text).toBe(
    'layer,kind,largest difference,relative to the rms of cpu,cpu ms,webgl ms,cpu fused into,webgl fused into\r\n' +
      '"a,b",conv2d,0.5,0.25,,2,relu,\r\n',
  );
});
