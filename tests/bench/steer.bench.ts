import { cpus } from 'node:os';
import { analyze } from '../../shared/analysis/analyze.ts';
import { fitNow } from '../../shared/steer/fit.ts';
import { spaceOf, type Vary } from '../../shared/steer/space.ts';
import { sweeping } from '../../shared/steer/sweep.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

const steps = (from: number, to: number, by: number): readonly number[] =>
  Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, i) => from + i * by);

/** Widths of four stages, depths of four stages, five sizes of the picture: 103,680 variants. */
const vary: readonly Vary[] = [
  { knob: 'stage2.width', values: steps(48, 80, 16) },
  { knob: 'stage3.width', values: steps(64, 192, 32).slice(0, 4) },
  { knob: 'stage4.width', values: steps(128, 384, 64).slice(0, 4) },
  { knob: 'stage5.width', values: steps(384, 640, 128) },
  { knob: 'stage2.depth', values: [2, 3, 4] },
  { knob: 'stage3.depth', values: [3, 4, 5, 6] },
  { knob: 'stage4.depth', values: [4, 5, 6, 7] },
  { knob: 'stage5.depth', values: [2, 3, 4] },
  { knob: 'input', values: [160, 192, 224, 256, 288] },
];

/** How fast variants of ResNet-50 are counted, and how fast an answer under three limits is found. */
export async function bench(args: readonly string[]): Promise<string> {
  const design = zooEntry('resnet50')!.build();
  const space = spaceOf(design, { vary });
  if (!space.ok) throw new Error(space.problems[0]?.message);
  const began = performance.now();
  let variants = 0;
  for (const row of sweeping(space.value)) if (row) variants++;
  const counting = performance.now() - began;

  const answers = Array.from({ length: 5 }, () => {
    const start = performance.now();
    const result = fitNow(design, {
      limits: [
        { quantity: 'macs', atMost: 3_500_000_000 },
        { quantity: 'params', atMost: 22_000_000 },
        { quantity: 'memory', atMost: 9_633_792 },
      ],
    });
    return { ms: performance.now() - start, result };
  });
  const ms = answers.map((each) => each.ms).sort((a, b) => a - b)[2]!;
  const { result } = answers[0]!;
  if (result.kind !== 'found') throw new Error(`Nothing was ${result.kind}.`);

  const alone = performance.now();
  for (let i = 0; i < 50; i++) analyze(design);
  const analysis = (performance.now() - alone) / 50;

  const rows = [
    ['Variants counted (widths × depths × size)', variants.toLocaleString('en-US')],
    ['Seconds for all of them, one thread', (counting / 1000).toFixed(2)],
    ['Microseconds for one', ((1000 * counting) / variants).toFixed(1)],
    ['Microseconds for one analysis from nothing', (1000 * analysis).toFixed(0)],
    ['Seconds for answers under three limits (median of 5)', (ms / 1000).toFixed(2)],
    ['Those answers are', result.isProven ? 'proven best' : 'best found'],
    ['Variants in that space', result.space.toLocaleString('en-US')],
    ['Variants looked at', result.evaluated.toLocaleString('en-US')],
  ] as const;
  if (args.includes('--json')) return JSON.stringify(Object.fromEntries(rows), undefined, 2);
  return [
    '## Steering ResNet-50',
    '',
    `${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}.`,
    '',
    '| | |',
    '|---|---:|',
    ...rows.map(([what, value]) => `| ${what} | ${value} |`),
    '',
  ].join('\n');
}
