import { NetworkBuilder } from './builder.ts';
import type { ZooEntry } from './define.ts';

/** Growth rate, channels of the stem, layers per dense block: table 1 of the paper. */
const forms = {
  121: [32, 64, [6, 12, 24, 16]],
  161: [48, 96, [6, 12, 36, 24]],
  169: [32, 64, [6, 12, 32, 32]],
  201: [32, 64, [6, 12, 48, 32]],
} as const;

function densenet(depth: keyof typeof forms): ZooEntry {
  const [growth, stem, blocks] = forms[depth];
  const title = `DenseNet-${depth}`;
  return {
    id: `densenet${depth}`,
    title,
    family: 'DenseNet',
    year: 2016,
    source: 'Huang et al. 2016, table 1, as in torchvision',
    summary: 'Every layer sees all before it, so that each needs to add only a few maps.',
    build() {
      const b = new NetworkBuilder();
      b.input(3, 224);
      b.unit('features.conv0', stem, 7, { stride: 2 });
      b.maxPool('features.pool0', 3, 2, { padding: 1 });
      let channels: number = stem;
      for (const [i, repeat] of blocks.entries()) {
        b.add(`features.denseblock${i + 1}`, 'denseLayer', { growth, narrow: 4 * growth, repeat });
        channels += repeat * growth;
        if (i === blocks.length - 1) break;
        channels = Math.floor(channels / 2);
        b.add(`features.transition${i + 1}`, 'transition', { channels });
      }
      b.add('features.norm5', 'batchNorm');
      b.add('features.relu5', 'relu');
      b.classify('classifier');
      return b.design(title, `Growth rate ${growth}.`);
    },
  };
}

export const densenets: readonly ZooEntry[] = ([121, 161, 169, 201] as const).map(densenet);
