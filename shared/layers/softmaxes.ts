import { elementCount } from '../base/dims.ts';
import { isIssue } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { defineLayer, type Layer, perOutputElement, type Traits } from './define.ts';
import { resolveAxis } from './expect.ts';
import { lanesOf } from './lanes.ts';

const params = {
  axis: param.int({
    title: 'Axis',
    doc: 'The axis along which probabilities sum to 1; 1 is the channels.',
    default: 1,
    min: -8,
    max: 7,
    advanced: true,
  }),
} as const;

/** What softmax and its logarithm have to say for themselves. */
interface SoftmaxSpec<K extends string>
  extends Pick<Layer<typeof params>, 'title' | 'icon' | 'summary' | 'doc' | 'formula' | 'examples'>,
    Partial<Pick<Layer<typeof params>, 'words' | 'frequent'>> {
  readonly kind: K;
  readonly traits?: Traits;
  /** The result of one score, from the largest along the axis and Σ e^(x − largest). */
  result(largest: number, total: number): (x: number) => number;
}

/** A layer that weighs every score against all others along one axis; three operations per element. */
export function defineSoftmax<const K extends string>({ result, ...spec }: SoftmaxSpec<K>) {
  return defineLayer({
    group: 'activation',
    params,
    ...spec,
    shape({ params, inputs }) {
      const at = resolveAxis(spec.title, params.axis, inputs[0]!.length);
      return isIssue(at) ? at : [inputs[0]!];
    },
    cost: ({ outputs }) => perOutputElement(outputs, 'elements', 3),
    reach({ params, inputs }) {
      const rank = inputs[0]!.length;
      return { kind: (params.axis + rank) % rank > 1 ? 'global' : 'pointwise' };
    },
    forward({ params, inputs, tally }) {
      const x = inputs[0]!;
      const y = Tensor.zeros(x.dims);
      if (elementCount(x.dims) === 0) return [y];
      const lanes = lanesOf(x.dims, (params.axis + x.dims.length) % x.dims.length);
      for (let lane = 0; lane < lanes.count; lane++) {
        const start = lanes.at(lane);
        const end = start + lanes.length * lanes.step;
        let largest = -Infinity;
        for (let i = start; i < end; i += lanes.step) largest = Math.max(largest, x.data[i]!);
        let total = 0;
        for (let i = start; i < end; i += lanes.step) total += Math.exp(x.data[i]! - largest);
        const of = result(largest, total);
        for (let i = start; i < end; i += lanes.step) {
          y.data[i] = of(x.data[i]!);
          tally.otherOps += 3;
        }
      }
      return [y];
    },
  });
}
