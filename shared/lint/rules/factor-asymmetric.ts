import { setParams } from '../../graph/edits.ts';
import { param } from '../../schema/params.ts';
import { defineRule, type ProposedFix, type Report } from '../define.ts';
import { insertAfter, place } from '../fix-edits.ts';
import {
  areaOf,
  isDenseSpatial,
  largest,
  type Network,
  nameOf,
  networkOf,
  oncePerNode,
  reportAt,
  type Step,
  smallest,
  strides,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { layerAt, rowFrom, rowOf } from '../rows.ts';
import { conv, network } from '../rule-examples.ts';
import { paramsOf } from '../views.ts';

const say = phrases('factor-asymmetric', {
  square:
    '{{name}} has a {{n}}×{{n}} window on a {{map}} map for {{weights}} weights and {{macs}} multiply-adds; 1×{{n}} and {{n}}×1 take {{after}} weights and {{afterMacs}} multiply-adds.',
  factor: 'Make it 1×{{n}}, and put a {{n}}×1 behind it',
});

export const factorAsymmetric = defineRule({
  says: say,
  title: 'Large windows on middle maps are factored into 1×n and n×1',
  why: `An n×n convolution sees what a 1×n and an n×1 one after another see, for 2n instead of n² weights per pair of channels: 1 − 2/n less,
71 % at n = 7. It did well on maps between 12 and 20 positions wide, and less so on early ones.`,
  source: 'Szegedy et al. 2015 (Rethinking the Inception architecture), section 3.2; arithmetic of weights',
  severity: 'info',
  presets: ['inception-v3'],
  options: {
    minKernel: param.int({
      title: 'From kernel',
      doc: 'Smaller windows are left alone.',
      default: 5,
      min: 3,
    }),
    smallestMap: param.int({ title: 'From map', doc: 'Smaller maps are left alone.', default: 12 }),
    largestMap: param.int({ title: 'To map', doc: 'Larger maps are left alone.', default: 20 }),
  },
  *check({ analysis, options }) {
    yield* oncePerNode(find(networkOf(analysis), options));
  },
  examples: [
    {
      title: 'A 5×5 on 17×17',
      spec: network([128, 17, 17], conv('conv', 128, { kernel: 5, padding: 2 })),
      finds: ['conv'],
    },
    {
      title: 'Factored',
      spec: network(
        [128, 17, 17],
        conv('conv1', 128, { kernel: [1, 5], padding: [0, 2, 0, 2] }),
        conv('conv2', 128, { kernel: [5, 1], padding: [2, 0, 2, 0] }),
      ),
      finds: [],
    },
    {
      title: 'On a large map',
      spec: network([32, 56, 56], conv('conv', 32, { kernel: 5, padding: 2 })),
      finds: [],
    },
  ],
});

function* find(
  { steps }: Network,
  { minKernel, smallestMap, largestMap }: { minKernel: number; smallestMap: number; largestMap: number },
): Iterable<Report> {
  for (const step of steps) {
    const { window, into, out } = step;
    if (!isDenseSpatial(step) || !window || into?.length !== 4 || out?.length !== 4 || strides(step))
      continue;
    const [n, m] = window.kernel;
    const map = into.slice(2);
    if (n !== m || n < minKernel || smallest(map) < smallestMap || largest(map) > largestMap) continue;
    const after = n * out[1]! * (into[1]! + out[1]!);
    const says = say('square', {
      name: nameOf(step),
      n,
      map: map.join('×'),
      weights: step.weights,
      macs: step.macs,
      after,
      afterMacs: after * areaOf(out),
    });
    if (after >= step.weights) continue;
    yield reportAt(step, says, factored(step, n), () => ({
      now: rowOf(step),
      kept: rowFrom(into, layerAt(step, { kernel: [1, n] }), layerAt(step, { kernel: [n, 1] })),
    }));
  }
}

function factored({ facts }: Step, n: number): ProposedFix | undefined {
  const own = paramsOf(facts, 'conv2d');
  if (!own || own.padding === 'same') return undefined;
  const [top, left, bottom, right] = own.padding;
  return {
    title: say('factor', { n }),
    safety: 'suggested',
    edit(draft) {
      setParams([facts.id], { kernel: [1, n], padding: [0, left, 0, right] })(draft);
      const params = { ...own, kernel: [n, 1], padding: [top, 0, bottom, 0] };
      insertAfter(draft, facts.id, place(draft, `${facts.id}_column`, 'conv2d', params));
    },
  };
}
