import { param } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import { isConvolution, nameOf, networkOf, reportAt, type Step, smallest } from '../network.ts';
import { phrases } from '../phrases.ts';
import { conv, network } from '../rule-examples.ts';
import { percent } from '../views.ts';

const say = phrases('receptive-field-reaches', {
  short:
    '{{name}} sees furthest, {{field}} of the {{side}} pixels of a side, {{share}} of it, behind {{macs}} multiply-adds.',
});

export const receptiveFieldReaches = defineRule({
  says: say,
  title: 'The last map sees enough of the picture',
  why: `Each value of the last map is worked out from its receptive field and nothing else. Where that spans a small part of the picture, large things are judged by
their pieces. The field that has effect is smaller still, a bell around the middle. Dilation, pooling and a branch that averages all widen it.`,
  source: 'Luo et al. 2016 (Understanding the effective receptive field); Araujo, Norris and Sim 2019',
  severity: 'info',
  presets: ['segmentation', 'hybrid-dilation'],
  options: {
    minShare: param.float({
      title: 'Share',
      doc: 'Of the side of the picture, that the last map must see.',
      default: 0.3,
      min: 0,
      max: 100,
    }),
  },
  *check({ analysis, options }) {
    const { steps, inputArea } = networkOf(analysis);
    const side = Math.round(Math.sqrt(inputArea));
    let [field, last]: [number, Step | undefined] = [0, undefined];
    for (const step of steps) {
      const extent = isConvolution(step) && step.facts.reach ? smallest(step.facts.reach.extent) : 0;
      // Behind a branch that sees all, so does everything.
      if (Number.isNaN(extent)) return;
      if (extent > field) [field, last] = [extent, step];
    }
    if (!last || side === 0 || field >= options.minShare * side) return;
    const says = say('short', {
      name: nameOf(last),
      field: Math.round(field),
      side,
      share: percent(field / side),
      macs: analysis.totals.macs,
    });
    yield reportAt(last, says);
  },
  examples: [
    {
      title: 'Two 3×3 on a large picture',
      spec: network([3, 128, 128], conv('a', 16), ['r', 'relu'], conv('b', 16)),
      finds: ['b'],
    },
    {
      title: 'Dilated',
      spec: network(
        [3, 128, 128],
        conv('a', 16, { dilation: 16, padding: 16 }),
        ['r', 'relu'],
        conv('b', 16, { dilation: 16, padding: 16 }),
      ),
      finds: [],
    },
  ],
});
