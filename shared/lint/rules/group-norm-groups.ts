import { param } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import { areaOf, channelsOf, groupsOf, isNorm, nameOf, networkOf, reportAt } from '../network.ts';
import { phrases } from '../phrases.ts';
import { everyPreset } from '../presets.ts';
import { network } from '../rule-examples.ts';

const say = phrases('group-norm-groups', {
  few: '{{name}} normalises {{each}} channels at a time, {{groups}} groups of {{channels}} channels: each mean is of {{values}} values; {{min}} to {{max}} each did best.',
});

export const groupNormGroups = defineRule({
  says: say,
  title: 'Groups of a normalisation hold enough channels',
  why: `Group normalisation takes the mean over C/g channels. With 32 groups, or 16 channels in each, it did best; with one channel it is instance
normalisation, which forgets how channels differ, with all of them layer normalisation.`,
  source: 'Wu and He 2018 (Group normalization)',
  severity: 'info',
  presets: everyPreset,
  options: {
    min: param.int({ title: 'From', doc: 'Channels in a group at least.', default: 4 }),
    max: param.int({ title: 'To', doc: 'Channels in a group at most.', default: 64 }),
  },
  *check({ analysis, options }) {
    for (const step of networkOf(analysis).steps) {
      if (!isNorm(step)) continue;
      const groups = groupsOf(step);
      const channels = channelsOf(step.out) ?? 0;
      const each = channels / groups;
      // One group and one channel are meant: layer and instance normalisation.
      if (groups <= 1 || each === 1 || (each >= options.min && each <= options.max)) continue;
      const says = say('few', {
        name: nameOf(step),
        each,
        groups,
        channels,
        values: each * areaOf(step.out),
        min: options.min,
        max: options.max,
      });
      yield reportAt(step, says);
    }
  },
  examples: [
    {
      title: 'Eight channels each',
      spec: network([256, 14, 14], ['norm', 'groupNorm', { groups: 32 }]),
      finds: [],
    },
    {
      title: 'Two channels each',
      spec: network([64, 14, 14], ['norm', 'groupNorm', { groups: 32 }]),
      finds: ['norm'],
    },
  ],
});
