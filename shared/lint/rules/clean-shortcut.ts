import { defineRule, type Report } from '../define.ts';
import { isConvolution, type Network, nameOf, networkOf, oncePerNode, reportAt } from '../network.ts';
import { phrases } from '../phrases.ts';
import { rowOfSteps } from '../rows.ts';
import { conv, network, pointwise } from '../rule-examples.ts';

const say = phrases('clean-shortcut', {
  blocked:
    '{{name}} stands on a shortcut whose ends have one shape, {{shape}}: the identity is enough, and spares {{weights}} parameters and {{macs}} multiply-adds.',
});

export const cleanShortcut = defineRule({
  says: say,
  title: 'Nothing stands on a shortcut that could be the identity',
  why: `With identity shortcuts x_L = x_l + Σ F(x_i): the signal and the gradient reach every block unchanged. Whatever stands on that path,
a scale, a gate, a 1×1 convolution, dropout or an activation, multiplies up over the blocks. He et al. tried each on a network of
110 layers: all were worse than the identity (6.6 % error on CIFAR-10; 12 % with 1×1 convolutions, more than 20 % with dropout). Where shapes change, a projection is needed.`,
  source:
    'He, Zhang, Ren and Sun 2016 (Identity mappings in deep residual networks), section 3.1 and table 1',
  severity: 'warning',
  presets: ['resnet', 'resnext', 'regnet', 'convnext'],
  options: {},
  *check({ analysis }) {
    yield* oncePerNode(find(networkOf(analysis)));
  },
  examples: [
    {
      title: 'A 1×1 convolution on the shortcut',
      spec: network(
        [64, 28, 28],
        ['relu', 'relu'],
        conv('a', 64),
        ['act', 'relu'],
        conv('b', 64),
        pointwise('projection', 64, {}, 'relu'),
        ['sum', 'add', {}, ['b', 'projection']],
      ),
      finds: ['projection'],
    },
    {
      title: 'The identity',
      spec: network([64, 28, 28], ['relu', 'relu'], conv('a', 64), ['act', 'relu'], conv('b', 64), [
        'sum',
        'add',
        {},
        ['b', 'relu'],
      ]),
      finds: [],
    },
    {
      title: 'A projection to more channels',
      spec: network(
        [64, 28, 28],
        ['relu', 'relu'],
        conv('a', 128),
        ['act', 'relu'],
        conv('b', 128),
        pointwise('projection', 128, {}, 'relu'),
        ['sum', 'add', {}, ['b', 'projection']],
      ),
      finds: [],
    },
  ],
});

function* find({ residuals }: Network): Iterable<Report> {
  for (const { fork, shortcut, sum, branch } of residuals) {
    // Two branches of work side by side have no shortcut.
    const plain = shortcut.filter(({ traits }) => traits.weighted).length <= 1;
    const same = String(fork.out) === String(sum.out);
    const [first] = shortcut.filter((step) => step.before.length === 1);
    if (first === undefined || !plain || !same || !branch.some(isConvolution)) continue;
    const weights = shortcut.reduce((total, step) => total + step.weights, 0);
    const macs = shortcut.reduce((total, step) => total + step.macs, 0);
    const shape = (sum.out ?? []).slice(1).join('×');
    const says = say('blocked', { name: nameOf(first), shape, weights, macs });
    yield reportAt(first, says, undefined, () => ({ now: rowOfSteps(shortcut), kept: [] }));
  }
}
