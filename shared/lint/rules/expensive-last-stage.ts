import { param } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import {
  areaOf,
  channelsOf,
  isGlobalPool,
  isPointwise,
  nameOf,
  networkOf,
  reportAt,
  tailOf,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { layerAt, rowFrom, rowOf } from '../rows.ts';
import { network, pointwise } from '../rule-examples.ts';
import { percent } from '../views.ts';

const say = phrases('expensive-last-stage', {
  before:
    '{{name}} widens {{from}} to {{to}} channels on a {{map}} map that is averaged right behind it: {{macs}} multiply-adds, {{share}} of the design; behind the average it takes {{after}}.',
});

export const expensiveLastStage = defineRule({
  says: say,
  title: 'The last widening stands behind the average',
  why: `A 1×1 convolution that widens the last map right before it is averaged runs at every position; behind the average it runs once. On a 7×7
map that is 49 times cheaper. MobileNetV3 moved it and its neighbours there and saved 11 % of its time with almost no loss. It is no longer the
same function where an activation lies in between.`,
  source: 'Howard et al. 2019 (Searching for MobileNetV3), section 5.1',
  severity: 'info',
  presets: ['mobilenet', 'tiny'],
  options: {
    minShare: param.float({
      title: 'From share',
      doc: 'Smaller shares of the multiply-adds are left alone.',
      default: 0.12,
      min: 0,
      max: 1,
    }),
  },
  *check({ analysis, options }) {
    for (const step of networkOf(analysis).steps) {
      const [from, to] = [channelsOf(step.into) ?? 0, channelsOf(step.out) ?? 0];
      const area = areaOf(step.out);
      if (!isPointwise(step) || to <= from || area <= 1) continue;
      const share = step.macs / Math.max(1, analysis.totals.macs);
      if (share < options.minShare || !tailOf(step).next.some(isGlobalPool)) continue;
      const says = say('before', {
        name: nameOf(step),
        from,
        to,
        map: (step.out ?? []).slice(2).join('×'),
        macs: step.macs,
        share: percent(share),
        after: Math.round(step.macs / area),
      });
      const [batch = 1, channels = 0] = step.into ?? [];
      yield reportAt(step, says, undefined, () => ({
        now: rowOf(step),
        kept: rowFrom([batch, channels, 1, 1], layerAt(step)),
      }));
    }
  },
  examples: [
    {
      title: 'Before the average',
      spec: network(
        [160, 7, 7],
        pointwise('wide', 1280),
        ['act', 'relu'],
        ['gap', 'globalAvgPool'],
        ['fc', 'linear', { features: 10 }],
      ),
      finds: ['wide'],
    },
    {
      title: 'Behind it',
      spec: network(
        [160, 7, 7],
        ['gap', 'globalAvgPool'],
        ['wide', 'linear', { features: 1280 }],
        ['act', 'relu'],
        ['fc', 'linear', { features: 10 }],
      ),
      finds: [],
    },
  ],
});
