import { param } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import { isDepthwise, largest, nameOf, networkOf, reportAt, type Step } from '../network.ts';
import { phrases } from '../phrases.ts';
import { everyPreset } from '../presets.ts';
import { withSum } from '../rows.ts';
import { depthwise, network } from '../rule-examples.ts';

const say = phrases('large-depthwise-needs-shortcut', {
  alone:
    '{{name}} has a {{kernel}} window, {{weights}} parameters and {{macs}} multiply-adds, and no path leads past it.',
});

export const largeDepthwiseNeedsShortcut = defineRule({
  says: say,
  title: 'Very large depthwise windows have a shortcut beside them',
  why: `A depthwise 31×31 with an identity beside it made MobileNetV2 more accurate, without it less so than a 3×3: the shortcut makes the network an implicit
ensemble of paths with small and large receptive fields.`,
  source: 'Ding et al. 2022 (Scaling up your kernels to 31×31)',
  severity: 'warning',
  // VGG asks for small windows.
  presets: everyPreset.filter((pack) => pack !== 'vgg'),
  contradicts: {
    'vgg-conv-3x3':
      'VGG has no window larger than 3×3; large depthwise ones came back when depthwise convolutions made them cheap.',
  },
  options: {
    minKernel: param.int({
      title: 'From kernel',
      doc: 'Smaller windows are left alone.',
      default: 13,
      min: 3,
    }),
  },
  *check({ analysis, options }) {
    const network = networkOf(analysis);
    const isBridged = (step: Step): boolean => network.residuals.some(({ branch }) => branch.includes(step));
    for (const step of network.steps) {
      const { window } = step;
      if (!window || largest(window.kernel) < options.minKernel || !isDepthwise(step) || isBridged(step))
        continue;
      const says = say('alone', {
        name: nameOf(step),
        kernel: window.kernel.join('×'),
        weights: step.weights,
        macs: step.macs,
      });
      yield reportAt(step, says, undefined, () => withSum(step));
    }
  },
  examples: [
    {
      title: 'Alone',
      spec: network([32, 56, 56], depthwise('dw', 32, { kernel: 31, padding: 15 })),
      finds: ['dw'],
    },
    {
      title: 'With the identity beside it',
      spec: network([32, 56, 56], ['relu', 'relu'], depthwise('dw', 32, { kernel: 31, padding: 15 }), [
        'sum',
        'add',
        {},
        ['dw', 'relu'],
      ]),
      finds: [],
    },
  ],
});
