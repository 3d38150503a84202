import { bytesOf } from '../../graph/number-types.ts';
import { param } from '../../schema/params.ts';
import { defineRule, type Report } from '../define.ts';
import type { Row } from '../instead.ts';
import {
  areaOf,
  channelsOf,
  isPointwise,
  type Network,
  nameOf,
  networkOf,
  oncePerNode,
  reportAt,
  type Step,
  strides,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { layerAt, rowFrom, rowOf } from '../rows.ts';
import { network, pointwise } from '../rule-examples.ts';

const say = phrases('equal-width-conv', {
  uneven:
    '{{name}} takes {{from}} channels to {{to}} and moves {{bytes}} bytes, {{ratio}} times as many as equal widths of the same {{macs}} multiply-adds would.',
});

export const equalWidthConv = defineRule({
  says: say,
  title: '1×1 convolutions keep their width (G1)',
  why: `A 1×1 convolution from c₁ to c₂ channels on h·w positions moves hw(c₁ + c₂) + c₁c₂ values. For the same product c₁c₂, that is the same
multiply-adds, this is least where c₁ = c₂: the bound is 2√(hwB) + B/hw with B = hw·c₁c₂. At 1:12 ShuffleNetV2 measured less than half the speed of 1:1. Widths of 1:2 move 1.06 times the bound
and are left alone, those of 1:6 on large maps 1.43 times.`,
  source: 'Ma et al. 2018 (ShuffleNet V2)',
  severity: 'info',
  presets: ['shufflenet'],
  contradicts: { 'expansion-range': 'An inverted residual widens by design, and moves more for it.' },
  options: {
    maxRatio: param.float({
      title: 'Ratio',
      doc: 'How many times the bound the moved values may be.',
      default: 1.4,
      min: 1,
      max: 100,
    }),
  },
  *check({ analysis, options }) {
    const bytesEach = bytesOf(analysis.totals.numbers.activations);
    yield* oncePerNode(find(networkOf(analysis), options.maxRatio, bytesEach));
  },
  examples: [
    { title: 'Equal widths', spec: network([116, 28, 28], pointwise('pw', 116)), finds: [] },
    { title: 'Six times wider', spec: network([24, 56, 56], pointwise('pw', 144)), finds: ['pw'] },
  ],
});

function* find({ steps }: Network, maxRatio: number, bytesEach: number): Iterable<Report> {
  for (const step of steps) {
    const [from, to] = [channelsOf(step.into) ?? 0, channelsOf(step.out) ?? 0];
    const area = areaOf(step.out);
    if (!isPointwise(step) || strides(step) || area === 0) continue;
    const moved = area * (from + to) + from * to;
    const ratio = moved / (2 * area * Math.sqrt(from * to) + from * to);
    if (ratio <= maxRatio) continue;
    const says = say('uneven', {
      name: nameOf(step),
      from,
      to,
      bytes: moved * bytesEach,
      ratio: ratio.toFixed(2),
      macs: step.macs,
    });
    yield reportAt(step, says, undefined, () => ({ now: rowOf(step), kept: evenRow(step, from * to) }));
  }
}

/** As many multiply-adds with as many channels out as in. */
function evenRow(step: Step, product: number): readonly Row[] {
  const width = Math.round(Math.sqrt(product));
  const [batch = 1, , ...map] = step.into ?? [];
  return rowFrom([batch, width, ...map], layerAt(step, { channels: width }));
}
