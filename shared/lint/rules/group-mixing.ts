import { defineRule } from '../define.ts';
import { insertBefore, place } from '../fix-edits.ts';
import {
  channelsOf,
  groupsOf,
  isConvolution,
  isDepthwise,
  isPool,
  nameOf,
  networkOf,
  reportAt,
  sourceOf,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { conv, network } from '../rule-examples.ts';

const say = phrases('group-mixing', {
  apart:
    '{{first}} and {{second}} both have {{groups}} groups, and nothing between them mixes channels: each output of the second sees {{seen}} of {{channels}} channels.',
  shuffle: 'Shuffle channels before "{{second}}"',
});

export const groupMixing = defineRule({
  says: say,
  title: 'Groups are mixed between grouped convolutions',
  why: `With groups, an output sees the inputs of its group only. Two grouped convolutions in a row with nothing that mixes channels leave the
groups apart: the network falls into g narrow ones side by side. A channel shuffle costs nothing and mends it; so does a 1×1 convolution without groups.`,
  source: 'Zhang et al. 2017 (ShuffleNet)',
  severity: 'warning',
  presets: ['shufflenet', 'resnext', 'regnet', 'tiny'],
  options: {},
  *check({ analysis }) {
    for (const step of networkOf(analysis).steps) {
      const groups = groupsOf(step);
      let source = groups > 1 && isConvolution(step) ? sourceOf(step) : undefined;
      while (source && isPool(source)) source = sourceOf(source);
      if (!source || !isConvolution(source) || groupsOf(source) !== groups) continue;
      const channels = channelsOf(source.into) ?? 0;
      // Channel by channel is a filter of its own, in two parts.
      if (isDepthwise(step) || isDepthwise(source)) continue;
      const says = say('apart', {
        first: nameOf(source),
        second: nameOf(step),
        groups,
        seen: channels / groups,
        channels,
      });
      yield reportAt(step, says, {
        title: say('shuffle', { second: step.facts.id }),
        safety: 'suggested',
        edit(draft) {
          const shuffle = place(draft, `${step.facts.id}_shuffle`, 'channelShuffle', { groups });
          insertBefore(draft, { node: step.facts.id, port: 'in' }, shuffle);
        },
      });
    }
  },
  examples: [
    {
      title: 'Two in a row',
      spec: network(
        [64, 28, 28],
        conv('a', 64, { groups: 4 }),
        ['relu', 'relu'],
        conv('b', 64, { groups: 4 }),
      ),
      finds: ['b'],
    },
    {
      title: 'A shuffle between',
      spec: network(
        [64, 28, 28],
        conv('a', 64, { groups: 4 }),
        ['shuffle', 'channelShuffle', { groups: 4 }],
        conv('b', 64, { groups: 4 }),
      ),
      finds: [],
    },
  ],
});
