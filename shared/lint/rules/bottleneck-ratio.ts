import { defineRule } from '../define.ts';
import { channelsOf, groupsOf, isConvolution, isDepthwise, nameOf, networkOf, reportAt } from '../network.ts';
import { phrases } from '../phrases.ts';
import { layerAt, rowFrom, rowOf } from '../rows.ts';
import { conv, network, pointwise } from '../rule-examples.ts';

const say = phrases('bottleneck-ratio', {
  ratio:
    '{{name}} works on {{inner}} channels between ends of {{outer}}, b = {{ratio}}, for {{macs}} multiply-adds; with b = 1, its grouped window takes {{after}}.',
});

export const bottleneckRatio = defineRule({
  says: say,
  title: 'Blocks with grouped convolutions have no bottleneck',
  why: `RegNet's search over bottleneck ratios ended at b = 1: in blocks whose 3×3 has groups, the width inside is the width outside. Neither
bottlenecks (ResNeXt) nor inverted ones did better at equal cost.`,
  source: 'Radosavovic et al. 2020 (Designing network design spaces)',
  severity: 'info',
  presets: ['regnet'],
  contradicts: {
    'expansion-range':
      'MobileNetV2 widens inside of blocks, with depthwise convolutions; RegNet found no gain in it for its own.',
  },
  options: {},
  *check({ analysis }) {
    for (const { branch, sum } of networkOf(analysis).residuals) {
      const grouped = branch.find((step) => isConvolution(step) && groupsOf(step) > 1);
      const [inner, outer] = [channelsOf(grouped?.out), channelsOf(sum.out)];
      if (!grouped || isDepthwise(grouped) || inner === undefined || outer === undefined || inner === outer)
        continue;
      const says = say('ratio', {
        name: nameOf(grouped),
        inner,
        outer,
        ratio: String(Number((outer / inner).toPrecision(3))),
        macs: grouped.macs,
        after: Math.round((grouped.macs * outer) / inner),
      });
      const [batch = 1, , ...map] = grouped.into ?? [];
      yield reportAt(grouped, says, undefined, () => ({
        now: rowOf(grouped),
        kept: rowFrom([batch, outer, ...map], layerAt(grouped, { channels: outer })),
      }));
    }
  },
  examples: [
    { title: "ResNeXt's bottleneck", spec: block(64, 128), finds: ['grouped'] },
    { title: "RegNet's block", spec: block(128, 128), finds: [] },
  ],
});

function block(inner: number, outer: number): object {
  return network(
    [outer, 14, 14],
    ['in', 'relu'],
    pointwise('down', inner),
    ['r1', 'relu'],
    conv('grouped', inner, { groups: 8 }),
    ['r2', 'relu'],
    pointwise('up', outer),
    ['sum', 'add', {}, ['up', 'in']],
  );
}
