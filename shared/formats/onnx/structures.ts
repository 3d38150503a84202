import type { OnnxAttribute } from './model.ts';
import {
  any,
  dropped,
  type Found,
  fixed,
  floatOf,
  having,
  list,
  meanOver,
  nothingFound,
  number,
  oneOf,
  op,
  over,
  type Pattern,
  type PatternGraph,
  permuted,
  productOf,
  reshaped,
  softmaxOf,
  square,
} from './patterns.ts';

/** Several operators that are one of ours: what they come to, and what it takes. */
export interface Structure {
  /** The operator that the translators know it by. */
  readonly op: string;
  /** The last operator, by which it is looked for. */
  readonly last: readonly string[];
  readonly pattern: Pattern;
  /** The names of the values that it takes, in order; those that the pattern left out are left out. */
  readonly inputs: readonly string[];
  readonly attributes?: (found: Found) => Readonly<Record<string, OnnxAttribute>> | undefined;
}

const x = any('x');
const float = (value: number): OnnxAttribute => ({ kind: 'float', value });
const ints = (value: readonly number[]): OnnxAttribute => ({ kind: 'ints', value });
const single = (numbers: readonly number[]) => numbers.length === 1;

/** By the root of the mean of squares, with epsilon inside. */
const deviationOf = (centred: Pattern) =>
  op('Sqrt', op('Add', meanOver(square(centred), 'axes'), list('epsilon', single)));

const divided = (by: (centred: Pattern) => Pattern, centred: Pattern): Pattern =>
  oneOf(
    op('Div', centred, by(centred)),
    op('Mul', centred, op('Div', number(1), by(centred))),
    op('Mul', centred, op('Reciprocal', by(centred))),
  );

const normalised = divided(deviationOf, op('Sub', x, meanOver(x, 'axes')));

/** The axes and epsilon; the mean and the variance must be taken over the same axes. */
function normOver({ lists }: Found) {
  return { axes: ints(lists.get('axes')!), epsilon: float(lists.get('epsilon')![0]!) };
}

const rootMeanSquare = (of: Pattern) => divided(deviationOf, of);

const one = number(1);
const half = number(0.5);

/** 1 + erf(x / √2). */
const erfGate = op('Add', op('Erf', over(x, Math.SQRT2)), one);

const cube = oneOf(op('Pow', x, number(3)), op('Mul', x, op('Mul', x, x)));
const tanhArgument = oneOf(
  op('Mul', number(Math.sqrt(2 / Math.PI)), op('Add', x, op('Mul', number(0.044715), cube))),
  productOf(x, number(Math.sqrt(2 / Math.PI)), op('Add', one, productOf(number(0.044715), x, x))),
);
const tanhGate = op('Add', op('Tanh', tanhArgument), one);

/** Clip between 0 and 6, whose bounds are attributes in old operator sets and inputs in newer ones. */
const relu6 = (of: Pattern): Pattern =>
  oneOf(
    op('Clip', of, number(0), number(6)),
    having(op('Clip', of), (attribute) => {
      return floatOf(attribute('min'), Number.NaN) === 0 && floatOf(attribute('max'), 0) === 6;
    }),
  );
const shifted = relu6(op('Add', x, number(3)));

const hardGate = having(op('HardSigmoid', x), (attribute) => {
  const alpha = floatOf(attribute('alpha'), 0.2);
  return Math.fround(alpha) === Math.fround(1 / 6) && floatOf(attribute('beta'), 0.5) === 0.5;
});

/** The second and third axes change places. */
const deals = (perm: readonly number[]) =>
  perm.length >= 4 && perm.every((axis, i) => axis === (i === 1 ? 2 : i === 2 ? 1 : i));

/** Instance normalisation of groups of channels, without a scale and a shift of its own. */
const groupsNormalised: Pattern = (value, found, graph) => {
  const node = graph.maker(value);
  const [, scale, shift] = node?.inputs ?? [];
  const all = (name: string | undefined, wanted: number) => {
    const numbers = name === undefined ? undefined : graph.numbers(name);
    return numbers !== undefined && Array.from(numbers).every((each) => each === wanted);
  };
  if (!node || !all(scale, 1) || !all(shift, 0)) return undefined;
  const epsilon = floatOf(graph.attribute(node, 'epsilon'), 1e-5);
  const groups = graph.numbers(scale!)!.length;
  const met = op(
    'InstanceNormalization',
    reshaped(x, any('grouped')),
    any('ones'),
    any('zeros'),
  )(value, found, graph);
  return met && { ...met, lists: new Map(met.lists).set('epsilon', [epsilon]).set('groups', [groups]) };
};

/** Multiplied or divided by something known, or not at all. */
const times = (of: Pattern, factor: string): Pattern =>
  oneOf(op('Mul', of, fixed(`${factor}Factor`)), op('Div', of, fixed(`${factor}Divisor`)), of);

