import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import { afterEach, describe, expect, it } from 'vitest';
import { main } from '../../cli/main.ts';
import { analyze } from '../../shared/analysis/analyze.ts';
import { openDesign } from '../../shared/index.ts';

interface Ran {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

async function run(...args: readonly string[]): Promise<Ran> {
  const said = { out: '', err: '' };
  const before = process.exitCode;
  process.exitCode = 0;
  await main(args, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    colours: pc.createColors(false),
    showsProgress: false,
  });
  const code = Number(process.exitCode);
  process.exitCode = before;
  return { ...said, code };
}

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

describe('fit', () => {
  it('writes a design that keeps every limit, and says by how much it differs', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'netwright-fit-'));
    folders.push(folder);
    const file = join(folder, 'out.netwright.json');
    const { out, code } = await run(
      ...['fit', 'zoo:resnet50', '--macs', '4G', '--params', '25M', '--keep', 'conv1', '--top', '3'],
      ...[
        '--vary',
        'stage3.width=64..256:8',
        '--vary',
        'stage4.width=128..256:16',
        '--vary',
        'input=160..288:32',
      ],
      ...['-o', file, '--format', 'json'],
    );
    expect(code).toBe(0);
    const told = JSON.parse(out);
    // Torchvision's figures of what it starts from.
    expect(told.original).toMatchObject({ macs: 4_089_184_256, params: 25_557_032, memory: 9_633_792 });
    expect(told.proven).toBe(true);
    expect(told.answers).toHaveLength(3);
    for (const answer of told.answers) {
      expect(answer.macs).toBeLessThanOrEqual(4e9);
      expect(answer.params).toBeLessThanOrEqual(25e6);
      expect(answer.difference.macs).toBe(answer.macs - 4_089_184_256);
    }
    const written = openDesign(await readFile(file, 'utf8'));
    const { totals, problems } = analyze(written);
    expect(problems).toEqual([]);
    expect({ macs: totals.macs, params: totals.params }).toEqual({
      macs: told.answers[0].macs,
      params: told.answers[0].params,
    });
  });

  it('keeps a limit on the peak of a batch, and tells the largest batch of each answer', async () => {
    const peak = 3 * 256 * 56 * 56 * 4;
    const args = ['fit', 'zoo:resnet50', '--vary', 'input=112..224:56', '--batch', '8', '--format', 'json'];
    const { out } = await run(...args, '--memory', String(8 * peak), '--largest-batch', '16GiB');
    expect(JSON.parse(out)).toMatchObject({
      original: { memory: 8 * peak },
      answers: [{ turned: [], largestBatch: { training: 55, running: 1772 } }, {}, {}],
    });
    const less = await run(...args, '--memory', String(8 * peak - 1));
    expect(JSON.parse(less.out).answers[0].turned).toEqual([{ knob: 'input', before: 224, after: 168 }]);
  });

  it('says what binds where there is no design, and which lock to open', async () => {
    const { out, code } = await run(
      'fit',
      'zoo:resnet50',
      '--params',
      '10M',
      '--vary',
      'stage3.width=64..128:8',
    );
    expect(code).toBe(1);
    expect(out).toContain('What binds: at most 10,000,000 parameters');
    expect(out).toContain('stage3.width 128 → 64');
    expect(out).toMatch(/Would help.*width/);
  });

  it.each([
    [['fit', 'zoo:resnet50', '--macs', '4.1X'], 'It must be a number'],
    [['fit', 'zoo:resnet50'], 'Give a limit'],
    [['fit', 'zoo:resnet50', '--macs', '4G', '--vary', 'stage9.width=1..2:1'], 'There are input (224)'],
    [['fit', 'zoo:resnet50', '--macs', '4G', '--vary', 'input=288..160:32'], 'is empty'],
    [['fit', 'zoo:resnet50', '--macs', '4G', '--vary', 'input=a..b'], 'It must be KNOB=LOW..HIGH:STEP'],
    [
      ['fit', 'zoo:resnet50', '--macs', '5G..4G'],
      'no design with at least 5,000,000,000 and at most 4,000,000,000',
    ],
    [['fit', 'zoo:resnet50', '--macs', '>=5G', '--macs', '4G'], 'It is given twice'],
    [['sweep', 'zoo:resnet18', '--vary', 'input=224', '--pareto', 'macs,macs'], '"macs" is named twice'],
    [['fit', 'zoo:resnet50', '--wish', 'largest:beauty'], 'quantities are macs'],
    [['sweep', 'zoo:resnet50', '--vary', 'input', '--pareto', 'macs,speed'], '"speed" is none of'],
  ])('%s is refused in one line', async (args, message) => {
    const { err, code } = await run(...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe('sweep', () => {
  it('counts widths of VGG-16 as its relatives are published', async () => {
    const { out } = await run(
      ...['sweep', 'zoo:vgg16', '--vary', 'stage3.depth=2..4:1', '--vary', 'stage4.depth=2..4:1'],
      ...['--vary', 'stage5.depth=2..4:1', '--format', 'ndjson'],
    );
    const rows = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).toHaveLength(27);
    const of = (depth: number) =>
      rows.find((row) => [3, 4, 5].every((stage) => row[`stage${stage}.depth`] === depth));
    // Simonyan and Zisserman's B, D and E, in torchvision's figures: 13, 16 and 19 layers.
    expect(of(2)).toMatchObject({ params: 133_047_848, macs: 11_308_466_176, depth: 13 });
    expect(of(3)).toMatchObject({ params: 138_357_544, macs: 15_470_264_320, depth: 16 });
    expect(of(4)).toMatchObject({ params: 143_667_240, macs: 19_632_062_464, depth: 19 });
  });

  it('counts depths of ResNet-50 as its deeper relatives are published', async () => {
    const { out } = await run(
      ...[
        'sweep',
        'zoo:resnet50',
        '--vary',
        'stage3.depth=4,8',
        '--vary',
        'stage4.depth=6,23,36',
        '--format',
        'csv',
      ],
    );
    const lines = out
      .trim()
      .split('\r\n')
      .map((line) => line.split(','));
    const paramsAt = (third: string, fourth: string) =>
      lines.find(([a, b]) => a === third && b === fourth)?.[lines[0]!.indexOf('params')];
    expect(paramsAt('4', '23')).toBe('44549160');
    expect(paramsAt('8', '36')).toBe('60192808');
  });

  it('draws a scatter with the front', async () => {
    const { out } = await run('sweep', 'zoo:alexnet', '--vary', 'width=0.5,1,1.5', '--format', 'svg');
    expect(out).toMatch(/^<svg /);
    expect(out).toContain('width 1.5');
  });
});

describe('diff', () => {
  it('is written as Markdown and as a picture', async () => {
    const markdown = await run('diff', 'zoo:vgg16', 'zoo:vgg16_bn', '--format', 'markdown');
    expect(markdown.out).toContain('| + | bn1\\_1 | +128 |');
    const picture = await run('diff', 'zoo:vgg16', 'zoo:vgg16_bn', '--format', 'svg');
    expect(picture.out).toMatch(/^<svg /);
    expect(picture.out).toContain('+8,448 parameters');
  });
});

it('summary tells what a layer sees and its multiply-adds for each byte', async () => {
  const { out } = await run('summary', 'zoo:vgg16', '--format', 'json');
  const { layers } = JSON.parse(out);
  const of = (id: string) => layers.find((layer: { id: string }) => layer.id === id);
  // Two 3×3 see 5×5, as the lecture says; the whole of VGG-16's convolutions and pools 212 (Araujo et al. 2019).
  expect(of('conv1_2').receptiveField).toEqual([5, 5]);
  expect(of('pool5').receptiveField).toEqual([212, 212]);
  expect(of('fc8').receptiveField).toEqual(['all', 'all']);
  // 64·64·9 weights and 64 biases, 64·224² in and out, 1,849,688,064 multiply-adds.
  expect(of('conv1_2').macsPerByte).toBeCloseTo(1_849_688_064 / (4 * (36_928 + 2 * 64 * 224 * 224)), 6);
});
