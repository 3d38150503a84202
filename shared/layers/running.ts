import { type FloatTensor, Tensor } from '../base/tensor.ts';
import { lanesOf } from './lanes.ts';

export interface RunningParams {
  /** Negative counts from the last. */
  readonly axis: number;
  /** Leaves the element itself out. */
  readonly exclusive: boolean;
  /** From the end. */
  readonly reverse: boolean;
}

/** What becomes of all elements so far along an axis, from what there is of none. */
export function running(
  { data, dims }: FloatTensor,
  { axis, exclusive, reverse }: RunningParams,
  ofNone: number,
  join: (total: number, x: number) => number,
): FloatTensor {
  const y = Tensor.zeros(dims);
  if (data.length === 0) return y;
  const lanes = lanesOf(dims, (axis + dims.length) % dims.length);
  for (let lane = 0; lane < lanes.count; lane++) {
    const start = lanes.at(lane);
    let total = ofNone;
    for (let i = 0; i < lanes.length; i++) {
      const at = start + (reverse ? lanes.length - 1 - i : i) * lanes.step;
      const before = total;
      total = join(total, data[at]!);
      y.data[at] = exclusive ? before : total;
    }
  }
  return y;
}
