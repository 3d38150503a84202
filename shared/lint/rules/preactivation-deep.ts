import { param } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import { isActivation, nameOf, networkOf, reportAt } from '../network.ts';
import { phrases } from '../phrases.ts';
import { conv, type Line, network } from '../rule-examples.ts';

const say = phrases('preactivation-deep', {
  late: '{{name}} cuts off at zero what {{count}} sums pass on, in a network {{depth}} layers deep; with normalisation and activation before the convolutions, as in ResNet-v2, the path through all blocks is clean for the same {{weights}} parameters.',
});

export const preactivationDeep = defineRule({
  says: say,
  title: 'Very deep residual networks activate before their convolutions',
  why: `A ReLU behind the sum stands on every path through the network: the signal is cut off at zero once per block, and after hundreds
of blocks training becomes hard. With normalisation and ReLU before each convolution (pre-activation) nothing but sums lies on the way
from the loss to every block. The gain grows with depth: 1001 layers for CIFAR fall from 7.6 % error to 4.9 %, while ResNet-152
gains but 0.2 %.`,
  source: 'He, Zhang, Ren and Sun 2016 (Identity mappings in deep residual networks), tables 3 and 5',
  severity: 'warning',
  presets: ['resnet', 'resnext'],
  options: {
    maxBlocks: param.int({
      title: 'Blocks',
      doc: 'Networks of so many blocks or fewer are left alone: ResNet-110 has 54.',
      default: 54,
    }),
  },
  *check({ analysis, options }) {
    const { residuals } = networkOf(analysis);
    if (residuals.length <= options.maxBlocks) return;
    const late = residuals.flatMap(({ sum }) =>
      // Where the sum goes on past it, the activation is the next block's own.
      sum.after.length === 1 ? sum.after.filter(isActivation) : [],
    );
    const [first] = late;
    if (first === undefined || late.length < 2) return;
    const { depth, params } = analysis.totals;
    yield reportAt(first, say('late', { name: nameOf(first), count: late.length, depth, weights: params }));
  },
  examples: [
    { title: 'Eighty-one blocks with a ReLU behind the sum', spec: deep(true), finds: ['out1'] },
    { title: 'As many, activated before', spec: deep(false), finds: [] },
  ],
});

function deep(behind: boolean): object {
  const blocks = Array.from({ length: 81 }, (_, i): readonly Line[] => {
    const from = i === 0 ? 'stem' : `${behind ? 'out' : 'sum'}${i}`;
    const n = i + 1;
    const first = behind ? conv(`a${n}`, 16, {}, from) : conv(`a${n}`, 16, {}, `pre${n}`);
    return [
      ...(behind ? [] : [[`pre${n}`, 'relu', {}, from] as const]),
      first,
      [`mid${n}`, 'relu'],
      conv(`b${n}`, 16),
      [`sum${n}`, 'add', {}, [`b${n}`, from]],
      ...(behind ? [[`out${n}`, 'relu'] as const] : []),
    ];
  });
  return network([3, 32, 32], conv('stem', 16), ...blocks.flat());
}
