import { param } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import { areaOf, nameOf, networkOf, reportAt } from '../network.ts';
import { phrases } from '../phrases.ts';
import { conv, network } from '../rule-examples.ts';

const say = phrases('representational-bottleneck', {
  falls:
    'Everything passes through {{name}}, which leaves {{after}} of {{before}} values, {{times}} times fewer.',
});

export const representationalBottleneck = defineRule({
  says: say,
  title: 'Representations shrink gently',
  why: `The number of values that describe a picture should fall slowly from the input to the output: what one layer throws away none behind
it brings back. Halving a map takes a factor of 4 unless channels are added; more than that in one step, before the head, squeezes the
network through an eye of a needle.`,
  source: 'Szegedy et al. 2015 (Rethinking the Inception architecture)',
  severity: 'warning',
  presets: ['inception-v3', 'googlenet'],
  options: {
    maxFall: param.float({
      title: 'Fall',
      doc: 'How many times fewer values one step may leave.',
      default: 4.5,
      min: 1,
      max: 1000,
    }),
    headArea: param.int({
      title: 'Head',
      doc: 'Maps of so many positions or fewer belong to the head.',
      default: 4,
    }),
  },
  *check({ analysis, options }) {
    let before = 0;
    for (const step of networkOf(analysis).trunk) {
      const { out } = step;
      // The head begins where there is no map any more, or one of a few positions.
      if (out?.length !== 4 || areaOf(out) <= options.headArea) break;
      const after = out[1]! * areaOf(out);
      const times = before / after;
      if (times > options.maxFall)
        yield reportAt(
          step,
          say('falls', { name: nameOf(step), after, before, times: String(Number(times.toPrecision(3))) }),
        );
      before = after;
    }
  },
  examples: [
    {
      title: 'A pool of 4×4',
      spec: network(
        [64, 56, 56],
        conv('conv', 64),
        ['pool', 'maxPool', { kernel: 4, stride: 4 }],
        conv('next', 64),
      ),
      finds: ['pool'],
    },
    {
      title: 'A pool of 2×2',
      spec: network([64, 56, 56], conv('conv', 64), ['pool', 'maxPool'], conv('next', 64)),
      finds: [],
    },
  ],
});
