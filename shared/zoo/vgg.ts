import { NetworkBuilder } from './builder.ts';
import type { ZooEntry } from './define.ts';

/** Convolutions per stage; a stage of C channels ends in a pool, after which channels double up to 512. */
const stages = {
  11: [1, 1, 2, 2, 2],
  13: [2, 2, 2, 2, 2],
  16: [2, 2, 3, 3, 3],
  19: [2, 2, 4, 4, 4],
} as const;
type Depth = keyof typeof stages;

const letters: Readonly<Record<Depth, string>> = { 11: 'A', 13: 'B', 16: 'D', 19: 'E' };

function vgg(depth: Depth, batchNorm: boolean): ZooEntry {
  const title = `VGG-${depth}${batchNorm ? ' BN' : ''}`;
  return {
    id: `vgg${depth}${batchNorm ? '_bn' : ''}`,
    ...(batchNorm ? { aliases: [`vgg${depth}-bn`] } : {}),
    title,
    family: 'VGG',
    year: 2014,
    source: `Simonyan and Zisserman 2014, configuration ${letters[depth]}, as in torchvision${batchNorm ? ', with batch norm' : ''}`,
    summary: 'Design rules instead of trial and error: 3×3 convolutions, 2×2 pools, channels that double.',
    featured: depth === 16 && !batchNorm,
    build() {
      const b = new NetworkBuilder();
      b.input(3, 224);
      for (const [stage, convolutions] of stages[depth].entries()) {
        for (let i = 1; i <= convolutions; i++) {
          const name = `${stage + 1}_${i}`;
          b.conv(`conv${name}`, Math.min(512, 64 << stage), 3, { padding: 1 });
          if (batchNorm) {
            b.add(`bn${name}`, 'batchNorm');
            b.silence(
              `conv${name}`,
              'redundant-bias-before-bn',
              'The published weights have it: torchvision leaves the bias of nn.Conv2d on before nn.BatchNorm2d.',
            );
          }
          b.add(`relu${name}`, 'relu');
        }
        b.maxPool(`pool${stage + 1}`, 2, 2);
      }
      b.add('flatten', 'flatten');
      for (const name of [6, 7]) {
        b.add(`fc${name}`, 'linear', { features: 4096 });
        b.add(`relu${name}`, 'relu');
        b.add(`drop${name}`, 'dropout', { rate: 0.5 });
      }
      b.add('fc8', 'linear', { features: 1000 });
      b.add('output', 'output');
      return b.design(title, `Configuration ${letters[depth]} of Simonyan and Zisserman 2014.`);
    },
  };
}

export const vggs: readonly ZooEntry[] = [false, true].flatMap((batchNorm) =>
  ([11, 13, 16, 19] as const).map((depth) => vgg(depth, batchNorm)),
);
