import { NetworkBuilder } from './builder.ts';
import type { ZooEntry } from './define.ts';

type Part = 'pool' | readonly [squeeze: number, expand: number];

const early: readonly Part[] = [
  [16, 64],
  [16, 64],
];
const middle: readonly Part[] = [
  [32, 128],
  [32, 128],
];
const late: readonly Part[] = [
  [48, 192],
  [48, 192],
  [64, 256],
  [64, 256],
];

/** What follows the first pool: 1.1 pools earlier, which is what makes it cheaper. */
const versions = {
  '1_0': {
    stem: [96, 7],
    parts: [...early, middle[0]!, 'pool', middle[1]!, ...late.slice(0, 3), 'pool', late[3]!],
    notes: 'As published.',
  },
  '1_1': {
    stem: [64, 3],
    parts: [...early, 'pool', ...middle, 'pool', ...late],
    notes: 'Fire modules: squeeze by 1×1, expand by 1×1 and 3×3.',
  },
} as const satisfies Record<
  string,
  { stem: readonly [number, number]; parts: readonly Part[]; notes: string }
>;

function squeezenet(version: keyof typeof versions): ZooEntry {
  const title = `SqueezeNet ${version.replace('_', '.')}`;
  const { stem, parts, notes } = versions[version];
  return {
    id: `squeezenet${version}`,
    title,
    family: 'SqueezeNet',
    year: 2016,
    source: `Iandola et al. 2016, version ${version.replace('_', '.')}, as in torchvision`,
    summary: "AlexNet's accuracy with fifty times fewer parameters.",
    build() {
      const b = new NetworkBuilder();
      const pool = (id: string) => b.maxPool(id, 3, 2, { ceilMode: true });
      b.input(3, 224);
      b.conv('features.0', stem[0], stem[1], { stride: 2 });
      b.silence(
        'features.0',
        'pixels-dropped-by-stride',
        `Published without padding: of 224 rows and columns the last is not read, since (224 − ${stem[1]}) mod 2 = 1.`,
      );
      b.add('features.1', 'relu');
      pool('features.2');
      for (const [i, part] of parts.entries()) {
        const id = `features.${i + 3}`;
        if (part === 'pool') pool(id);
        else b.add(id, 'fire', { squeeze: part[0], expand1: part[1], expand3: part[1] });
      }
      b.add('classifier.0', 'dropout', { rate: 0.5 });
      b.conv('classifier.1', 1000, 1);
      b.add('classifier.2', 'relu');
      b.add('avgpool', 'globalAvgPool');
      b.add('output', 'output');
      return b.design(title, notes);
    },
  };
}

export const squeezenets: readonly ZooEntry[] = (['1_0', '1_1'] as const).map(squeezenet);
