import { leavesOf } from '../../analysis/leaves.ts';
import { param } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import { phrases } from '../phrases.ts';
import { rowOf } from '../rows.ts';
import { hasMatrix, outputOf, percent } from '../views.ts';

const say = phrases('aggressive-stem', {
  slow: '{{share}} of the multiply-adds ({{macs}}) are spent before the map has shrunk eight times, most of them in "{{dearest}}". A first convolution with stride 2 and a pool right behind it cost a fraction.',
});

export const aggressiveStem = defineRule({
  says: say,
  title: 'The stem shrinks the map quickly',
  why: `Convolutions on large maps are the dear ones: a layer at 112×112 costs sixteen times one at 28×28 with the same weights.
GoogLeNet goes from 224 to 28 pixels in three convolutions and two pools for 124 thousand parameters and 478 million
multiply-adds; the stages with which VGG-16 gets there take 1.7 million and 9.3 billion, 60 % of the network.`,
  source: 'Szegedy et al. 2014, section 5',
  severity: 'warning',
  presets: ['googlenet'],
  options: {
    maxShare: param.float({
      title: 'Share',
      doc: 'The share of the multiply-adds that may be spent before the map has shrunk eight times.',
      default: 0.4,
      min: 0,
      max: 1,
    }),
    minInput: param.int({
      title: 'From size',
      doc: 'Inputs with smaller maps have nothing to shrink.',
      default: 96,
    }),
  },
  *check({ analysis, options }) {
    const leaves = leavesOf(analysis.topology, analysis.facts).map(({ facts }) => facts);
    const sizes = leaves.filter(({ node }) => node.kind === 'input').map((facts) => areaOf(outputOf(facts)));
    const inputArea = sizes.reduce((most, size) => Math.max(most, size), 0);
    if (inputArea < options.minInput ** 2) return;
    // Eight times smaller each way, and anything less than that by rounding: 224 → 28, 227 → 27.
    const stem = leaves.filter((facts) => hasMatrix(facts) && 64 * areaOf(outputOf(facts)) > 1.1 * inputArea);
    const macs = stem.reduce((sum, { cost }) => sum + (cost?.macs.value ?? 0), 0);
    const share = macs / Math.max(analysis.totals.macs, 1);
    if (share <= options.maxShare) return;
    const dearest = stem.reduce((a, b) => ((a.cost?.macs.value ?? 0) >= (b.cost?.macs.value ?? 0) ? a : b));
    yield {
      node: dearest.id.split('/')[0]!,
      says: say('slow', { share: percent(share), macs, dearest: dearest.id }),
      instead: () => ({ now: stem.flatMap((facts) => rowOf({ facts })), kept: [] }),
    };
  },
  examples: [
    {
      title: "GoogLeNet's stem",
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input' },
          { id: 'conv1', kind: 'conv2d', from: 'input', params: { kernel: 7, stride: 2, padding: 3 } },
          { id: 'pool1', kind: 'maxPool', from: 'conv1', params: { kernel: 3, ceilMode: true } },
          { id: 'reduce', kind: 'conv2d', from: 'pool1', params: { kernel: 1 } },
          { id: 'conv2', kind: 'conv2d', from: 'reduce', params: { channels: 192, padding: 1 } },
          { id: 'pool2', kind: 'maxPool', from: 'conv2', params: { kernel: 3, ceilMode: true } },
          { id: 'conv3', kind: 'conv2d', from: 'pool2', params: { channels: 256, padding: 1 } },
          { id: 'conv4', kind: 'conv2d', from: 'conv3', params: { channels: 256, padding: 1 } },
        ],
      },
      finds: [],
    },
    {
      title: 'The first stages of VGG-16, and little else',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input' },
          { id: 'conv1_1', kind: 'conv2d', from: 'input', params: { padding: 1 } },
          { id: 'conv1_2', kind: 'conv2d', from: 'conv1_1', params: { padding: 1 } },
          { id: 'pool1', kind: 'maxPool', from: 'conv1_2' },
          { id: 'conv2', kind: 'conv2d', from: 'pool1', params: { channels: 128, padding: 1 } },
        ],
      },
      finds: ['conv1_2'],
    },
    {
      title: 'A small image has no stem',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [3, 32, 32] } },
          { id: 'conv1', kind: 'conv2d', from: 'input', params: { padding: 1 } },
        ],
      },
      finds: [],
    },
  ],
});

function areaOf(dims: readonly number[] | undefined): number {
  return dims?.length === 4 ? dims[2]! * dims[3]! : 0;
}
