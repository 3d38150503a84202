import { defineRule, type Report } from '../define.ts';
import {
  isConvolution,
  type Network,
  nameOf,
  networkOf,
  oncePerNode,
  reportAt,
  type Step,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { everyPreset } from '../presets.ts';
import { rowOf } from '../rows.ts';
import { conv, network } from '../rule-examples.ts';

const say = phrases('dead-taps', {
  dead: 'Of the {{taps}} taps of {{name}}, {{dead}} only ever meet padding of its {{map}} map: {{weights}} parameters and {{macs}} multiply-adds without effect.',
});

export const deadTaps = defineRule({
  says: say,
  title: 'Every tap of a window meets the map',
  why: `On a 1×1 map a padded 3×3 reads one value and eight zeros: eight ninths of its weights never act. The same happens to dilated windows on small maps: at a rate as large as the map, a 3×3 is a 1×1,
as DeepLab-v3 found at its largest rates. Weights that only ever meet padding cost memory and, where padding is computed, time.`,
  source: 'Chen et al. 2017 (Rethinking atrous convolution); arithmetic of padding',
  severity: 'info',
  presets: everyPreset,
  options: {},
  *check({ analysis }) {
    yield* oncePerNode(find(networkOf(analysis)));
  },
  examples: [
    {
      title: 'A 3×3 on a 1×1 map',
      spec: network([64, 4, 4], ['gap', 'globalAvgPool', { keepDims: true }], conv('conv', 64)),
      finds: ['conv'],
    },
    { title: 'A 3×3 on a 2×2 map', spec: network([64, 2, 2], conv('conv', 64)), finds: [] },
    {
      title: 'A rate larger than the map',
      spec: network([64, 7, 7], conv('conv', 64, { dilation: 12, padding: 12 })),
      finds: ['conv'],
    },
  ],
});

function* find({ steps }: Network): Iterable<Report> {
  for (const step of steps) {
    const { window, into, out } = step;
    if (!isConvolution(step) || !window || into?.length !== 4 || out?.length !== 4) continue;
    const [height, width] = window.kernel;
    const [rows, columns] = [aliveOn(step, window, 0), aliveOn(step, window, 1)];
    const alive = rows * columns;
    const taps = height * width;
    if (alive >= taps) continue;
    const dead = taps - alive;
    const says = say('dead', {
      taps,
      name: nameOf(step),
      dead,
      map: into.slice(2).join('×'),
      weights: Math.round((step.weights * dead) / taps),
      macs: Math.round((step.macs * dead) / taps),
    });
    const kept = { kernel: [Math.max(1, rows), Math.max(1, columns)], padding: 'same' };
    yield reportAt(step, says, undefined, () => ({ now: rowOf(step), kept: rowOf(step, kept) }));
  }
}

/** How many taps along an axis meet the map at some position. */
function aliveOn({ into, out }: Step, window: NonNullable<Step['window']>, axis: 0 | 1): number {
  const [extent, positions] = [into![axis + 2]!, out![axis + 2]!];
  const { kernel, stride, dilation, before } = window;
  let alive = 0;
  for (let tap = 0; tap < kernel[axis]; tap++) {
    // The positions of this tap: start, start + s, … ; the first of them that is not before the map.
    const start = tap * dilation[axis] - before[axis];
    const skipped = start < 0 ? Math.ceil(-start / stride[axis]) : 0;
    if (skipped < positions && start + skipped * stride[axis] < extent) alive++;
  }
  return alive;
}
