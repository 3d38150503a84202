import { elementCount } from '../base/dims.ts';
import { isIssue, messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { product, zero } from '../base/term.ts';
import { param } from '../schema/params.ts';
import { defineLayer, type LayerExample, type Traits } from './define.ts';
import { expectMap } from './expect.ts';

export const say = messages('layers/global-pool', {
  'empty-map': ['{{title}} has nothing to pool: the map is empty.', 'Give it a map of at least 1×1.'],
});

const params = {
  keepDims: param.flag({
    title: 'Keep 1×1 map',
    doc: 'Gives C×1×1, a map for convolutions, instead of a vector of C.',
    default: false,
    advanced: true,
  }),
} as const;

interface GlobalPoolSpec<K extends string> {
  readonly kind: K;
  readonly traits?: Traits;
  readonly title: string;
  readonly summary: string;
  readonly words?: readonly string[];
  readonly frequent?: boolean;
  readonly formula: string;
  readonly doc: string;
  readonly examples: readonly LayerExample<{ readonly keepDims: boolean }>[];
  /** The pooled value of `plane`, one channel of one image, whose first element is number `start` of the tensor. */
  pool(plane: Float32Array, start: number): number;
}

/** One value per channel from the whole map; counted as one operation per input element. */
export function defineGlobalPool<const K extends string>({ pool, ...spec }: GlobalPoolSpec<K>) {
  return defineLayer<K, typeof params>({
    ...spec,
    group: 'pooling',
    icon: spec.kind,
    params,
    shape({ params: { keepDims }, inputs }) {
      const map = expectMap(spec.title, inputs[0]!);
      if (isIssue(map)) return map;
      if (map.height * map.width === 0) {
        return say(
          'empty-map',
          { title: spec.title },
          {
            port: 'in',
          },
        );
      }
      return [keepDims ? [map.batch, map.channels, 1, 1] : [map.batch, map.channels]];
    },
    cost: ({ inputs }) => ({ macs: zero, otherOps: product(['inputs', elementCount(inputs[0]!)]) }),
    reach: () => ({ kind: 'global' }),
    forward({ inputs, outputs, tally }) {
      const { data, dims } = inputs[0]!;
      const area = dims[2]! * dims[3]!;
      const y = Tensor.zeros(outputs[0]!);
      for (let c = 0; c < y.data.length; c++) {
        const plane = data.subarray(c * area, (c + 1) * area);
        y.data[c] = pool(plane, c * area);
        tally.otherOps += plane.length;
      }
      return [y];
    },
  });
}
