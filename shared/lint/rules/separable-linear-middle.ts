import { defineRule, type Report } from '../define.ts';
import { type Network, nameOf, networkOf, oncePerNode, reportAt, separableConvolutions } from '../network.ts';
import { phrases } from '../phrases.ts';
import { withAndWithout } from '../rows.ts';
import { depthwise, network, pointwise } from '../rule-examples.ts';

const say = phrases('separable-linear-middle', {
  active:
    '{{activation}} stands between {{name}} and its 1×1 convolution and costs {{values}} operations; separable convolutions did better without.',
});

export const separableLinearMiddle = defineRule({
  says: say,
  title: 'Nothing nonlinear between a depthwise convolution and its 1×1',
  why: `Xception tried its separable convolutions with ReLU, with ELU and with nothing between the depthwise and the 1×1 convolution: with nothing
it learned fastest and ended best, unlike Inception modules, where the space between is deep. ShuffleNet leaves it out as well.`,
  source: 'Chollet 2016 (Xception); Zhang et al. 2017 (ShuffleNet)',
  severity: 'info',
  presets: ['xception', 'shufflenet'],
  contradicts: {
    'activation-after-depthwise':
      'MobileNet has an activation behind every depthwise convolution; in Xception none was better. Which holds seems to depend on how deep the space between is.',
  },
  options: {},
  *check({ analysis }) {
    yield* oncePerNode(find(networkOf(analysis)));
  },
  examples: [
    {
      title: 'As in Xception',
      spec: network([128, 28, 28], depthwise('dw', 128), pointwise('pw', 128), ['relu', 'relu']),
      finds: [],
    },
    {
      title: 'As in MobileNet',
      spec: network([128, 28, 28], depthwise('dw', 128), ['relu', 'relu'], pointwise('pw', 128)),
      finds: ['relu'],
    },
  ],
});

function* find(network: Network): Iterable<Report> {
  for (const { depthwise, between, values } of separableConvolutions(network)) {
    if (between === undefined) continue;
    const says = say('active', { activation: nameOf(between), name: nameOf(depthwise), values });
    yield reportAt(between, says, undefined, () => withAndWithout([between]));
  }
}
