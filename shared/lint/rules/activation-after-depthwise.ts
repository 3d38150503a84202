import { defineRule, type Report } from '../define.ts';
import { type Network, nameOf, networkOf, oncePerNode, reportAt, separableConvolutions } from '../network.ts';
import { phrases } from '../phrases.ts';
import { layerAt, rowFrom, rowLayer, rowOf } from '../rows.ts';
import { depthwise, network, pointwise } from '../rule-examples.ts';

const say = phrases('activation-after-depthwise', {
  linear:
    'Nothing nonlinear stands between {{name}} and its 1×1 convolution: together they are one linear map of {{values}} values.',
});

export const activationAfterDepthwise = defineRule({
  says: say,
  title: 'An activation follows each depthwise convolution',
  why: `MobileNet puts normalisation and ReLU behind the depthwise convolution as behind the 1×1: with linear bottlenecks it is the only place
where an inverted residual is nonlinear after looking around. Without, the depthwise and the 1×1 behind it are one linear map.`,
  source: 'Howard et al. 2017 (MobileNets); Sandler et al. 2018 (MobileNetV2)',
  severity: 'info',
  presets: ['mobilenet-v1', 'mobilenet', 'efficientnet', 'efficientnet-v2'],
  contradicts: {
    'separable-linear-middle':
      'Xception and ShuffleNet did better without. Which holds seems to depend on how deep the space between is.',
  },
  options: {},
  *check({ analysis }) {
    yield* oncePerNode(find(networkOf(analysis)));
  },
  examples: [
    {
      title: 'As in MobileNet',
      spec: network([128, 28, 28], depthwise('dw', 128), ['relu', 'relu'], pointwise('pw', 128)),
      finds: [],
    },
    {
      title: 'As in Xception',
      spec: network([128, 28, 28], depthwise('dw', 128), pointwise('pw', 128), ['relu', 'relu']),
      finds: ['dw'],
    },
  ],
});

function* find(network: Network): Iterable<Report> {
  for (const { depthwise: step, between, values } of separableConvolutions(network))
    if (between === undefined)
      yield reportAt(step, say('linear', { name: nameOf(step), values }), undefined, () => ({
        now: rowOf(step),
        kept: rowFrom(step.into, layerAt(step), rowLayer('relu')),
      }));
}
