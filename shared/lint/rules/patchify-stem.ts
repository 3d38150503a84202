import { defineRule } from '../define.ts';
import { channelsOf, isConvolution, nameOf, networkOf, reportAt } from '../network.ts';
import { phrases } from '../phrases.ts';
import { rowOf } from '../rows.ts';
import { conv, network } from '../rule-examples.ts';

const say = phrases('patchify-stem', {
  overlap:
    '{{name}} begins with a {{kernel}} window and stride {{stride}}, {{macs}} multiply-adds; a 4×4 with stride 4 takes {{after}}.',
});

export const patchifyStem = defineRule({
  says: say,
  title: 'The stem cuts the picture into patches',
  why: `ConvNeXt replaced the 7×7 stride-2 stem and its pool by a 4×4 convolution with stride 4, as Vision Transformers begin: windows do not overlap, accuracy
stayed, and multiply-adds fell.`,
  source: 'Liu et al. 2022 (A ConvNet for the 2020s)',
  severity: 'info',
  presets: ['convnext'],
  contradicts: { 'deep-stem': 'ResNet-C and Inception-v3 begin with three overlapping 3×3 convolutions.' },
  options: {},
  *check({ analysis }) {
    const { steps, inputArea } = networkOf(analysis);
    const stem = steps.find(isConvolution);
    const { window, into, out } = stem ?? {};
    if (!stem || !window || into?.length !== 4 || String(window.kernel) === String(window.stride)) return;
    // Small pictures are not cut up.
    if (inputArea < 128 * 128) return;
    const after = Math.round((16 * into[1]! * (channelsOf(out) ?? 0) * inputArea) / 16);
    const says = say('overlap', {
      name: nameOf(stem),
      kernel: window.kernel.join('×'),
      stride: window.stride.join('×'),
      macs: stem.macs,
      after,
    });
    const patches = { kernel: [4, 4], stride: [4, 4], padding: [0, 0, 0, 0] };
    yield reportAt(stem, says, undefined, () => ({ now: rowOf(stem), kept: rowOf(stem, patches) }));
  },
  examples: [
    {
      title: 'The stem of ConvNeXt',
      spec: network([3, 224, 224], ['stem', 'conv2d', { channels: 96, kernel: 4, stride: 4 }]),
      finds: [],
    },
    {
      title: 'The stem of ResNet',
      spec: network([3, 224, 224], conv('stem', 64, { kernel: 7, stride: 2, padding: 3 })),
      finds: ['stem'],
    },
  ],
});
