import { setParams } from '../../graph/edits.ts';
import { defineRule, type ProposedFix, type Report } from '../define.ts';
import {
  isConvolution,
  largest,
  type Network,
  nameOf,
  networkOf,
  oncePerNode,
  reportAt,
  type Step,
  strides,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { everyPreset } from '../presets.ts';
import { rowOf } from '../rows.ts';
import { conv, network } from '../rule-examples.ts';
import { paramsOf } from '../views.ts';

const say = phrases('even-kernel-shift', {
  even: '{{name}} has a {{kernel}} window and stride 1: each pass moves the map by half a position, and {{weights}} parameters learn to undo it.',
  odd: 'Make it {{kernel}}',
});

export const evenKernelShift = defineRule({
  says: say,
  title: 'Windows that keep the size have a middle',
  why: `A window of an even side has no middle position: to keep the size it is padded more on one side, and every layer moves the map by half a position. Over a few layers
the content drifts into a corner, and borders are treated unlike. Odd windows, or padding that changes sides, avoid it.`,
  source: 'Wu et al. 2019 (Convolution with even-sized kernels and symmetric padding)',
  severity: 'info',
  presets: everyPreset,
  options: {},
  *check({ analysis }) {
    yield* oncePerNode(find(networkOf(analysis)));
  },
  examples: [
    {
      title: 'A 4×4 that keeps the size',
      spec: network([16, 32, 32], ['conv', 'conv2d', { channels: 16, kernel: 4, padding: 'same' }]),
      finds: ['conv'],
    },
    { title: 'A 3×3', spec: network([16, 32, 32], conv('conv', 16)), finds: [] },
    {
      title: 'A 2×2 with stride 2',
      spec: network([16, 32, 32], ['conv', 'conv2d', { channels: 16, kernel: 2, stride: 2 }]),
      finds: [],
    },
  ],
});

function* find({ steps }: Network): Iterable<Report> {
  for (const step of steps) {
    const { window, into, out } = step;
    if (!isConvolution(step) || !window || strides(step) || largest(window.dilation) > 1) continue;
    const even = ([0, 1] as const).some(
      (axis) => window.kernel[axis] % 2 === 0 && into?.[axis + 2] === out?.[axis + 2],
    );
    if (!even) continue;
    const says = say('even', { name: nameOf(step), kernel: window.kernel.join('×'), weights: step.weights });
    const kept = { kernel: oddOf(window.kernel), padding: 'same' };
    yield reportAt(step, says, odd(step, window.kernel), () => ({
      now: rowOf(step),
      kept: rowOf(step, kept),
    }));
  }
}

function oddOf([height, width]: readonly [number, number]): readonly [number, number] {
  return [height - ((height + 1) % 2), width - ((width + 1) % 2)];
}

function odd({ facts }: Step, even: readonly [number, number]): ProposedFix | undefined {
  if (!paramsOf(facts, 'conv2d')) return undefined;
  const kernel = oddOf(even);
  return {
    title: say('odd', { kernel: kernel.join('×') }),
    safety: 'suggested',
    edit: setParams([facts.id], { kernel, padding: 'same' }),
  };
}
