import { param } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import { isActivation, isNorm, nameOf, networkOf, reportAt, type Step } from '../network.ts';
import { phrases } from '../phrases.ts';
import { everyPreset } from '../presets.ts';
import { type Line, network } from '../rule-examples.ts';

const say = phrases('saturating-deep', {
  deep: '{{name}} is the {{count}}th activation in a row that saturates, with no normalisation and no shortcut between: {{weights}} parameters before it get a gradient that shrinks at each of them. Use ReLU, or normalise between.',
});

export const saturatingDeep = defineRule({
  says: say,
  title: 'No deep row of activations that saturate',
  why: `Sigmoid and tanh are flat far from zero: where they saturate, hardly any gradient passes, and a row of them multiplies what little does. Glorot and Bengio
watched the last hidden sigmoid of networks of four and five layers saturate in training, for long or for good. Sigmoid's slope is 1/4 at most: through n of them at most 4⁻ⁿ of a gradient is left, were all weights one.
ReLU, normalisation, or shortcuts that lead past keep it alive.`,
  source:
    'Glorot and Bengio 2010 (Understanding the difficulty of training deep feedforward neural networks)',
  severity: 'warning',
  presets: everyPreset,
  options: {
    most: param.int({
      title: 'In a row',
      doc: 'So many such activations, one behind the other, are taken.',
      default: 4,
      min: 1,
    }),
  },
  *check({ analysis, options: { most } }) {
    // The row that ends at each step: where paths meet, the shorter one, since gradients take it.
    const rows: Row[] = [];
    for (const step of networkOf(analysis).steps) {
      const before = step.before
        .map(({ index }) => rows[index]!)
        .reduce(
          (least, row) => (row.count < least.count ? row : least),
          rows[step.before[0]?.index ?? -1] ?? none,
        );
      const row = rowAt(step, before);
      rows.push(row);
      if (row.count !== most + 1 || row.count === before.count) continue;
      yield reportAt(step, say('deep', { name: nameOf(step), count: row.count, weights: row.weights }));
    }
  },
  examples: [
    {
      title: 'Five hidden layers of sigmoids',
      spec: network([64], ...hidden('sigmoid', 5), ['out', 'linear', { features: 10 }]),
      finds: ['act5'],
    },
    {
      title: 'Four',
      spec: network([64], ...hidden('tanh', 4), ['out', 'linear', { features: 10 }]),
      finds: [],
    },
    { title: 'With ReLU', spec: network([64], ...hidden('relu', 6)), finds: [] },
    {
      title: 'With a normalisation between',
      spec: network([64], ...hidden('tanh', 3), ['bn', 'batchNorm'], ...hidden('tanh', 3, 4)),
      finds: [],
    },
  ],
});

interface Row {
  readonly count: number;
  /** Parameters before its end. */
  readonly weights: number;
}

const none: Row = { count: 0, weights: 0 };

function rowAt(step: Step, { count, weights }: Row): Row {
  const own = weights + step.weights;
  if (isNorm(step)) return none;
  if (!isActivation(step)) return { count, weights: own };
  return step.traits.saturates === true ? { count: count + 1, weights: own } : none;
}

function hidden(kind: 'sigmoid' | 'tanh' | 'relu', layers: number, from = 1): readonly Line[] {
  return Array.from({ length: layers }, (_, i): readonly Line[] => [
    [`fc${from + i}`, 'linear', { features: 64 }],
    [`act${from + i}`, kind],
  ]).flat();
}
