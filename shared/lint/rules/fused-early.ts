import { param } from '../../schema/params.ts';
import { defineRule, type Report } from '../define.ts';
import {
  areaOf,
  channelsOf,
  isDepthwise,
  isPointwise,
  type Network,
  nameOf,
  networkOf,
  oncePerNode,
  reportAt,
  sourceOf,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { layerAt, rowFrom, rowOf } from '../rows.ts';
import { conv, network } from '../rule-examples.ts';

const say = phrases('fused-early', {
  early:
    '{{name}} is depthwise on a {{map}} map: {{macs}} multiply-adds with the widening 1×1, where a dense one in their place takes {{after}} and keeps matrix units busy.',
});

export const fusedEarly = defineRule({
  says: say,
  title: 'On large maps a dense 3×3 is faster than a depthwise one',
  why: `A depthwise convolution has few multiply-adds and uses a machine badly: it moves as many bytes as it computes. EfficientNetV2 found that
a 1×1 and a depthwise 3×3 replaced by one dense 3×3 (Fused-MBConv) in the first three stages trains faster, for more multiply-adds and
parameters; in all stages it does not. The message says what it would cost here.`,
  source: 'Tan and Le 2021 (EfficientNetV2)',
  severity: 'info',
  presets: ['efficientnet-v2'],
  contradicts: {
    'depthwise-separable-saving':
      'MobileNet counts multiply-adds, EfficientNetV2 seconds on machines with matrix units.',
  },
  options: {
    maxStep: param.int({
      title: 'Step',
      doc: 'Maps with more pixels of the picture between neighbours are small.',
      default: 8,
    }),
  },
  *check({ analysis, options }) {
    yield* oncePerNode(find(networkOf(analysis), options.maxStep ** 2));
  },
  examples: [
    {
      title: 'A quarter of the picture',
      spec: network([3, 224, 224], conv('stem', 24, { stride: 2 }), [
        'block',
        'invertedResidual',
        { channels: 24, expanded: 96 },
      ]),
      finds: ['block'],
    },
    {
      title: 'Fused',
      spec: network([3, 224, 224], conv('stem', 24, { stride: 2 }), [
        'block',
        'fusedInvertedResidual',
        { channels: 24, expanded: 96 },
      ]),
      finds: [],
    },
  ],
});

function* find({ steps, inputArea }: Network, maxShrunk: number): Iterable<Report> {
  for (const step of steps) {
    const wide = isDepthwise(step) ? sourceOf(step) : undefined;
    // Odd maps are rounded either way.
    const late = 1.1 * maxShrunk * areaOf(step.out) < inputArea;
    if (!wide || !isPointwise(wide) || late) continue;
    // A picture that is small already has no early stages.
    if (areaOf(step.out) < 400) continue;
    const after = 9 * (channelsOf(wide.into) ?? 0) * (channelsOf(step.out) ?? 0) * areaOf(step.out);
    const map = (step.out ?? []).slice(2).join('×');
    const says = say('early', { name: nameOf(step), map, macs: step.macs + wide.macs, after });
    yield reportAt(step, says, undefined, () => ({
      now: [...rowOf(wide), ...rowOf(step)],
      // A dense one reads what the widening does.
      kept: rowFrom(wide.into, layerAt(step, { groups: 1 })),
    }));
  }
}