/** Scores with so many masks added, one of them perhaps to windows that are an axis of their own for it. */
const masked = (scores: Pattern, masks: number): Pattern => {
  if (masks === 0) return scores;
  const inner = masked(scores, masks - 1);
  return oneOf(
    op('Add', inner, any(`mask${masks}`)),
    reshaped(op('Add', reshaped(inner, any('windows')), any('windowMask')), any('unwindowed')),
    inner,
  );
};

/** Softmax of the scores of queries and keys, times the values. */
const attended = (q: Pattern, k: Pattern, v: Pattern): Pattern => {
  const scores = times(op('MatMul', times(q, 'query'), times(k, 'key')), 'score');
  const weights = softmaxOf(masked(scores, 3), 'axis');
  return op('MatMul', oneOf(weights, dropped(weights)), v);
};

const cut = (name: string): Pattern => reshaped(any(name), any(`${name}Cut`));
const is = (wanted: readonly number[]) => (perm: readonly number[]) => perm.join() === wanted.join();
const headsFirst = [0, 2, 1, 3];
const turnedHeads = oneOf(
  permuted(cut('k'), is([0, 2, 3, 1])),
  permuted(permuted(cut('k'), is(headsFirst)), is([0, 1, 3, 2])),
);

const masks = ['mask1', 'mask2', 'mask3', 'windows', 'windowMask', 'unwindowed'];
const factors = ['query', 'key', 'score'].flatMap((of) => [`${of}Factor`, `${of}Divisor`]);
/** What an attention takes, in this order. */
export const attentionInputs = ['q', 'k', 'v', ...masks, ...factors] as const;
export const headInputs = ['qCut', 'kCut', 'vCut', 'joined'] as const;

/** Larger ones before those that are their parts. */
export const structures: readonly Structure[] = [
  {
    op: 'LayerNormalization',
    last: ['Add'],
    pattern: op('Add', op('Mul', normalised, fixed('scale')), fixed('shift')),
    inputs: ['x', 'scale', 'shift'],
    attributes: normOver,
  },
  {
    op: 'LayerNormalization',
    last: ['Mul'],
    pattern: op('Mul', normalised, fixed('scale')),
    inputs: ['x', 'scale'],
    attributes: normOver,
  },
  {
    op: 'RMSNormalization',
    last: ['Mul'],
    pattern: op('Mul', rootMeanSquare(x), fixed('scale')),
    inputs: ['x', 'scale'],
    attributes: normOver,
  },
  {
    op: 'GroupNormalization',
    last: ['Add'],
    pattern: op('Add', op('Mul', reshaped(groupsNormalised, any('shape')), fixed('scale')), fixed('shift')),
    inputs: ['x', 'scale', 'shift', 'grouped', 'shape'],
    attributes: ({ lists }) => ({
      num_groups: { kind: 'int', value: lists.get('groups')![0]! },
      epsilon: float(lists.get('epsilon')![0]!),
    }),
  },
  {
    op: 'AttentionOfHeads',
    last: ['Reshape'],
    pattern: reshaped(
      permuted(
        attended(permuted(cut('q'), is(headsFirst)), turnedHeads, permuted(cut('v'), is(headsFirst))),
        is(headsFirst),
      ),
      any('joined'),
    ),
    inputs: [...attentionInputs, ...headInputs],
    attributes: ({ lists }) => ({ axis: ints(lists.get('axis')!) }),
  },
  {
    op: 'AttentionOfStacks',
    last: ['MatMul'],
    pattern: attended(
      any('q'),
      oneOf(
        permuted(any('k'), () => true, 'perm'),
        any('k'),
      ),
      any('v'),
    ),
    inputs: attentionInputs,
    attributes: ({ lists }) => ({ axis: ints(lists.get('axis')!), perm: ints(lists.get('perm') ?? []) }),
  },
  {
    op: 'Gelu',
    last: ['Mul'],
    pattern: productOf(x, half, erfGate),
    inputs: ['x'],
  },
  {
    op: 'Gelu',
    last: ['Mul'],
    pattern: productOf(x, half, tanhGate),
    inputs: ['x'],
    attributes: () => ({ approximate: { kind: 'text', value: 'tanh' } }),
  },
  {
    op: 'HardSwish',
    last: ['Mul', 'Div'],
    pattern: oneOf(over(op('Mul', x, shifted), 6), op('Mul', x, over(shifted, 6)), op('Mul', x, hardGate)),
    inputs: ['x'],
  },
  {
    op: 'HardSigmoid',
    last: ['Mul', 'Div'],
    pattern: over(shifted, 6),
    inputs: ['x'],
    attributes: () => ({ alpha: float(1 / 6), beta: float(0.5) }),
  },
  {
    op: 'Mish',
    last: ['Mul'],
    pattern: op('Mul', x, op('Tanh', op('Softplus', x))),
    inputs: ['x'],
  },
  {
    op: 'ChannelShuffle',
    last: ['Reshape'],
    pattern: reshaped(permuted(reshaped(x, any('grouped')), deals), any('shape')),
    inputs: ['x', 'grouped', 'shape'],
  },
];

/** Whether a value is what a structure gives. */
export function findIn(structure: Structure, value: string, graph: PatternGraph): Found | undefined {
  return structure.pattern(value, nothingFound, graph);
}
