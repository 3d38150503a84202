import { removeAndBridge } from '../../graph/edits.ts';
import { defineRule } from '../define.ts';
import { channelsOf, enlarges, isNorm, nameOf, networkOf, reportAt, tailOf } from '../network.ts';
import { phrases } from '../phrases.ts';
import { network } from '../rule-examples.ts';

const say = phrases('generator-norm-at-end', {
  norm: '{{name}} gives each of the {{channels}} colours of a picture one mean and one spread, by {{weights}} parameters.',
  remove: 'Remove "{{name}}"',
});

export const generatorNormAtEnd = defineRule({
  says: say,
  title: 'No batch normalisation on the last layer of a generator',
  why: `Batch normalisation on every layer made DCGAN's samples oscillate and its training unstable; left out at the generator's output, where it would force each colour to one mean and spread, it helped.`,
  source: 'Radford, Metz and Chintala 2015 (DCGAN)',
  severity: 'warning',
  presets: ['generative'],
  options: {},
  *check({ analysis }) {
    const { steps } = networkOf(analysis);
    const last = steps.findLast(({ traits }) => traits.weighted);
    const norm = last && steps.some(enlarges) ? tailOf(last).tail.find(isNorm) : undefined;
    if (!norm) return;
    const says = say('norm', {
      name: nameOf(norm),
      channels: channelsOf(norm.out) ?? 0,
      weights: norm.weights,
    });
    yield reportAt(norm, says, {
      title: say('remove', { name: norm.facts.id }),
      safety: 'suggested',
      edit: removeAndBridge([norm.facts.id]),
    });
  },
  examples: [
    {
      title: 'With a norm',
      spec: network(
        [64, 8, 8],
        ['up', 'convTranspose2d', { channels: 3, kernel: 4, stride: 2, padding: 1, bias: false }],
        ['bn', 'batchNorm'],
        ['tanh', 'tanh'],
      ),
      finds: ['bn'],
    },
    {
      title: 'Without',
      spec: network(
        [64, 8, 8],
        ['up', 'convTranspose2d', { channels: 3, kernel: 4, stride: 2, padding: 1 }],
        ['tanh', 'tanh'],
      ),
      finds: [],
    },
  ],
});
