import { param } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import {
  channelsOf,
  isConcat,
  isPointwise,
  isPool,
  nameOf,
  networkOf,
  reportAt,
  sourceOf,
  strides,
  tailOf,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { rowOf } from '../rows.ts';
import { conv, network, pointwise } from '../rule-examples.ts';

const say = phrases('dense-compression', {
  full: '{{name}} hands on {{to}} of {{from}} channels and costs {{macs}} multiply-adds; half as many cost half, and spare each layer of the next block {{spared}} input channels.',
});

export const denseCompression = defineRule({
  says: say,
  title: 'Transitions between dense blocks compress',
  why: `A dense block ends with many channels. A transition, a 1×1 convolution and an average pool, that keeps θ = 0.5 of them (DenseNet-C) halves what the
next block begins with; with θ = 1 the next block pays for all of them in every layer.`,
  source: 'Huang et al. 2016 (Densely connected convolutional networks)',
  severity: 'info',
  presets: ['densenet'],
  options: {
    maxKept: param.float({
      title: 'Kept',
      doc: 'The share of channels that a transition may hand on.',
      default: 0.5,
      min: 0,
      max: 1,
    }),
  },
  *check({ analysis, options }) {
    const { steps } = networkOf(analysis);
    for (const step of steps) {
      const [from, to] = [channelsOf(step.into) ?? 0, channelsOf(step.out) ?? 0];
      const source = isPointwise(step) ? sourceOf(step) : undefined;
      if (!source || !isConcat(source) || to <= options.maxKept * from) continue;
      if (!tailOf(step).next.some((next) => isPool(next) && strides(next))) continue;
      const says = say('full', {
        name: nameOf(step),
        to,
        from,
        macs: step.macs,
        spared: to - Math.floor(from / 2),
      });
      yield reportAt(step, says, undefined, () => ({
        now: rowOf(step),
        kept: rowOf(step, { channels: Math.floor(from / 2) }),
      }));
    }
  },
  examples: [
    { title: 'Half is kept', spec: transition(32), finds: [] },
    { title: 'All is kept', spec: transition(64), finds: ['transition'] },
  ],
});

function transition(channels: number): object {
  return network(
    [3, 32, 32],
    conv('stem', 32),
    conv('new', 32),
    ['cat', 'concat', {}, ['stem', 'new']],
    pointwise('transition', channels),
    ['pool', 'avgPool', { kernel: 2, stride: 2 }],
  );
}
