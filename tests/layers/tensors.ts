import { type Dims, elementCount } from '../../shared/base/dims.ts';
import { type FloatTensor, Tensor } from '../../shared/base/tensor.ts';
import type { WeightSpec } from '../../shared/layers/define.ts';

/** Reproducible values in [−2, 2), by a multiplicative congruential generator (Park and Miller's constants). */
export function randomTensor(dims: Dims, seed: number): FloatTensor {
  let state = (Math.abs(Math.trunc(seed)) % 2147483646) + 1;
  const data = new Float32Array(elementCount(dims));
  for (let i = 0; i < data.length; i++) {
    state = (state * 48271) % 2147483647;
    data[i] = (state / 2147483647) * 4 - 2;
  }
  return new Tensor('float32', data, dims);
}

/** Random weights by name; variances are positive, as they are. */
export function randomWeights(specs: readonly WeightSpec[], seed: number): Record<string, FloatTensor> {
  return Object.fromEntries(
    specs.map(({ name, dims }, i) => {
      const values = randomTensor(dims, seed + 100 + i);
      return [
        name,
        name === 'running_var'
          ? new Tensor(
              'float32',
              values.data.map((x) => x * x + 0.1),
              dims,
            )
          : values,
      ];
    }),
  );
}
