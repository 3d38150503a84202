import { removeAndBridge } from '../../graph/edits.ts';
import { defineRule } from '../define.ts';
import { isPool, largest, nameOf, networkOf, reportAt, type Step, valuesOf } from '../network.ts';
import { phrases } from '../phrases.ts';
import { everyPreset } from '../presets.ts';
import { conv, network } from '../rule-examples.ts';

const say = phrases('idle-layer', {
  idle: '{{name}} gives back what it gets, and costs a copy of {{values}} values.',
  remove: 'Remove "{{name}}"',
});

export const idleLayer = defineRule({
  says: say,
  title: 'Every layer does something',
  why: `A pool of one position, an enlargement by one, a dropout of nothing: layers that are left over from a search or an import and give back what they get. They cost a copy of a map, and a line in every table.`,
  source: 'definition of the layers',
  severity: 'info',
  presets: everyPreset,
  options: {},
  *check({ analysis }) {
    for (const step of networkOf(analysis).steps) {
      if (!isIdle(step)) continue;
      yield reportAt(step, say('idle', { name: nameOf(step), values: valuesOf(step.out) }), {
        title: say('remove', { name: step.facts.id }),
        safety: 'safe',
        edit: removeAndBridge([step.facts.id]),
      });
    }
  },
  examples: [
    {
      title: 'A pool of one position',
      spec: network(
        [8, 8, 8],
        conv('conv', 8),
        ['pool', 'maxPool', { kernel: 1, stride: 1 }],
        ['relu', 'relu'],
      ),
      finds: ['pool'],
    },
    {
      title: 'A pool of four',
      spec: network([8, 8, 8], conv('conv', 8), ['pool', 'maxPool'], ['relu', 'relu']),
      finds: [],
    },
  ],
});

function isIdle(step: Step): boolean {
  const { window, facts, into, out } = step;
  if (step.traits.identity === true && facts.node.params.rate === 0) return true;
  if (!window || !isPool(step) || String(into) !== String(out)) return false;
  // A power mean of one value is its absolute value.
  return largest(window.kernel) === 1 && step.traits.nonNegative !== true;
}
