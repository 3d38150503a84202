import { removeAndBridge } from '../../graph/edits.ts';
import { param } from '../../schema/params.ts';
import { defineRule, type ProposedFix } from '../define.ts';
import { insertAfter, place } from '../fix-edits.ts';
import type { Exchange } from '../instead.ts';
import {
  areaOf,
  channelsOf,
  isActivation,
  isConvolution,
  nameOf,
  networkOf,
  reportAt,
  type Step,
  sourceOf,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { layerAt, rowFrom, rowLayer, rowOfSteps, rowUpTo } from '../rows.ts';
import { conv, network } from '../rule-examples.ts';
import { paramsOf } from '../views.ts';

const say = phrases('hard-swish-late', {
  early:
    '{{name}} works on {{map}} maps, {{values}} values, of a picture shrunk {{shrunk}} times; a ReLU there costs one operation for each.',
  relu: 'Make it a ReLU',
});

export const hardSwishLate = defineRule({
  says: say,
  title: 'Hard swish stands where maps are small',
  why: `The hard swish, x·ReLU6(x + 3)/6, costs several operations for each element where a ReLU costs one. Most of its gain comes in the
deeper layers, where maps are small and it is cheap: MobileNetV3 uses it from an eighth of the picture's size on, besides its first
convolution of 16 filters.`,
  source: 'Howard et al. 2019 (Searching for MobileNetV3)',
  severity: 'info',
  presets: ['mobilenet', 'tiny'],
  options: {
    minStep: param.int({
      title: 'Step',
      doc: 'Maps with so many pixels of the picture between neighbours are small.',
      default: 8,
    }),
  },
  *check({ analysis, options }) {
    const { steps, inputArea } = networkOf(analysis);
    const stem = steps.find(isConvolution);
    for (const step of steps) {
      const area = areaOf(step.out);
      const shrunk = Math.round(Math.sqrt(inputArea / area));
      if (area <= 1 || shrunk >= options.minStep || sourceOf(step) === stem) continue;
      if (!isActivation(step) || !paramsOf(step.facts, 'hardSwish')) continue;
      const values = (channelsOf(step.out) ?? 0) * area;
      const map = (step.out ?? []).slice(2).join('×');
      const says = say('early', { name: nameOf(step), map, values, shrunk });
      const fix: ProposedFix = {
        title: say('relu'),
        safety: 'suggested',
        edit(draft) {
          insertAfter(draft, step.facts.id, place(draft, `${step.facts.id}_relu`, 'relu'));
          removeAndBridge([step.facts.id])(draft);
        },
      };
      yield reportAt(step, says, fix, () => withRelu(step));
    }
  },
  examples: [
    {
      title: 'At half the size',
      spec: network([3, 64, 64], conv('a', 16, { stride: 2 }), ['r', 'hardSwish'], conv('b', 16), [
        'early',
        'hardSwish',
      ]),
      finds: ['early'],
    },
    {
      title: 'At an eighth',
      spec: network(
        [3, 64, 64],
        conv('a', 16, { stride: 2 }),
        conv('b', 16, { stride: 2 }),
        conv('c', 16, { stride: 2 }),
        ['late', 'hardSwish'],
      ),
      finds: [],
    },
  ],
});

/** With what an engine may run as one with it. */
function withRelu(step: Step): Exchange {
  const row = rowUpTo(step);
  const others = row.slice(0, -1).map((each) => layerAt(each));
  return { now: rowOfSteps(row), kept: rowFrom(row[0]!.into, ...others, rowLayer('relu')) };
}
