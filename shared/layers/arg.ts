import { elementCount } from '../base/dims.ts';
import { isIssue, messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { product, zero } from '../base/term.ts';
import { param } from '../schema/params.ts';
import { defineLayer, type Layer } from './define.ts';
import { resolveAxis } from './expect.ts';
import { lanesOf } from './lanes.ts';

export const say = messages('layers/arg', {
  'empty-map': [
    '{{title}} has nothing to search: axis {{axis}} is empty.',
    'Give it an axis of length 1 or more.',
  ],
});

const params = {
  axis: param.int({
    title: 'Axis',
    doc: 'The axis that is searched; 1 is the channels.',
    default: 1,
    min: -8,
    max: 7,
  }),
  keepDims: param.flag({ title: 'Keep axis', doc: 'Leaves the axis with length 1.', default: false }),
  last: param.flag({
    title: 'Last of equals',
    doc: 'Among equal elements the last one counts, not the first.',
    default: false,
    advanced: true,
  }),
} as const;

interface ArgSpec<K extends string>
  extends Pick<Layer<typeof params>, 'title' | 'summary' | 'doc' | 'formula' | 'examples'> {
  readonly kind: K;
  /** Whether an element is further out than the best so far. */
  beats(next: number, best: number): boolean;
}

/** The position of an extreme along one axis; counted as one operation per input element. */
export function defineArg<const K extends string>({ beats, ...spec }: ArgSpec<K>) {
  return defineLayer<K, typeof params>({
    ...spec,
    group: 'math',
    icon: spec.kind,
    traits: { keepsSign: true, nonNegative: true, whole: true },
    params,
    headline: ['axis'],
    shape({ params: { axis, keepDims }, inputs }) {
      const x = inputs[0]!;
      const at = resolveAxis(spec.title, axis, x.length);
      if (isIssue(at)) return at;
      if (x[at.axis] === 0) {
        return say('empty-map', { title: spec.title, axis: at.axis }, { port: 'in' });
      }
      return [keepDims ? x.with(at.axis, 1) : x.toSpliced(at.axis, 1)];
    },
    cost: ({ inputs }) => ({ macs: zero, otherOps: product(['inputs', elementCount(inputs[0]!)]) }),
    reach: ({ params: { axis }, inputs }) => ({
      kind: (axis + inputs[0]!.length) % inputs[0]!.length > 1 ? 'global' : 'pointwise',
    }),
    forward({ params: { axis, last }, inputs, outputs, tally }) {
      const { data, dims } = inputs[0]!;
      const lanes = lanesOf(dims, (axis + dims.length) % dims.length);
      const y = Tensor.zeros(outputs[0]!);
      for (let lane = 0; lane < y.data.length; lane++) {
        const start = lanes.at(lane);
        let best = 0;
        for (let i = 0; i < lanes.length; i++) {
          const [next, held] = [data[start + i * lanes.step]!, data[start + best * lanes.step]!];
          if (beats(next, held) || (last && next === held)) best = i;
        }
        y.data[lane] = best;
        tally.otherOps += lanes.length;
      }
      return [y];
    },
  });
}
