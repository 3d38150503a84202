import { bytesOf } from '../../graph/number-types.ts';
import { param } from '../../schema/params.ts';
import { defineRule, type Report } from '../define.ts';
import {
  areaOf,
  channelsOf,
  isDepthwise,
  isPointwise,
  type Network,
  nameOf,
  networkOf,
  oncePerNode,
  reportAt,
  sourceOf,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { layerAt, rowFrom, rowOf } from '../rows.ts';
import { network } from '../rule-examples.ts';

const say = phrases('expansion-range', {
  out: '{{name}} widens {{from}} channels {{times}} times, to {{to}}: {{macs}} multiply-adds and {{bytes}} bytes for the widened map. Between {{min}} and {{max}} times is usual.',
});

export const expansionRange = defineRule({
  says: say,
  title: 'Inverted residuals widen a few times, not many',
  why: `An inverted residual works on t times the channels of its ends. MobileNetV2 found t between 5 and 10 about equally good, smaller
networks better off with less and larger ones with a little more; its own is 6. A t of 1 in the first block, without the 1×1, is usual.
Cost grows with t, and so does the memory of the widened map.`,
  source: 'Sandler et al. 2018 (MobileNetV2: inverted residuals and linear bottlenecks), section 4',
  severity: 'info',
  presets: ['mobilenet', 'efficientnet', 'efficientnet-v2'],
  options: {
    min: param.float({
      title: 'From',
      doc: 'How many times an inverted residual widens at least.',
      default: 2,
      min: 1,
      max: 100,
    }),
    max: param.float({
      title: 'To',
      doc: 'How many times it widens at most.',
      default: 10,
      min: 1,
      max: 100,
    }),
  },
  *check({ analysis, options }) {
    yield* oncePerNode(
      find(networkOf(analysis), options.min, options.max, bytesOf(analysis.totals.numbers.activations)),
    );
  },
  examples: [
    {
      title: 'Six times, as in MobileNetV2',
      spec: network([24, 56, 56], ['block', 'invertedResidual', { channels: 24, expanded: 144 }]),
      finds: [],
    },
    {
      title: 'Sixteen times',
      spec: network([24, 56, 56], ['block', 'invertedResidual', { channels: 24, expanded: 384 }]),
      finds: ['block'],
    },
  ],
});

function* find({ steps }: Network, min: number, max: number, bytesEach: number): Iterable<Report> {
  for (const step of steps) {
    const source = isDepthwise(step) ? sourceOf(step) : undefined;
    if (!source || !isPointwise(source)) continue;
    const [from, to] = [channelsOf(source.into), channelsOf(source.out)];
    // What does not widen is no inverted residual.
    if (from === undefined || to === undefined || to <= from) continue;
    const times = to / from;
    if (times >= min && times <= max) continue;
    const says = say('out', {
      name: nameOf(source),
      from,
      times: String(Number(times.toPrecision(3))),
      to,
      macs: source.macs,
      bytes: to * areaOf(source.out) * bytesEach,
      min: String(min),
      max: String(max),
    });
    const width = Math.round(from * Math.min(max, Math.max(min, times)));
    const [batch = 1, , ...map] = step.into ?? [];
    yield reportAt(source, says, undefined, () => ({
      now: [...rowOf(source), ...rowOf(step)],
      kept: [
        ...rowOf(source, { channels: width }),
        ...rowFrom([batch, width, ...map], layerAt(step, { channels: width, groups: width })),
      ],
    }));
  }
}
