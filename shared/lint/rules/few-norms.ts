import { bytesOf } from '../../graph/number-types.ts';
import { defineRule } from '../define.ts';
import { crowdedBlocks, isNorm, nameOf, networkOf, reportAt } from '../network.ts';
import { phrases } from '../phrases.ts';
import { withAndWithout } from '../rows.ts';
import { network } from '../rule-examples.ts';

const say = phrases('few-norms', {
  many: '{{name}} closes a block of {{count}} normalisations; one would read and write {{bytes}} bytes less per picture.',
});

export const fewNorms = defineRule({
  says: say,
  title: 'One normalisation per block',
  why: `A Transformer block has one normalisation where a residual block has one behind every convolution. With a single one per block ConvNeXt
gained another 0.1 % of accuracy, and each one less saves the reading and writing of a map.`,
  source: 'Liu et al. 2022 (A ConvNet for the 2020s), section 2.6',
  severity: 'info',
  presets: ['convnext'],
  options: {},
  *check({ analysis }) {
    const bytesEach = bytesOf(analysis.totals.numbers.activations);
    for (const { sum, spare, spareElements } of crowdedBlocks(networkOf(analysis), isNorm)) {
      const [count, bytes] = [spare.length + 1, spareElements * bytesEach];
      const says = say('many', { name: nameOf(sum), count, bytes });
      yield reportAt(sum, says, undefined, () => withAndWithout(spare));
    }
  },
  examples: [
    {
      title: 'A block of ConvNeXt',
      spec: network([96, 56, 56], ['block', 'convNext', { channels: 96 }]),
      finds: [],
    },
    {
      title: 'A bottleneck of ResNet',
      spec: network([256, 56, 56], ['block', 'bottleneck', { channels: 64 }]),
      finds: ['block'],
    },
  ],
});
