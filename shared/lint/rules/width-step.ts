import { param } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import { nameOf, networkOf, reportAt } from '../network.ts';
import { phrases } from '../phrases.ts';
import { rowsOfBlocks } from '../rows.ts';
import { conv, network } from '../rule-examples.ts';

const say = phrases('width-step', {
  step: 'The stage of {{name}} is {{times}} times as wide as the one before ({{width}} and {{before}} channels), and holds {{weights}} parameters; {{min}} to {{max}} times is usual.',
});

export const widthStep = defineRule({
  says: say,
  title: 'Stages widen by about two and a half',
  why: `In RegNet's best models, width grows by a factor w_m of 2 to 3 from stage to stage, 2.5 or so; the usual doubling is the lower end of
that. Rounding to groups moves single stages.`,
  source: 'Radosavovic et al. 2020 (Designing network design spaces)',
  severity: 'info',
  presets: ['regnet'],
  options: {
    min: param.float({
      title: 'From',
      doc: 'How many times wider at least.',
      default: 1.5,
      min: 0,
      max: 100,
    }),
    max: param.float({ title: 'To', doc: 'How many times wider at most.', default: 3, min: 0, max: 100 }),
  },
  *check({ analysis, options }) {
    const { stages } = networkOf(analysis);
    for (const [i, { blocks, width }] of stages.entries()) {
      const before = stages[i - 1]?.width;
      const [first] = blocks;
      if (!first || before === undefined) continue;
      const times = width / before;
      if (times >= options.min && times <= options.max) continue;
      const weights = blocks.reduce(
        (total, { branch }) => total + branch.reduce((sum, step) => sum + step.weights, 0),
        0,
      );
      const says = say('step', {
        name: nameOf(first.sum),
        times: times.toFixed(2),
        width,
        before,
        weights,
        min: String(options.min),
        max: String(options.max),
      });
      yield reportAt(first.sum, says, undefined, () => ({ now: rowsOfBlocks(blocks), kept: [] }));
    }
  },
  examples: [
    { title: 'Twice as wide', spec: staged(64, 128), finds: [] },
    { title: 'Four times as wide', spec: staged(64, 256), finds: ['b2'] },
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
