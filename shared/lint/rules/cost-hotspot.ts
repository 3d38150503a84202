import { param } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import { nameOf, networkOf, reportAt } from '../network.ts';
import { phrases } from '../phrases.ts';
import { rowOf } from '../rows.ts';
import { conv, network } from '../rule-examples.ts';
import { percent } from '../views.ts';

const say = phrases('cost-hotspot', {
  dear: '{{name}} takes {{macs}} multiply-adds, {{share}} of the design; one of {{layers}} layers would on average take {{mean}}.',
});

export const costHotspot = defineRule({
  says: say,
  title: 'No layer takes a quarter of the work',
  why: `What one layer takes bounds what can be gained anywhere else (Amdahl): half of a network made free saves little where a quarter of it is one layer. Such a layer is where to begin.`,
  source: 'Amdahl 1967 (Validity of the single processor approach)',
  severity: 'info',
  presets: [
    'googlenet',
    'inception-v3',
    'resnet',
    'resnext',
    'regnet',
    'mobilenet-v1',
    'mobilenet',
    'shufflenet',
    'efficientnet',
    'efficientnet-v2',
  ],
  options: {
    maxShare: param.float({
      title: 'Share',
      doc: 'Of the multiply-adds, for one layer.',
      default: 0.25,
      min: 0,
      max: 1,
    }),
    minLayers: param.int({
      title: 'From layers',
      doc: 'Networks of fewer layers are left alone.',
      default: 10,
    }),
  },
  *check({ analysis, options }) {
    const layers = networkOf(analysis).steps.filter(({ macs }) => macs > 0);
    const total = analysis.totals.macs;
    if (layers.length < options.minLayers) return;
    for (const step of layers) {
      const share = step.macs / total;
      if (share < options.maxShare) continue;
      const mean = Math.round(total / layers.length);
      const says = say('dear', {
        name: nameOf(step),
        macs: step.macs,
        share: percent(share),
        layers: layers.length,
        mean,
      });
      yield reportAt(step, says, undefined, () => ({ now: rowOf(step), kept: [] }));
    }
  },
  examples: [
    {
      title: 'One dear layer of twelve',
      spec: network(
        [3, 64, 64],
        conv('stem', 16),
        conv('dear', 128),
        conv('back', 16, { stride: 2 }),
        ...Array.from({ length: 9 }, (_, i) => conv(`c${i}`, 16)),
      ),
      finds: ['dear', 'back'].slice(0, 1),
    },
    {
      title: 'All alike',
      spec: network([16, 64, 64], ...Array.from({ length: 12 }, (_, i) => conv(`c${i}`, 16))),
      finds: [],
    },
  ],
});
