import { setParams } from '../../graph/edits.ts';
import { param } from '../../schema/params.ts';
import { defineRule, type ProposedFix, type Report } from '../define.ts';
import type { Exchange } from '../instead.ts';
import { channelsOf, groupsOf, nameOf, networkOf, oncePerNode, reportAt, type Step } from '../network.ts';
import { phrases } from '../phrases.ts';
import { rowOf } from '../rows.ts';
import { conv, network } from '../rule-examples.ts';
import { paramsOf, percent } from '../views.ts';

const say = phrases('channels-multiple', {
  odd: '{{name}} has {{channels}} channels: padded to {{padded}}, {{waste}} of its {{macs}} multiply-adds are for nothing.',
  round: 'Give it {{padded}} channels',
});

export const channelsMultiple = defineRule({
  says: say,
  title: 'Channels fill the tiles of matrix units',
  why: `Matrix units work on tiles: in float16 they want channels in multiples of 8, in TF32 of 4, in int8 of 16. Other numbers are padded up to it, and the
padding is computed and thrown away. Channels that the picture or the classes dictate are left alone.`,
  source: 'NVIDIA, Deep learning performance documentation',
  severity: 'warning',
  presets: ['tensor-cores'],
  options: {
    multiple: param.int({ title: 'Multiple', doc: '8 for float16, 4 for TF32, 16 for int8.', default: 8 }),
  },
  *check({ analysis, options }) {
    const { steps } = networkOf(analysis);
    const last = steps.findLast(({ traits }) => traits.weighted);
    yield* oncePerNode(find(steps, last, options.multiple));
  },
  examples: [
    {
      title: 'Sixty-four',
      spec: network(
        [3, 32, 32],
        conv('a', 64),
        ['r', 'relu'],
        conv('b', 64),
        ['gap', 'globalAvgPool'],
        ['fc', 'linear', { features: 10 }],
      ),
      finds: [],
    },
    {
      title: 'Sixty-one',
      spec: network(
        [3, 32, 32],
        conv('a', 61),
        ['r', 'relu'],
        conv('b', 64),
        ['gap', 'globalAvgPool'],
        ['fc', 'linear', { features: 10 }],
      ),
      finds: ['a'],
    },
  ],
});

function* find(steps: readonly Step[], last: Step | undefined, multiple: number): Iterable<Report> {
  for (const step of steps) {
    const channels = channelsOf(step.out) ?? 0;
    if (!step.traits.weighted || step === last || channels % multiple === 0) continue;
    const padded = Math.ceil(channels / multiple) * multiple;
    const says = say('odd', {
      name: nameOf(step),
      channels,
      padded,
      waste: percent(1 - channels / padded),
      macs: step.macs,
    });
    yield reportAt(step, says, rounded(step, padded), () => filled(step, padded));
  }
}

/** A layer that does not say its filters, or has them in groups, is timed as it is. */
function filled(step: Step, padded: number): Exchange {
  const now = rowOf(step);
  if (groupsOf(step) > 1) return { now, kept: [] };
  if (paramsOf(step.facts, 'conv2d')) return { now, kept: rowOf(step, { channels: padded }) };
  return paramsOf(step.facts, 'linear')
    ? { now, kept: rowOf(step, { features: padded }) }
    : { now, kept: [] };
}

function rounded({ facts }: Step, padded: number): ProposedFix | undefined {
  const conv = paramsOf(facts, 'conv2d');
  // Where there are groups, both sides have to change.
  if (!conv || conv.groups > 1) return undefined;
  return {
    title: say('round', { padded }),
    safety: 'suggested',
    edit: setParams([facts.id], { channels: padded }),
  };
}
