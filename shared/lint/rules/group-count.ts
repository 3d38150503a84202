import { param } from '../../schema/params.ts';
import { defineRule, type Report } from '../define.ts';
import {
  areaOf,
  channelsOf,
  groupsOf,
  isConvolution,
  isDepthwise,
  type Network,
  nameOf,
  networkOf,
  oncePerNode,
  reportAt,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { layerAt, rowFrom, rowOf } from '../rows.ts';
import { conv, depthwise, network } from '../rule-examples.ts';
import { percent } from '../views.ts';

const say = phrases('group-count', {
  many: '{{name}} has {{groups}} groups on {{channels}} channels and {{macs}} multiply-adds; one group of the same cost would have {{dense}} channels and move {{share}} of the values.',
});

export const groupCount = defineRule({
  says: say,
  title: 'Few groups, or one for each channel (G2)',
  why: `For the same multiply-adds B, a 1×1 convolution with g groups moves hw·c₁ + Bg/c₁ + B/hw values, which grows with g: the weights are fewer but
the maps wider. ShuffleNetV2 measured eight groups to be more than twice as slow as one at the same multiply-adds on a GPU. Depthwise convolutions are left alone.`,
  source: 'Ma et al. 2018 (ShuffleNet V2)',
  severity: 'info',
  presets: ['shufflenet'],
  contradicts: {
    cardinality: 'ResNeXt gains accuracy by groups at equal multiply-adds; G2 counts what they cost in time.',
  },
  options: {
    maxGroups: param.int({
      title: 'Groups',
      doc: 'More are told, unless there is one for each channel.',
      default: 8,
    }),
  },
  *check({ analysis, options }) {
    yield* oncePerNode(find(networkOf(analysis), options.maxGroups));
  },
  examples: [
    {
      title: 'Thirty-two groups, as in ResNeXt',
      spec: network([128, 56, 56], conv('conv', 128, { groups: 32 })),
      finds: ['conv'],
    },
    { title: 'Two groups', spec: network([128, 56, 56], conv('conv', 128, { groups: 2 })), finds: [] },
    { title: 'One for each channel', spec: network([128, 56, 56], depthwise('dw', 128)), finds: [] },
  ],
});

function* find({ steps }: Network, maxGroups: number): Iterable<Report> {
  for (const step of steps) {
    const groups = groupsOf(step);
    if (!isConvolution(step) || isDepthwise(step) || groups <= maxGroups) continue;
    const channels = channelsOf(step.out) ?? 0;
    const dense = Math.round(channels / Math.sqrt(groups));
    const moved = (width: number): number => 2 * width * areaOf(step.out) + step.weights;
    const says = say('many', {
      name: nameOf(step),
      groups,
      channels,
      macs: step.macs,
      dense,
      share: percent(moved(dense) / moved(channels)),
    });
    const [batch = 1, , ...map] = step.into ?? [];
    yield reportAt(step, says, undefined, () => ({
      now: rowOf(step),
      kept: rowFrom([batch, dense, ...map], layerAt(step, { channels: dense, groups: 1 })),
    }));
  }
}
