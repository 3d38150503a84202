import type { LayerKind } from '../../layers/index.ts';
import { activate } from './activations.ts';
import { permuted, reshaped } from './axes.ts';
import type { Settings } from './config.ts';
import { concatenate } from './layers.ts';
import { alike, joined, type Translator } from './translation.ts';

/** Functions that are called on tensors, and what stands beside them: Keras 3 writes them as operations, Keras 2 as lambdas. */
function joinedBy(kind: LayerKind): Translator {
  return (translation) => {
    const { build, origin, inputs, values } = translation;
    if (inputs.length > 1) return build.add(origin, kind, alike(translation));
    const beside = values.get('1') ?? values.get('y') ?? values.get('x2') ?? values.get('0');
    const first = typeof values.get('0') === 'number';
    if (
      typeof beside !== 'number' ||
      (first && kind !== 'add' && kind !== 'multiply' && kind !== 'max' && kind !== 'min')
    )
      throw build.refuse(origin, 'y', beside);
    return joined(translation, kind, inputs[0]!, [beside], '');
  };
}

const called =
  (name: string): Translator =>
  (translation) =>
    activate(
      translation,
      translation.inputs[0]!,
      { ...Object.fromEntries(translation.values), ...translation.settings, name },
      '',
    );

const functions: Readonly<Record<string, Translator>> = {
  add: joinedBy('add'),
  subtract: joinedBy('subtract'),
  sub: joinedBy('subtract'),
  multiply: joinedBy('multiply'),
  mul: joinedBy('multiply'),
  divide: joinedBy('divide'),
  true_divide: joinedBy('divide'),
  truediv: joinedBy('divide'),
  maximum: joinedBy('max'),
  minimum: joinedBy('min'),
  concatenate: (translation) =>
    concatenate({
      ...translation,
      settings: { axis: translation.settings.axis ?? translation.values.get('axis') },
    }),
  concat: (translation) =>
    concatenate({ ...translation, settings: { axis: translation.values.get('axis') } }),
  transpose: (translation) => {
    const axes =
      translation.settings.axes ?? translation.values.get('axes') ?? translation.values.get('perm');
    if (!Array.isArray(axes) || !axes.every((axis): axis is number => typeof axis === 'number'))
      throw translation.build.refuse(translation.origin, 'axes', axes);
    return permuted(translation, axes);
  },
  reshape: (translation) => {
    const shape =
      translation.settings.newshape ?? translation.values.get('newshape') ?? translation.values.get('shape');
    if (!Array.isArray(shape) || !shape.every((extent): extent is number => typeof extent === 'number'))
      throw translation.build.refuse(translation.origin, 'newshape', shape);
    return reshaped(translation, shape.slice(1));
  },
  ...Object.fromEntries(
    [
      'relu',
      'relu6',
      'sigmoid',
      'tanh',
      'gelu',
      'silu',
      'swish',
      'elu',
      'selu',
      'softplus',
      'softsign',
      'softmax',
      'exp',
      'sqrt',
      'abs',
      'log',
      'square_root',
      'hard_sigmoid',
      'hard_silu',
      'hard_swish',
      'mish',
      'leaky_relu',
      'log_softmax',
    ].map((name) => [name, called(name)]),
  ),
};

/** The function that an operation of Keras 3, or a lambda of Keras 2, calls. */
export function functionOf(kind: string, settings: Settings): Translator | undefined {
  const named = kind === 'TFOpLambda' ? settings.function : kind;
  if (typeof named !== 'string') return undefined;
  const plainName = named
    .split('.')
    .at(-1)!
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
  return Object.hasOwn(functions, plainName) ? functions[plainName] : undefined;
}
