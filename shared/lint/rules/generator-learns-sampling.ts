import { defineRule } from '../define.ts';
import { channelsOf, isPool, nameOf, networkOf, reportAt, strides } from '../network.ts';
import { phrases } from '../phrases.ts';
import { rowFrom, rowLayer, rowOf } from '../rows.ts';
import { conv, network } from '../rule-examples.ts';

const say = phrases('generator-learns-sampling', {
  pool: '{{name}} shrinks its map by a fixed rule; a strided convolution in its place learns one for {{weights}} parameters.',
});

export const generatorLearnsSampling = defineRule({
  says: say,
  title: 'Generators and discriminators learn how to sample',
  why: `DCGAN replaced every pool by a strided convolution, and in the generator by a transposed one: the network learns how to shrink and to enlarge. A maximum also passes gradients to one value of its window only, which made
training of the pair unstable.`,
  source: 'Radford, Metz and Chintala 2015 (DCGAN)',
  severity: 'info',
  presets: ['generative'],
  contradicts: { 'vgg-pool-2x2': 'VGG shrinks by pools alone.' },
  options: {},
  *check({ analysis }) {
    for (const step of networkOf(analysis).steps) {
      const { window } = step;
      if (!window || !isPool(step) || !strides(step)) continue;
      const channels = channelsOf(step.into) ?? 0;
      const weights = channels * channels * window.kernel[0] * window.kernel[1];
      const { kernel, stride, padding } = step.facts.node.params;
      const learned = {
        channels,
        kernel: kernel ?? [1, 1],
        stride: stride ?? [1, 1],
        padding: padding ?? 'same',
      };
      yield reportAt(step, say('pool', { name: nameOf(step), weights }), undefined, () => ({
        now: rowOf(step),
        kept: rowFrom(step.into, rowLayer('conv2d', learned)),
      }));
    }
  },
  examples: [
    { title: 'A pool', spec: network([64, 16, 16], ['pool', 'maxPool']), finds: ['pool'] },
    {
      title: 'A strided convolution',
      spec: network([64, 16, 16], conv('down', 64, { stride: 2 })),
      finds: [],
    },
  ],
});
