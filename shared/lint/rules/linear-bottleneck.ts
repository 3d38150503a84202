import { removeAndBridge } from '../../graph/edits.ts';
import { defineRule, type Report } from '../define.ts';
import {
  areaOf,
  channelsOf,
  isActivation,
  isDepthwise,
  type Network,
  nameOf,
  narrowingBehind,
  networkOf,
  oncePerNode,
  reportAt,
  tailOf,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { depthwise, network, pointwise } from '../rule-examples.ts';

const say = phrases('linear-bottleneck', {
  active:
    '{{activation}} follows {{name}}, which ends a depthwise separable block in {{channels}} channels: on average half of its {{values}} values are set to zero or squeezed. Leave it out.',
  remove: 'Remove "{{activation}}"',
});

export const linearBottleneck = defineRule({
  says: say,
  title: 'No activation follows the narrowing 1×1 convolution',
  why: `What passes through few channels lies on a low-dimensional surface, and a ReLU there throws away what it cuts off: information is lost
that no layer behind can bring back. MobileNetV2 ends every block in a 1×1 convolution with normalisation and nothing else; with a
non-linearity there it did worse. MobileNetV1 has a ReLU behind every convolution.`,
  source: 'Sandler et al. 2018 (MobileNetV2: inverted residuals and linear bottlenecks)',
  severity: 'warning',
  presets: ['mobilenet', 'efficientnet', 'efficientnet-v2'],
  options: {},
  *check({ analysis }) {
    yield* oncePerNode(find(networkOf(analysis)));
  },
  examples: [
    {
      title: 'MobileNetV1',
      spec: network([32, 112, 112], depthwise('dw', 32), ['relu1', 'relu'], pointwise('pw', 64), [
        'relu2',
        'relu',
      ]),
      finds: ['relu2'],
    },
    {
      title: 'MobileNetV2',
      spec: network([32, 112, 112], depthwise('dw', 32), ['relu1', 'relu'], pointwise('pw', 16), [
        'bn',
        'batchNorm',
      ]),
      finds: [],
    },
  ],
});

function* find({ steps }: Network): Iterable<Report> {
  for (const depthwise of steps) {
    const step = isDepthwise(depthwise) ? narrowingBehind(depthwise) : undefined;
    const activation = step && tailOf(step).tail.find(isActivation);
    if (step === undefined || activation === undefined) continue;
    const channels = channelsOf(step.out) ?? 0;
    const says = say('active', {
      activation: nameOf(activation),
      name: nameOf(step),
      channels,
      values: channels * areaOf(step.out),
    });
    yield reportAt(activation, says, {
      title: say('remove', { activation: activation.facts.id }),
      safety: 'suggested',
      edit: removeAndBridge([activation.facts.id]),
    });
  }
}
