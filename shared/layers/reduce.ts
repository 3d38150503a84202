import { type Dims, elementCount } from '../base/dims.ts';
import { isIssue, messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { product, zero } from '../base/term.ts';
import { param } from '../schema/params.ts';
import { addedUp, additionOrder } from './addition-order.ts';
import { defineLayer, type Layer, type Traits } from './define.ts';
import { resolveAxes } from './expect.ts';
import { readStrided, stridesOf } from './strided.ts';

export const say = messages('layers/reduce', {
  'empty-map': ['{{title}} has nothing to reduce.', 'Give it axes of length 1 or more.'],
});

const params = {
  axes: param.ints({
    title: 'Axes',
    doc: 'The axes that disappear; none means all. 2 and 3 are height and width.',
    default: [2, 3],
    min: -8,
    max: 7,
    maxLength: 8,
  }),
  keepDims: param.flag({
    title: 'Keep axes',
    doc: 'Leaves each of them with length 1.',
    default: false,
  }),
} as const;

interface ReduceSpec<K extends string>
  extends Pick<Layer<typeof params>, 'title' | 'summary' | 'doc' | 'formula'>,
    Partial<Pick<Layer<typeof params>, 'words'>> {
  readonly kind: K;
  readonly traits?: Traits;
  readonly examples?: Layer<typeof params>['examples'];
  /** What an empty run gives; without it, there has to be something to reduce. */
  readonly empty?: number;
  /** The value of a run of elements; `sum` is their sum in single precision, in the order of onnxruntime. */
  fold(run: Float32Array, sum: () => number): number;
}

/** Reduces some axes to one value; counted as one operation per input element. */
export function defineReduction<const K extends string>({
  fold,
  empty,
  examples = [],
  ...spec
}: ReduceSpec<K>) {
  return defineLayer<K, typeof params>({
    ...spec,
    group: 'math',
    icon: spec.kind,
    params,
    headline: ['axes'],
    shape({ params: { axes, keepDims }, inputs }) {
      const x = inputs[0]!;
      const resolved = resolveAxes(spec.title, axes, x.length);
      if (isIssue(resolved)) return resolved;
      const gone = goneAxes(resolved.axes, x);
      if (empty === undefined && gone.some((axis) => x[axis] === 0)) {
        return say(
          'empty-map',
          { title: spec.title },
          {
            port: 'in',
          },
        );
      }
      return [
        keepDims
          ? x.map((extent, axis) => (gone.includes(axis) ? 1 : extent))
          : x.filter((_, axis) => !gone.includes(axis)),
      ];
    },
    cost: ({ inputs }) => ({ macs: zero, otherOps: product(['inputs', elementCount(inputs[0]!)]) }),
    reach({ params: { axes }, inputs }) {
      const gone = goneAxes(fromFront(axes, inputs[0]!), inputs[0]!);
      return { kind: gone.some((axis) => axis > 1) ? 'global' : 'pointwise' };
    },
    forward({ params: { axes }, inputs, outputs, tally }) {
      const x = inputs[0]!;
      const gone = goneAxes(fromFront(axes, x.dims), x.dims);
      // The axes that go are brought to the end, where every run of them is contiguous.
      const order = [...x.dims.keys()].sort(
        (a, b) => Number(gone.includes(a)) - Number(gone.includes(b)) || a - b,
      );
      const strides = stridesOf(x.dims);
      const turned = readStrided(
        x.data,
        order.map((axis) => x.dims[axis]!),
        order.map((axis) => strides[axis]!),
      );
      const length = elementCount(gone.map((axis) => x.dims[axis]!));
      const y = Tensor.zeros(outputs[0]!);
      const adding = additionOrder(x.dims, gone);
      const apart = y.data.length * adding.inner;
      for (let i = 0; i < y.data.length; i++) {
        const run = turned.data.subarray(i * length, (i + 1) * length);
        const sum = () => addedUp(run, adding, i * adding.inner, apart);
        y.data[i] = run.length === 0 ? empty! : fold(run, sum);
        tally.otherOps += run.length;
      }
      return [y];
    },
    examples: [
      {
        title: 'Over height and width',
        params: {},
        inputs: [[1, 512, 7, 7]],
        outputs: [[1, 512]],
        macs: 0,
        trainedParams: 0,
        source: 'definition',
      },
      ...examples,
    ],
  });
}

function fromFront(axes: readonly number[], dims: Dims): readonly number[] {
  return axes.map((axis) => (axis + dims.length) % dims.length);
}

function goneAxes(axes: readonly number[], dims: Dims): readonly number[] {
  return axes.length === 0 ? [...dims.keys()] : axes;
}
