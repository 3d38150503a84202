import { type Dims, elementCount, formatSample, sameDims } from '../base/dims.ts';
import { type Issue, messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { product, zero } from '../base/term.ts';
import type { Params, ValuesOf } from '../schema/params.ts';
import { broadcastDims, stretch } from './broadcast.ts';
import { defineLayer, type Layer, type TraitsFrom } from './define.ts';

export const say = messages('layers/elementwise', {
  'shapes-differ:map-channels': [
    '{{title}} needs equal channels, got {{first}} and {{other}}.',
    'Insert a 1×1 convolution.',
  ],
  'shapes-differ:channels': [
    '{{title}} needs equal channels, got {{first}} and {{other}}.',
    'Bring both branches to one size: equal strides, and a 1×1 convolution where channels differ.',
  ],
  'shapes-differ': [
    '{{title}} needs equal shapes, got {{first}} and {{other}}.',
    'Bring both branches to one size: equal strides, and a 1×1 convolution where channels differ.',
  ],
});

interface ElementwiseSpec<K extends string, S extends Params>
  extends Pick<Layer<S>, 'title' | 'group' | 'icon' | 'summary' | 'doc' | 'formula' | 'inputs' | 'examples'>,
    Partial<Pick<Layer<S>, 'words' | 'frequent'>> {
  readonly kind: K;
  readonly params: S;
  readonly headline?: Layer<S>['headline'];
  readonly traits?: TraitsFrom<S>;
  /** Folds one more operand into the result so far, in double precision. */
  combine(params: ValuesOf<S>): (soFar: number, next: number) => number;
}

/**
 * A weightless layer that combines tensors element by element, broadcasting as NumPy does; counted as one operation
 * per output element for every operand after the first.
 */
export function defineElementwise<const K extends string, S extends Params>({
  combine,
  ...spec
}: ElementwiseSpec<K, S>) {
  const portOf = (i: number) =>
    spec.inputs.length > 1 ? spec.inputs[i]!.name : `${spec.inputs[0]!.name}${i}`;
  return defineLayer<K, S>({
    ...spec,
    shape({ inputs }) {
      let dims = inputs[0]!;
      for (const [i, other] of inputs.entries()) {
        const together = broadcastDims(dims, other);
        if (!together) return mismatch(spec.title, dims, other, portOf(i));
        dims = together;
      }
      return [dims];
    },
    cost({ inputs, outputs }) {
      const elements = ['elements', elementCount(outputs[0]!)] as const;
      const operations = inputs.length - 1;
      return {
        macs: zero,
        otherOps: operations === 1 ? product(elements) : product(['operands − 1', operations], elements),
      };
    },
    forward({ params, inputs, outputs, tally }) {
      const f = combine(params);
      const y = Tensor.zeros(outputs[0]!);
      y.data.set(stretch(inputs[0]!, y.dims).data);
      for (const x of inputs.slice(1)) {
        const { data } = stretch(x, y.dims);
        for (let i = 0; i < data.length; i++) {
          y.data[i] = f(y.data[i]!, data[i]!);
          tally.otherOps += 1;
        }
      }
      return [y];
    },
  });
}

type BinarySpec<K extends string> = Omit<
  ElementwiseSpec<K, Record<never, never>>,
  'group' | 'params' | 'headline' | 'examples' | 'doc' | 'combine'
> & {
  /** What it is called, and where from: `Element-wise difference.` and `ONNX operator Sub.` */
  readonly says: string;
  readonly source: string;
  combine(soFar: number, next: number): number;
  /** Operands of one length and what becomes of them, as the source has it. */
  readonly known?: readonly {
    readonly source: string;
    readonly a: readonly number[];
    readonly b: readonly number[];
    readonly y: readonly number[];
  }[];
};

/** A function of two numbers, element by element, as NumPy has it: no parameters, one operation per element. */
export function defineBinary<const K extends string>({
  says,
  source,
  combine,
  known = [],
  ...spec
}: BinarySpec<K>) {
  return defineElementwise<K, Record<never, never>>({
    ...spec,
    group: 'math',
    doc: `${says} Shapes are equal, or an axis of length 1 is repeated along the other operand, as in NumPy.

Source: ${source}`,
    params: {},
    combine: () => combine,
    examples: [
      {
        title: 'One value per channel',
        params: {},
        inputs: [
          [1, 64, 56, 56],
          [1, 64, 1, 1],
        ],
        outputs: [[1, 64, 56, 56]],
        macs: 0,
        trainedParams: 0,
        source: 'NumPy broadcasting',
      },
      ...known.map((each) => ({
        title: `${each.a.length} elements`,
        params: {},
        inputs: [[each.a.length], [each.b.length]],
        outputs: [[each.y.length]],
        source: each.source,
        values: { inputs: [each.a, each.b], outputs: [each.y] },
      })),
    ],
  });
}

function mismatch(title: string, first: Dims, other: Dims, port: string): Issue {
  const onlyChannels =
    first.length === other.length && sameDims(first.toSpliced(1, 1), other.toSpliced(1, 1));
  return onlyChannels
    ? first.length === 4
      ? say('shapes-differ:map-channels', { title, first: first[1]!, other: other[1]! }, { port })
      : say('shapes-differ:channels', { title, first: first[1]!, other: other[1]! }, { port })
    : say('shapes-differ', { title, first: formatSample(first), other: formatSample(other) }, { port });
}
