import { defineActivation } from './activation.ts';

export const hardSwish = defineActivation({
  kind: 'hardSwish',
  title: 'Hard swish',
  icon: 'hardSwish',
  summary: 'Swish from straight pieces, cheap on phones.',
  words: ['h-swish', 'hswish', '硬 swish'],
  formula: 'y = x · min(max(x + 3, 0), 6) / 6',
  traits: { keepsSign: true },
  doc: `SiLU with the sigmoid replaced by straight pieces: no exponential, and exact in low precision. The activation of
MobileNetV3.

Sources: Howard et al. 2019; ONNX operator HardSwish.`,
  params: {},
  scalar: () => (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
  known: [
    {
      source: 'PyTorch 1.13, torch.nn.functional.hardswish',
      x: [-4, -1.5, 0, 1.5, 4],
      y: [0, -0.375, 0, 1.125, 4],
    },
    { source: 'PyTorch 1.13, torch.nn.functional.hardswish', x: [-3, 3, 2.4], y: [0, 3, 2.16] },
  ],
});
