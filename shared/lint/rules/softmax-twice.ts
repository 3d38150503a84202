import { removeAndBridge } from '../../graph/edits.ts';
import { defineRule } from '../define.ts';
import { channelsOf, nameOf, networkOf, reportAt, type Step } from '../network.ts';
import { phrases } from '../phrases.ts';
import { everyPreset } from '../presets.ts';
import { network } from '../rule-examples.ts';
import { paramsOf, percent } from '../views.ts';

const say = phrases('softmax-twice', {
  twice: '{{name}} takes the softmax of a softmax: of {{classes}} classes, none gets more than {{most}}.',
  remove: 'Remove "{{name}}"',
});

export const softmaxTwice = defineRule({
  says: say,
  title: 'One softmax is enough',
  why: `A softmax of a softmax is nearly even: its inputs lie between 0 and 1, so that the largest class gets at most e times the share of the least. Training with it crawls. It happens where a
loss takes logits (cross-entropy of PyTorch or Keras) and the network ends in a softmax as well; between layers it happens by mistake.`,
  source:
    'Bridle 1990 (Probabilistic interpretation of feedforward classification network outputs); PyTorch documentation (CrossEntropyLoss)',
  severity: 'warning',
  presets: everyPreset,
  options: {},
  *check({ analysis }) {
    for (const step of networkOf(analysis).steps) {
      const source = step.before[0];
      if (!source || !isSoftmax(step) || !isSoftmax(source)) continue;
      const classes = channelsOf(step.out) ?? 1;
      const says = say('twice', {
        name: nameOf(step),
        classes,
        most: percent(Math.E / (Math.E + classes - 1)),
      });
      yield reportAt(step, says, {
        title: say('remove', { name: step.facts.id }),
        safety: 'suggested',
        edit: removeAndBridge([step.facts.id]),
      });
    }
  },
  examples: [
    {
      title: 'Two',
      spec: network([64], ['fc', 'linear', { features: 10 }], ['one', 'softmax'], ['two', 'softmax']),
      finds: ['two'],
    },
    { title: 'One', spec: network([64], ['fc', 'linear', { features: 10 }], ['one', 'softmax']), finds: [] },
  ],
});

/** Turns a whole axis into shares of one. */
function isSoftmax({ facts }: Step): boolean {
  return (paramsOf(facts, 'softmax') ?? paramsOf(facts, 'logSoftmax')) !== undefined;
}
