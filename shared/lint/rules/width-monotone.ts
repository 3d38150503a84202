import { defineRule } from '../define.ts';
import { nameOf, networkOf, reportAt } from '../network.ts';
import { phrases } from '../phrases.ts';
import { rowsOfBlocks } from '../rows.ts';
import { conv, network } from '../rule-examples.ts';
import { percent } from '../views.ts';

const say = phrases('width-monotone', {
  narrows:
    'The stage of {{name}} has {{width}} channels, the one before {{before}}: it keeps {{share}} of the {{values}} values of each position.',
});

export const widthMonotone = defineRule({
  says: say,
  title: 'Stages do not narrow',
  why: `In the populations of networks that RegNet was read off, good ones have widths that grow from stage to stage (AnyNetX-D): w_{i+1} ≥ w_i.
A stage that narrows throws away what the one before computed.`,
  source: 'Radosavovic et al. 2020 (Designing network design spaces)',
  severity: 'warning',
  presets: ['regnet', 'resnet', 'resnext', 'convnext'],
  options: {},
  *check({ analysis }) {
    const { stages } = networkOf(analysis);
    for (const [i, { blocks, width }] of stages.entries()) {
      const before = stages[i - 1]?.width ?? 0;
      const [first] = blocks;
      if (!first || width >= before) continue;
      yield reportAt(
        first.sum,
        say('narrows', {
          name: nameOf(first.sum),
          width,
          before,
          share: percent(width / before),
          values: before,
        }),
        undefined,
        () => ({ now: rowsOfBlocks(blocks), kept: [] }),
      );
    }
  },
  examples: [
    { title: 'Growing', spec: staged(64, 128), finds: [] },
    { title: 'Narrowing', spec: staged(64, 32), finds: ['b2'] },
  ],
});

function staged(first: number, second: number): object {
  return network(
    [3, 32, 32],
    conv('stem', first),
    ['b1', 'residual', { channels: first }],
    ['b2', 'residual', { channels: second, stride: 2, shortcut: 'projection' }],
  );
}
