import { NetworkBuilder } from './builder.ts';
import type { ZooEntry } from './define.ts';

/** Blocks per stage: table 1 of the paper. */
const stages = {
  18: [2, 2, 2, 2],
  34: [3, 4, 6, 3],
  50: [3, 4, 6, 3],
  101: [3, 4, 23, 3],
  152: [3, 8, 36, 3],
} as const;
type Depth = keyof typeof stages;

function resnet(depth: Depth, original: boolean): ZooEntry {
  const deep = depth >= 50;
  const title = `ResNet-${depth}${original ? ' (paper)' : ''}`;
  const notes = original
    ? 'With the stride on the first 1×1 of a stage, as in the paper.'
    : "torchvision's form, with the stride on the 3×3.";
  return {
    id: `resnet${depth}${original ? '-original' : ''}`,
    title,
    year: 2015,
    source: `He et al. 2015, table 1, ${original ? 'stride on the first 1×1' : 'as in torchvision'}`,
    summary: 'Shortcuts make deep networks trainable: blocks learn what to add to their input.',
    featured: (depth === 18 || depth === 50) && !original,
    build() {
      const b = new NetworkBuilder();
      b.input(3, 224);
      b.add('conv1', 'convBnRelu', { channels: 64, kernel: [7, 7], stride: [2, 2], padding: [3, 3, 3, 3] });
      b.maxPool('maxpool', 3, 2, { padding: 1 });
      for (const [stage, blocks] of stages[depth].entries()) {
        for (let i = 0; i < blocks; i++) {
          const stride = stage > 0 && i === 0 ? 2 : 1;
          const changes = i === 0 && (stage > 0 || deep);
          b.add(`layer${stage + 1}.${i}`, deep ? 'bottleneck' : 'residual', {
            channels: 64 << stage,
            stride: [stride, stride],
            shortcut: changes ? 'projection' : 'identity',
            ...(deep && original ? { strideOn: '1x1' } : {}),
          });
        }
      }
      b.add('avgpool', 'globalAvgPool');
      b.add('fc', 'linear', { features: 1000 });
      b.add('output', 'output');
      return b.design(title, notes);
    },
  };
}

export const resnets: readonly ZooEntry[] = [
  ...([18, 34, 50, 101, 152] as const).map((depth) => resnet(depth, false)),
  ...([50, 101, 152] as const).map((depth) => resnet(depth, true)),
];
