import { setParams } from '../../graph/edits.ts';
import { defineRule, type Report } from '../define.ts';
import { areaOf, enlarges, type Network, nameOf, networkOf, oncePerNode, reportAt } from '../network.ts';
import { phrases } from '../phrases.ts';
import { network } from '../rule-examples.ts';
import { paramsOf } from '../views.ts';

const say = phrases('transposed-checkerboard', {
  uneven:
    '{{name}} has a {{kernel}} window and stride {{stride}}: of the {{positions}} positions that it gives, some are covered by {{most}} windows and others by {{least}}.',
  even: 'Make it {{kernel}}',
});

export const transposedCheckerboard = defineRule({
  says: say,
  title: 'Windows of transposed convolutions divide by their stride',
  why: `A transposed convolution whose kernel does not divide by its stride covers some positions with more windows than others: the result is a checkerboard that training has to learn away, and often does not. Kernels of twice the
stride, or a resize and an ordinary convolution, cover all alike.`,
  source: 'Odena, Dumoulin and Olah 2016 (Deconvolution and checkerboard artifacts)',
  severity: 'warning',
  presets: ['generative', 'segmentation', 'hybrid-dilation'],
  options: {},
  *check({ analysis }) {
    yield* oncePerNode(find(networkOf(analysis)));
  },
  examples: [
    {
      title: 'A 3×3 with stride 2',
      spec: network(
        [64, 8, 8],
        ['up', 'convTranspose2d', { channels: 32, kernel: 3, stride: 2, padding: 1 }],
      ),
      finds: ['up'],
    },
    {
      title: 'A 4×4 with stride 2, as in DCGAN',
      spec: network(
        [64, 8, 8],
        ['up', 'convTranspose2d', { channels: 32, kernel: 4, stride: 2, padding: 1 }],
      ),
      finds: [],
    },
  ],
});

function* find({ steps }: Network): Iterable<Report> {
  for (const step of steps) {
    const own = step.traits.weighted && enlarges(step) ? paramsOf(step.facts, 'convTranspose2d') : undefined;
    if (!own) continue;
    const { kernel, stride } = own;
    if (([0, 1] as const).every((axis) => kernel[axis] % stride[axis] === 0)) continue;
    const windows = (round: (value: number) => number): number =>
      ([0, 1] as const).reduce<number>((product, axis) => product * round(kernel[axis] / stride[axis]), 1);
    const even = ([0, 1] as const).map((axis) => Math.ceil(kernel[axis] / stride[axis]) * stride[axis]);
    const says = say('uneven', {
      name: nameOf(step),
      kernel: kernel.join('×'),
      stride: stride.join('×'),
      positions: areaOf(step.out),
      most: windows(Math.ceil),
      least: windows(Math.floor),
    });
    yield reportAt(step, says, {
      title: say('even', { kernel: even.join('×') }),
      safety: 'suggested',
      edit: setParams([step.facts.id], { kernel: even }),
    });
  }
}
