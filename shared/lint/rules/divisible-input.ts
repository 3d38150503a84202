import { defineRule } from '../define.ts';
import {
  areaOf,
  enlarges,
  isPool,
  largest,
  nameOf,
  networkOf,
  reportAt,
  type Step,
  strides,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { conv, network } from '../rule-examples.ts';

const say = phrases('divisible-input', {
  odd: '{{name}} shrinks a {{map}} map by {{stride}}: a remainder of {{rest}} rows and columns, {{values}} values, has no place when the map is enlarged again.',
});

export const divisibleInput = defineRule({
  says: say,
  title: 'Maps halve evenly where they are enlarged again',
  why: `An encoder that halves d times and a decoder that doubles d times give back the size they were given only where it divides by 2^d: an odd map loses its last row and column
on the way down, and skips no longer line up with what comes up. U-Net asks for sizes at which every pool has an even map. Where every skip is cropped to what comes up, as in FCN, any size will do.`,
  source: 'Ronneberger, Fischer and Brox 2015 (U-Net); Long et al. 2014 (crops)',
  severity: 'warning',
  presets: ['segmentation', 'hybrid-dilation'],
  options: {},
  *check({ analysis }) {
    const { steps } = networkOf(analysis);
    const last = steps.findLastIndex(enlarges);
    if (areCropped(steps)) return;
    for (const step of steps.slice(0, Math.max(0, last))) {
      const { window, into } = step;
      if (!isPool(step) || !window || into?.length !== 4 || !strides(step)) continue;
      const rest = ([0, 1] as const).map((axis) => into[axis + 2]! % window.stride[axis]);
      if (largest(rest) === 0) continue;
      const area = areaOf(into);
      const even = (into[2]! - rest[0]!) * (into[3]! - rest[1]!);
      const says = say('odd', {
        name: nameOf(step),
        map: into.slice(2).join('×'),
        stride: window.stride.join('×'),
        rest: rest.join(' and '),
        values: into[1]! * (area - even),
      });
      yield reportAt(step, says);
    }
  },
  examples: [
    { title: 'Odd on the way down', spec: unet(30), finds: ['pool2'] },
    { title: 'Even all the way', spec: unet(32), finds: [] },
    {
      title: 'Odd, and cropped to what comes up',
      spec: network(
        [8, 31, 31],
        conv('a', 8),
        ['pool', 'maxPool'],
        ['up', 'convTranspose2d', { channels: 8, kernel: 2, stride: 2 }],
        ['crop', 'slice', { starts: [0, 0], ends: [30, 30], axes: [2, 3] }, 'a'],
        ['sum', 'add', {}, ['up', 'crop']],
      ),
      finds: [],
    },
  ],
});

/** Whether every skip that meets what was enlarged is cropped to it. */
function areCropped(steps: readonly Step[]): boolean {
  const enlarged = new Set<Step>();
  let some = false;
  for (const step of steps) {
    const [up, skips] = [
      step.before.filter((source) => enlarged.has(source)),
      step.before.filter((source) => !enlarged.has(source)),
    ];
    if (up.length > 0 || enlarges(step)) enlarged.add(step);
    if (up.length === 0 || skips.length === 0) continue;
    if (!skips.every(crops)) return false;
    some = true;
  }
  return some;
}

/** Takes a part of a map. */
function crops(step: Step): boolean {
  const [before, after] = [areaOf(step.into), areaOf(step.out)];
  return after > 1 && after < before && !isPool(step) && !step.traits.weighted && !strides(step);
}

function unet(side: number): object {
  return network(
    [8, side, side],
    conv('a', 8),
    ['pool1', 'maxPool'],
    conv('b', 8),
    ['pool2', 'maxPool'],
    conv('c', 8),
    ['up', 'convTranspose2d', { channels: 8, kernel: 2, stride: 2 }],
  );
}
