import { removeAndBridge } from '../../graph/edits.ts';
import { defineRule, type ProposedFix } from '../define.ts';
import { areaOf, channelsOf, nameOf, networkOf, reportAt } from '../network.ts';
import { phrases } from '../phrases.ts';
import { rowOf } from '../rows.ts';
import { conv, network } from '../rule-examples.ts';
import { paramsOf } from '../views.ts';

const say = phrases('no-local-response-norm', {
  lrn: '{{name}} costs {{ops}} operations and a map of {{values}} values, and VGG found no gain in it.',
  remove: 'Remove "{{name}}"',
});

export const noLocalResponseNorm = defineRule({
  says: say,
  title: 'No local response normalisation',
  why: `AlexNet's normalisation across neighbouring channels takes time and a map of memory. VGG tried it on its 11-layer network (A-LRN) and found no gain; hardly any network since
has it, and batch normalisation does what it was for.`,
  source: 'Simonyan and Zisserman 2014 (Very deep convolutional networks)',
  severity: 'info',
  presets: [
    'vgg',
    'resnet',
    'resnext',
    'regnet',
    'densenet',
    'mobilenet-v1',
    'mobilenet',
    'shufflenet',
    'efficientnet',
    'efficientnet-v2',
    'convnext',
    'tiny',
  ],
  options: {},
  *check({ analysis }) {
    for (const step of networkOf(analysis).steps) {
      if (!paramsOf(step.facts, 'localResponseNorm')) continue;
      const says = say('lrn', {
        name: nameOf(step),
        ops: step.facts.cost?.otherOps.value ?? 0,
        values: (channelsOf(step.out) ?? 0) * areaOf(step.out),
      });
      const fix: ProposedFix = {
        title: say('remove', { name: step.facts.id }),
        safety: 'suggested',
        edit: removeAndBridge([step.facts.id]),
      };
      yield reportAt(step, says, fix, () => ({ now: rowOf(step), kept: [] }));
    }
  },
  examples: [
    {
      title: 'As in AlexNet',
      spec: network([64, 27, 27], ['relu', 'relu'], ['lrn', 'localResponseNorm'], conv('conv', 64)),
      finds: ['lrn'],
    },
    { title: 'Without', spec: network([64, 27, 27], ['relu', 'relu'], conv('conv', 64)), finds: [] },
  ],
});
