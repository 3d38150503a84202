import { defineRule } from '../define.ts';
import { channelsOf, nameOf, networkOf, reportAt } from '../network.ts';
import { phrases } from '../phrases.ts';
import { rowOfSteps } from '../rows.ts';
import { conv, network } from '../rule-examples.ts';

const say = phrases('stage-constant-width', {
  other:
    '{{name}} has {{width}} channels on the {{map}} maps, where the block before it has {{usual}}: its shortcut costs {{weights}} weights more than the identity.',
});

export const stageConstantWidth = defineRule({
  says: say,
  title: 'Blocks on maps of one size have one width',
  why: `ResNet's first rule: for the same size of map, layers have the same number of filters. Then the shortcut is the identity all through
a stage; a block of another width needs a projection of C_in·C_out weights and breaks the clean path.`,
  source: 'He, Zhang, Ren and Sun 2015 (Deep residual learning for image recognition)',
  severity: 'warning',
  presets: ['resnet', 'resnext', 'regnet', 'convnext'],
  options: {},
  *check({ analysis }) {
    for (const { blocks, map } of networkOf(analysis).stages) {
      for (const [i, { sum, shortcut }] of blocks.entries()) {
        const [width, usual] = [channelsOf(sum.out), channelsOf(blocks[i - 1]?.sum.out)];
        // ResNet-v2 strides in the last block of a stage and widens in the one behind it.
        if (i < 2 || width === undefined || usual === undefined || width === usual) continue;
        const says = say('other', {
          name: nameOf(sum),
          width,
          map: map.join('×'),
          usual,
          weights: width * usual,
        });
        const instead = () => ({ now: rowOfSteps(shortcut), kept: [] });
        yield reportAt(sum, says, undefined, shortcut.length > 0 ? instead : undefined);
      }
    }
  },
  examples: [
    {
      title: 'A stage of 64',
      spec: network(
        [3, 32, 32],
        conv('stem', 64),
        ['b1', 'residual', { channels: 64 }],
        ['b2', 'residual', { channels: 64 }],
      ),
      finds: [],
    },
    {
      title: 'Wider half way',
      spec: network(
        [3, 32, 32],
        conv('stem', 64),
        ['b1', 'residual', { channels: 64 }],
        ['b2', 'residual', { channels: 64 }],
        ['b3', 'residual', { channels: 96, shortcut: 'projection' }],
      ),
      finds: ['b3'],
    },
  ],
});
