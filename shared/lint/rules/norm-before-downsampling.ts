import { defineRule } from '../define.ts';
import { channelsOf, isConvolution, isNorm, nameOf, networkOf, reportAt, strides } from '../network.ts';
import { phrases } from '../phrases.ts';
import { layerAt, rowFrom, rowLayer, rowOf } from '../rows.ts';
import { conv, network } from '../rule-examples.ts';

const say = phrases('norm-before-downsampling', {
  none: '{{name}} shrinks {{map}} maps outside of any block with no normalisation before it; one costs {{weights}} parameters.',
});

export const normBeforeDownsampling = defineRule({
  says: say,
  title: 'A normalisation stands before each separate downsampling',
  why: `Where a stage begins with a convolution of its own, k = s, and not inside a residual block, training diverged until a normalisation was put where the
resolution changes: ConvNeXt has one before each.`,
  source: 'Liu et al. 2022 (A ConvNet for the 2020s)',
  severity: 'warning',
  presets: ['convnext'],
  options: {},
  *check({ analysis }) {
    const { trunk } = networkOf(analysis);
    const stem = trunk.findIndex(isConvolution);
    for (const step of trunk.slice(stem + 1)) {
      const { window, into } = step;
      if (
        !isConvolution(step) ||
        !window ||
        !strides(step) ||
        String(window.kernel) !== String(window.stride)
      )
        continue;
      let [at] = step.before;
      // Between layouts, values only move.
      while (at?.group === 'shape') [at] = at.before;
      if (at && isNorm(at)) continue;
      const says = say('none', {
        name: nameOf(step),
        map: (into ?? []).slice(2).join('×'),
        weights: 2 * (channelsOf(into) ?? 0),
      });
      yield reportAt(step, says, undefined, () => ({
        now: rowOf(step),
        kept: rowFrom(into, rowLayer('batchNorm'), layerAt(step)),
      }));
    }
  },
  examples: [
    {
      title: 'With one',
      spec: network(
        [3, 64, 64],
        conv('stem', 32),
        ['relu', 'relu'],
        ['norm', 'batchNorm'],
        ['down', 'conv2d', { channels: 64, kernel: 2, stride: 2 }],
      ),
      finds: [],
    },
    {
      title: 'Without',
      spec: network(
        [3, 64, 64],
        conv('stem', 32),
        ['relu', 'relu'],
        ['down', 'conv2d', { channels: 64, kernel: 2, stride: 2 }],
      ),
      finds: ['down'],
    },
  ],
});
