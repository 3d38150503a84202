import { type FloatTensor, Tensor } from '../base/tensor.ts';
import type { Pair } from '../schema/params.ts';

/** Copies [N, C, H, W] into a larger map filled with `value` around it. Returns the input itself when nothing is added. */
export function padMap(x: FloatTensor, before: Pair, after: Pair, value = 0): FloatTensor {
  const [batch, channels, height, width] = x.dims as readonly [number, number, number, number];
  const rows = before[0] + height + after[0];
  const columns = before[1] + width + after[1];
  if (rows === height && columns === width) return x;
  const padded = Tensor.zeros([batch, channels, rows, columns]);
  if (value !== 0) padded.data.fill(value);
  for (let plane = 0; plane < batch * channels; plane++) {
    for (let i = 0; i < height; i++) {
      const from = (plane * height + i) * width;
      padded.data.set(
        x.data.subarray(from, from + width),
        (plane * rows + before[0] + i) * columns + before[1],
      );
    }
  }
  return padded;
}
