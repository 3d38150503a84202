import { removeAndBridge } from '../../graph/edits.ts';
import { defineRule, type Report } from '../define.ts';
import {
  areaOf,
  channelsOf,
  isActivation,
  isConcat,
  isDepthwise,
  isElementwise,
  isPointwise,
  isSum,
  type Network,
  nameOf,
  networkOf,
  oncePerNode,
  reportAt,
  type Step,
  sourceOf,
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
  for (const step of steps) {
    const source = isPointwise(step) ? gatedSource(step) : undefined;
    if (!source || !isDepthwise(source)) continue;
    const activation = tailOf(step).tail.find(isActivation);
    if (activation === undefined) continue;
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

/** A squeeze-and-excitation between weighs channels, and is looked through. */
function gatedSource(step: Step): Step | undefined {
  const source = sourceOf(step);
  if (source?.group !== 'merge' || isSum(source) || isConcat(source)) return source;
  const [main] = source.before;
  return main && isElementwise(main) ? sourceOf(main) : main;
}
