import { param } from '../../schema/params.ts';
import { defineRule, type Report } from '../define.ts';
import type { Row } from '../instead.ts';
import {
  areaOf,
  channelsOf,
  isDenseSpatial,
  type Network,
  nameOf,
  networkOf,
  oncePerNode,
  reportAt,
  type Step,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { layerAt, rowFrom, rowLayer, rowOf } from '../rows.ts';
import { conv, depthwise, network, pointwise } from '../rule-examples.ts';
import { percent } from '../views.ts';

const say = phrases('depthwise-separable-saving', {
  dense:
    '{{name}} is a dense {{kernel}} convolution of {{macs}} multiply-adds and {{weights}} parameters; a depthwise one and a 1×1 take {{after}} multiply-adds and {{afterWeights}} parameters, {{share}} of that.',
});

export const depthwiseSeparableSaving = defineRule({
  says: say,
  title: 'A k×k convolution is a depthwise and a 1×1 one',
  why: `A dense k×k convolution costs k²·C·C′ per position; a depthwise k×k and a 1×1 behind it k²·C + C·C′, which is 1/C′ + 1/k² of that: eight
to nine times less for 3×3. MobileNet lost 1 % of accuracy on ImageNet by it (70.6 % instead of 71.7 %).`,
  source: 'Howard et al. 2017 (MobileNets), section 4.1 and table 4',
  severity: 'info',
  presets: ['mobilenet-v1', 'mobilenet', 'shufflenet'],
  options: {
    minChannels: param.int({
      title: 'From channels',
      doc: 'Convolutions of fewer input channels are left alone.',
      default: 16,
    }),
  },
  *check({ analysis, options }) {
    yield* oncePerNode(find(networkOf(analysis), options.minChannels));
  },
  examples: [
    { title: 'A dense 3×3', spec: network([128, 28, 28], conv('conv', 128)), finds: ['conv'] },
    {
      title: 'A separable one',
      spec: network([128, 28, 28], depthwise('dw', 128), pointwise('pw', 128)),
      finds: [],
    },
    {
      title: 'The first convolution has few channels to save on',
      spec: network([3, 224, 224], conv('conv', 32, { stride: 2 })),
      finds: [],
    },
  ],
});

function* find({ steps }: Network, minChannels: number): Iterable<Report> {
  for (const step of steps) {
    const [from, to] = [channelsOf(step.into) ?? 0, channelsOf(step.out) ?? 0];
    const { window, macs, weights } = step;
    if (!isDenseSpatial(step) || !window || from < minChannels) continue;
    const afterWeights = from * window.kernel[0] * window.kernel[1] + from * to;
    const after = afterWeights * areaOf(step.out);
    const says = say('dense', {
      name: nameOf(step),
      kernel: window.kernel.join('×'),
      macs,
      weights,
      after,
      afterWeights,
      share: percent(after / macs),
    });
    if (after >= macs) continue;
    yield reportAt(step, says, undefined, () => ({ now: rowOf(step), kept: separated(step, from, to) }));
  }
}

function separated(step: Step, from: number, to: number): readonly Row[] {
  const pointwise = rowLayer('conv2d', { channels: to, kernel: [1, 1], bias: false });
  return rowFrom(step.into, layerAt(step, { channels: from, groups: from }), pointwise);
}
