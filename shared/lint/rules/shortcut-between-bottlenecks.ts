import { defineRule, type Report } from '../define.ts';
import {
  areaOf,
  channelsOf,
  isActivation,
  isDepthwise,
  isPointwise,
  isSum,
  type Network,
  nameOf,
  narrowingBehind,
  networkOf,
  oncePerNode,
  reportAt,
  sourceOf,
  tailOf,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { withSum } from '../rows.ts';
import { conv, network } from '../rule-examples.ts';

const say = phrases('shortcut-between-bottlenecks', {
  none: '{{name}} ends in the {{shape}} that its block began with, and the input is not added: the sum would cost {{values}} additions and no parameters.',
});

export const shortcutBetweenBottlenecks = defineRule({
  says: say,
  title: 'Inverted residuals of one shape add their input',
  why: `Where an inverted residual keeps the shape, adding its input costs one addition per element of the narrow map and lets the gradient pass.
MobileNetV2 tried it with shortcuts between the narrow ends, between the wide ones, and with none: between the narrow ends was best.`,
  source: 'Sandler et al. 2018 (MobileNetV2: inverted residuals and linear bottlenecks)',
  severity: 'warning',
  presets: ['mobilenet', 'efficientnet', 'efficientnet-v2'],
  options: {},
  *check({ analysis }) {
    yield* oncePerNode(find(networkOf(analysis)));
  },
  examples: [
    {
      title: 'With its shortcut',
      spec: network([24, 56, 56], ['block', 'invertedResidual', { channels: 24, expanded: 144 }]),
      finds: [],
    },
    {
      title: 'Without',
      spec: network(
        [24, 56, 56],
        ['block', 'invertedResidual', { channels: 24, expanded: 144, shortcut: false }],
        conv('next', 24),
      ),
      finds: ['block'],
    },
  ],
});

function* find({ steps }: Network): Iterable<Report> {
  for (const step of steps) {
    const wide = isDepthwise(step) ? sourceOf(step) : undefined;
    if (!wide || !isPointwise(wide) || (channelsOf(wide.out) ?? 0) <= (channelsOf(wide.into) ?? 0)) continue;
    const narrow = narrowingBehind(step);
    if (!narrow || String(narrow.out) !== String(wide.into)) continue;
    const { tail, next } = tailOf(narrow);
    // An activation there makes it another block.
    if (tail.some(isActivation) || next.some(isSum) || next.length === 0) continue;
    const says = say('none', {
      name: nameOf(narrow),
      shape: (narrow.out ?? []).slice(1).join('×'),
      values: (channelsOf(narrow.out) ?? 0) * areaOf(narrow.out),
    });
    yield reportAt(narrow, says, undefined, () => withSum(narrow));
  }
}
