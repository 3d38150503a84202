import { defineRule } from '../define.ts';
import type { Row } from '../instead.ts';
import {
  areaOf,
  channelsOf,
  isConvolution,
  isDepthwise,
  isMaxPool,
  isPool,
  nameOf,
  networkOf,
  reportAt,
  type Step,
  strides,
} from '../network.ts';
import { phrases } from '../phrases.ts';
import { layerAt, rowFrom, rowLayer, rowOf } from '../rows.ts';
import { network } from '../rule-examples.ts';

const say = phrases('alias-before-stride', {
  alias:
    '{{name}} takes one of {{of}} positions of a {{map}} map with nothing that blurs before it; a fixed 3×3 blur costs {{macs}} multiply-adds.',
});

export const aliasBeforeStride = defineRule({
  says: say,
  title: 'A blur stands before each stride',
  why: `A stride takes every s-th value: what changes faster than that folds over into something else, and a picture moved by one pixel gives another answer. A blur (a fixed
depthwise filter) before the stride, for pools as max, blur, stride, made networks steadier under shifts, and on ImageNet more accurate.`,
  source: 'Zhang 2019 (Making convolutional networks shift-invariant again)',
  severity: 'info',
  presets: ['anti-aliased'],
  options: {},
  *check({ analysis }) {
    for (const step of networkOf(analysis).steps) {
      const { window, into } = step;
      if (
        !window ||
        into?.length !== 4 ||
        !strides(step) ||
        isBlur(step) ||
        !(isConvolution(step) || isMaxPool(step))
      )
        continue;
      const source = step.before[0];
      if (source && isBlur(source)) continue;
      const [down, across] = window.stride;
      const says = say('alias', {
        name: nameOf(step),
        of: Math.round(down * across),
        map: into.slice(2).join('×'),
        macs: (9 * into[1]! * areaOf(into)) / Math.round(down * across),
      });
      yield reportAt(step, says, undefined, () => ({ now: rowOf(step), kept: blurred(step) }));
    }
  },
  examples: [
    { title: 'A strided pool', spec: network([16, 32, 32], ['pool', 'maxPool']), finds: ['pool'] },
    {
      title: 'An average strides',
      spec: network(
        [16, 32, 32],
        ['max', 'maxPool', { kernel: 2, stride: 1 }],
        ['average', 'avgPool', { kernel: 2, stride: 2 }],
      ),
      finds: [],
    },
  ],
});

/** The step at every position, and a fixed filter that takes the stride over, as Zhang has it. */
function blurred(step: Step): readonly Row[] {
  const channels = channelsOf(step.out) ?? 0;
  const stride = [...step.window!.stride];
  const blur = { channels, groups: channels, stride, padding: [1, 1, 1, 1], bias: false };
  return rowFrom(step.into, layerAt(step, { stride: [1, 1] }), rowLayer('conv2d', blur));
}

/** An average, or a filter for each channel by itself. */
function isBlur(step: Step): boolean {
  return (isPool(step) && step.traits.linear === true) || isDepthwise(step);
}
