import { param } from '../../schema/params.ts';
import { defineRule, type Report } from '../define.ts';
import {
  channelsOf,
  groupsOf,
  isConvolution,
  type Network,
  nameOf,
  networkOf,
  oncePerNode,
  reportAt,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { rowOf } from '../rows.ts';
import { conv, depthwise, network } from '../rule-examples.ts';

const say = phrases('depthwise-on-matrix-units', {
  narrow:
    '{{name}} has {{each}} channels in each of {{groups}} groups: its {{macs}} multiply-adds run beside the matrix units; a dense one in its place takes {{dense}}.',
});

export const depthwiseOnMatrixUnits = defineRule({
  says: say,
  title: 'Depthwise convolutions leave matrix units idle',
  why: `A matrix unit multiplies tiles of 8 channels and more at once. A convolution whose groups have fewer channels has no such tiles: it runs on the ordinary
units, and its few multiply-adds take as long as many more would.`,
  source: 'NVIDIA, Deep learning performance documentation',
  severity: 'info',
  presets: ['tensor-cores'],
  contradicts: {
    'depthwise-separable-saving': 'MobileNet counts multiply-adds, which matrix units do not lack.',
  },
  options: { minChannels: param.int({ title: 'Channels', doc: 'How many a group needs.', default: 8 }) },
  *check({ analysis, options }) {
    yield* oncePerNode(find(networkOf(analysis), options.minChannels));
  },
  examples: [
    { title: 'Depthwise', spec: network([64, 28, 28], depthwise('dw', 64)), finds: ['dw'] },
    {
      title: 'Sixteen channels in each group',
      spec: network([64, 28, 28], conv('conv', 64, { groups: 4 })),
      finds: [],
    },
  ],
});

function* find({ steps }: Network, minChannels: number): Iterable<Report> {
  for (const step of steps) {
    const groups = groupsOf(step);
    const each = (channelsOf(step.into) ?? 0) / groups;
    if (!isConvolution(step) || groups === 1 || each >= minChannels) continue;
    const dense = step.macs * groups;
    const says = say('narrow', { name: nameOf(step), each, groups, macs: step.macs, dense });
    yield reportAt(step, says, undefined, () => ({ now: rowOf(step), kept: rowOf(step, { groups: 1 }) }));
  }
}
