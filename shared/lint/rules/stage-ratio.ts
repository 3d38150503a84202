import type { ParamValues } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import { networkOf } from '../network.ts';
import { phrases } from '../phrases.ts';
import { conv, type Line, network } from '../rule-examples.ts';
import { grouped } from '../views.ts';

const say = phrases('stage-ratio', {
  other:
    'The stages have {{blocks}} blocks and cost {{macs}} multiply-adds; about 1:1:3:1 is what ConvNeXt has.',
});

export const stageRatio = defineRule({
  says: say,
  title: 'Blocks stand 1:1:3:1',
  why: `ConvNeXt took the share of blocks from Swin Transformers, 1:1:3:1 (1:1:9:1 for larger ones): ResNet-50's 3, 4, 6, 3 became 3, 3, 9, 3, and accuracy rose by
0.6 %. The third stage does most of the work at a size of map where it is worth it.`,
  source: 'Liu et al. 2022 (A ConvNet for the 2020s), section 2.2',
  severity: 'info',
  presets: ['convnext'],
  options: {},
  *check({ analysis }) {
    const { stages } = networkOf(analysis);
    if (stages.length !== 4) return;
    const [first, second, third, fourth] = stages.map(({ blocks }) => blocks.length) as [
      number,
      number,
      number,
      number,
    ];
    if (first === second && third >= 3 * first && fourth === first) return;
    const macs = stages.map(({ blocks }) =>
      blocks.reduce((total, { branch }) => total + branch.reduce((sum, step) => sum + step.macs, 0), 0),
    );
    const says = say('other', {
      blocks: [first, second, third, fourth].join(', '),
      macs: macs.map((each) => grouped(each)).join(' + '),
    });
    yield { says };
  },
  examples: [
    { title: 'As in ConvNeXt', spec: staged([1, 1, 3, 1]), finds: [] },
    { title: 'As in ResNet-34', spec: staged([3, 4, 6, 3]), finds: [undefined] },
  ],
});

function staged(depths: readonly number[]): object {
  const blocks = depths.flatMap((depth, s) =>
    Array.from({ length: depth }, (_, b): Line => {
      const strided = s > 0 && b === 0;
      const shape: ParamValues = strided ? { stride: 2, shortcut: 'projection' } : {};
      return [`s${s + 1}b${b + 1}`, 'residual', { channels: 16 * 2 ** s, ...shape }];
    }),
  );
  return network([3, 32, 32], conv('stem', 16), ...blocks);
}
