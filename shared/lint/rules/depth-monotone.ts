import type { ParamValues } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import { nameOf, networkOf, reportAt } from '../network.ts';
import { phrases } from '../phrases.ts';
import { rowsOfBlocks } from '../rows.ts';
import { conv, type Line, network } from '../rule-examples.ts';

const say = phrases('depth-monotone', {
  shallow:
    'The stage of {{name}} has {{depth}} blocks of {{macs}} multiply-adds in all, the one before it, on larger maps, {{before}}.',
});

export const depthMonotone = defineRule({
  says: say,
  title: 'Stages grow deeper, but for the last',
  why: `In the populations of networks that RegNet was read off, good ones have more blocks in later stages (AnyNetX-E): d_{i+1} ≥ d_i, the last stage
excepted. Blocks on large maps move more values for the same multiply-adds.`,
  source: 'Radosavovic et al. 2020 (Designing network design spaces)',
  severity: 'info',
  presets: ['regnet'],
  options: {},
  *check({ analysis }) {
    const { stages } = networkOf(analysis);
    for (const [i, { blocks }] of stages.entries()) {
      const before = stages[i - 1]?.blocks.length ?? 0;
      const [first] = blocks;
      if (!first || i === stages.length - 1 || blocks.length >= before) continue;
      const macs = blocks.reduce(
        (total, { branch }) => total + branch.reduce((sum, step) => sum + step.macs, 0),
        0,
      );
      yield reportAt(
        first.sum,
        say('shallow', { name: nameOf(first.sum), depth: blocks.length, macs, before }),
        undefined,
        () => ({ now: rowsOfBlocks(blocks), kept: [] }),
      );
    }
  },
  examples: [
    { title: 'One, two, one', spec: staged([1, 2, 1]), finds: [] },
    { title: 'Three, one, two', spec: staged([3, 1, 2]), finds: ['s2b1'] },
  ],
});

function staged(depths: readonly number[]): object {
  const blocks = depths.flatMap((depth, s) =>
    Array.from({ length: depth }, (_, b): Line => {
      const strided = s > 0 && b === 0;
      const shape: ParamValues = strided ? { stride: 2, shortcut: 'projection' } : {};
      return [`s${s + 1}b${b + 1}`, 'residual', { channels: 32 * 2 ** s, ...shape }];
    }),
  );
  return network([3, 32, 32], conv('stem', 32), ...blocks);
}
