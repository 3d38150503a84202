import { type FloatTensor, Tensor } from '../base/tensor.ts';
import type { Params, ValuesOf } from '../schema/params.ts';
import { defineLayer, type Layer, perOutputElement } from './define.ts';

/** What an activation has to say for itself; the rest follows from acting on each element alone. */
interface ActivationSpec<K extends string, S extends Params>
  extends Pick<Layer<S>, 'title' | 'icon' | 'summary' | 'doc' | 'formula' | 'params' | 'examples'> {
  readonly kind: K;
  readonly headline?: Layer<S>['headline'];
  /** The function of one element, in double precision. */
  scalar(params: ValuesOf<S>): (x: number) => number;
}

/** An element-wise, weightless, shape-keeping layer; counted as one operation per element. */
export function defineActivation<const K extends string, S extends Params>({
  scalar,
  ...spec
}: ActivationSpec<K, S>) {
  return defineLayer<K, S>({
    ...spec,
    group: 'activation',
    shape: ({ inputs }) => [inputs[0]!],
    cost: ({ outputs }) => perOutputElement(outputs),
    forward({ params, inputs, tally }) {
      const x: FloatTensor = inputs[0]!;
      const f = scalar(params);
      const y = Tensor.zeros(x.dims);
      for (let i = 0; i < x.data.length; i++) {
        y.data[i] = f(x.data[i]!);
        tally.otherOps += 1;
      }
      return [y];
    },
  });
}
