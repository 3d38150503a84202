import { Tensor } from '../base/tensor.ts';
import type { Params, ValuesOf } from '../schema/params.ts';
import { defineLayer, type Layer, perOutputElement, type TraitsFrom } from './define.ts';

/** Values that a source gives for an element-wise function. */
interface Known<S extends Params> {
  readonly source: string;
  readonly params?: Partial<ValuesOf<S>>;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** What an activation has to say for itself; the rest follows from acting on each element alone. */
interface ActivationSpec<K extends string, S extends Params>
  extends Pick<Layer<S>, 'title' | 'icon' | 'summary' | 'doc' | 'formula' | 'params'>,
    Partial<Pick<Layer<S>, 'words' | 'frequent'>> {
  readonly kind: K;
  /** `math` for functions that are no activation of the papers, such as the square root. */
  readonly group?: 'activation' | 'math';
  readonly headline?: Layer<S>['headline'];
  readonly traits?: TraitsFrom<S>;
  readonly examples?: Layer<S>['examples'];
  /** Elements and what becomes of them, as the source has it. */
  readonly known?: readonly Known<S>[];
  /** The function of one element, in double precision. */
  scalar(params: ValuesOf<S>): (x: number) => number;
}

const featureMap = {
  title: 'A feature map',
  params: {},
  inputs: [[1, 64, 56, 56]],
  outputs: [[1, 64, 56, 56]],
  macs: 0,
  trainedParams: 0,
  source: 'every element maps to one element',
};

/** An element-wise, weightless, shape-keeping layer; counted as one operation per element. */
export function defineActivation<const K extends string, S extends Params>({
  scalar,
  known = [],
  examples = [featureMap],
  ...spec
}: ActivationSpec<K, S>) {
  const literal = known.map(({ source, params = {}, x, y }) => ({
    title: `${x.length} elements`,
    params,
    inputs: [[x.length]],
    outputs: [[x.length]],
    source,
    values: { inputs: [x], outputs: [y] },
  }));
  return defineLayer<K, S>({
    group: 'activation',
    ...spec,
    examples: [...examples, ...literal],
    shape: ({ inputs }) => [inputs[0]!],
    cost: ({ outputs }) => perOutputElement(outputs),
    forward({ params, inputs, tally }) {
      const { data, dims } = inputs[0]!;
      const f = scalar(params);
      const y = Tensor.zeros(dims);
      for (let i = 0; i < data.length; i++) {
        y.data[i] = f(data[i]!);
        tally.otherOps += 1;
      }
      return [y];
    },
  });
}
