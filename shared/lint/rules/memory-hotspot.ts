import { leavesOf } from '../../analysis/leaves.ts';
import { liveBytes } from '../../analysis/totals.ts';
import { param } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import { isConvolution, nameOf, networkOf, reportAt } from '../network.ts';
import { phrases } from '../phrases.ts';
import { conv, network } from '../rule-examples.ts';

const say = phrases('memory-hotspot', {
  peak: 'While {{name}} runs, {{bytes}} bytes are alive, {{times}} times the median step: the rest of the network would do with {{median}}.',
});

export const memoryHotspot = defineRule({
  says: say,
  title: 'Memory is used evenly',
  why: `The most memory that any step takes is what a device must have, however little the others take. MCUNetV2 found peaks in the first blocks of efficient networks eight times what the rest needs, and
runs those patch by patch; a stride earlier, or fewer channels there, does it as well.`,
  source: 'Lin et al. 2021 (MCUNetV2)',
  severity: 'info',
  presets: ['tiny'],
  options: {
    minTimes: param.float({
      title: 'Times',
      doc: 'How many times the median step a peak may be.',
      default: 10,
      min: 1,
      max: 1000,
    }),
    minLayers: param.int({
      title: 'From layers',
      doc: 'Networks of fewer convolutions are left alone.',
      default: 8,
    }),
  },
  *check({ analysis, options }) {
    const { steps } = networkOf(analysis);
    const bytes = liveBytes(leavesOf(analysis.topology, analysis.facts), analysis.totals.numbers, 1);
    const sorted = steps
      .filter(isConvolution)
      .map(({ index }) => bytes[index]!)
      .sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)];
    const peak = bytes.reduce((best, each, i) => (each > bytes[best]! ? i : best), 0);
    const step = steps[peak];
    if (
      !step ||
      median === undefined ||
      sorted.length < options.minLayers ||
      bytes[peak]! < options.minTimes * median
    )
      return;
    const times = (bytes[peak]! / median).toFixed(1);
    yield reportAt(step, say('peak', { name: nameOf(step), bytes: bytes[peak]!, times, median }));
  },
  examples: [
    {
      title: 'Wide before the first stride',
      spec: network(
        [3, 96, 96],
        conv('wide', 64),
        ...['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((id, i) => conv(id, 16, i < 2 ? { stride: 2 } : {})),
      ),
      finds: ['a'],
    },
    {
      title: 'Narrow before it',
      spec: network(
        [3, 96, 96],
        ...['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((id, i) =>
          conv(id, 16, i < 1 ? { stride: 2 } : {}),
        ),
      ),
      finds: [],
    },
  ],
});
