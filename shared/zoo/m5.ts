import { NetworkBuilder } from './builder.ts';
import type { ZooEntry } from './define.ts';

export const m5: ZooEntry = {
  id: 'm5',
  title: 'M5 (raw sound)',
  family: 'M5',
  year: 2016,
  source: 'Dai et al. 2016, as in the tutorial of torchaudio: 35 words, a second of sound at 8 kHz',
  summary: 'Four convolutions along the raw wave form that tell spoken words apart.',
  build() {
    const b = new NetworkBuilder();
    b.add('input', 'input', { shape: [1, 8000] });
    for (const [i, [channels, kernel, stride]] of (
      [
        [32, 80, 16],
        [32, 3, 1],
        [64, 3, 1],
        [64, 3, 1],
      ] as const
    ).entries()) {
      b.add(`conv${i + 1}`, 'conv1d', { channels, kernel, stride });
      b.add(`bn${i + 1}`, 'batchNorm');
      b.add(`relu${i + 1}`, 'relu');
      b.add(`pool${i + 1}`, 'maxPool1d', { kernel: 4, stride: 4 });
    }
    b.add('gap', 'globalAvgPool1d');
    b.add('fc1', 'linear', { features: 35 });
    b.add('prob', 'logSoftmax');
    b.add('output', 'output');
    return b.design('M5', 'Spoken words, from a second of sound.');
  },
};
