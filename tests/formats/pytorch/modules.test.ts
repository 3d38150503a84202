import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportPyTorch } from '../../../shared/formats/pytorch/export.ts';
import type { Design } from '../../../shared/graph/design.ts';
import { NetworkBuilder } from '../../../shared/zoo/builder.ts';
import { zooEntry } from '../../../shared/zoo/index.ts';
import { largestError } from '../../conformance/reference-data.ts';
import { pythonWith } from '../../peers/python.ts';
import {
  type CodeCase,
  codeCase,
  judge,
  judgedOutput,
  numberedBlocks,
  otherDesigns,
  ownOutput,
  randomCases,
  type Verdicts,
  writeModule,
} from '../code/judge.ts';
import { networkOf, randomNetwork } from '../random-network.ts';
import { lightest, small } from '../small.ts';

const python = pythonWith('torch');

/** PyTorch refuses to normalise an instance of one position; the next design that has none is taken. */
function trainable(seed: number): Design {
  for (let at = seed; ; at += randomCases.length) {
    const design = randomNetwork(at);
    const refused = networkOf(design).steps.some(
      ({ kind, inputDims }) =>
        (kind === 'instanceNorm' || kind === 'groupNorm') &&
        inputDims[0]!.slice(2).reduce((count, extent) => count * extent, 1) === 1,
    );
    if (!refused) return design;
  }
}

const fileName = (id: string): string => id.replace(/\W/g, '_');
const zooCases = lightest.map(({ id }) => fileName(id));
const others = otherDesigns(trainable);

describe.skipIf(python === undefined)('exported PyTorch modules, run by PyTorch', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-pytorch-'));
  const cases = new Map<string, CodeCase>();
  let results: Verdicts = {};

  beforeAll(() => {
    for (const { id, build } of lightest) cases.set(fileName(id), codeCase(id, small(build())));
    for (const [seed, name] of randomCases.entries()) cases.set(name, codeCase(name, trainable(seed)));
    for (const [name, build] of Object.entries(others)) cases.set(name, codeCase(name, build()));
    const written = [...cases].map(([name, each]) => {
      const module = exportPyTorch(each.design);
      if (!module.ok) throw new Error(module.problems.map(({ message }) => message).join('\n'));
      return writeModule(folder, name, each, module.value);
    });
    results = judge(python!, 'tests/formats/pytorch/run_modules.py', folder, written);
  }, 300_000);

  afterAll(() => {
    if (!process.env.KEEP) rmSync(folder, { recursive: true });
    else console.log(folder);
  });

  test.each([...zooCases, ...randomCases, ...Object.keys(others)])('%s gives our outputs', async (name) => {
    expect(results[name]!.error).toBeUndefined();
    const got = await ownOutput(cases.get(name)!);
    expect(results[name]!.dims).toEqual([...got.dims]);
    expect(largestError(got.data, judgedOutput(folder, name))).toBeLessThan(1e-4);
  });
});

/** `self.name = …` of a design's network, by name: the class or the module that it is made of. */
function membersOf(design: Design): Readonly<Record<string, string>> {
  const module = exportPyTorch(design);
  if (!module.ok) throw new Error(module.problems[0]!.message);
  const network = module.value.code
    .slice(module.value.code.indexOf(`class ${module.value.className}(`))
    .split('\n\n\n')[0]!;
  return Object.fromEntries(
    [...network.matchAll(/^ {8}self\.(\w+) = ([\s\S]*?)(?=\n {8}self\.|\n\n)/gm)].map(([, name, made]) => [
      name!,
      made!.replace(/\s+/g, ' ').replace(/[({] | [)}]|, [)}]/g, (text) => text.replace(/[ ,]/g, '')),
    ]),
  );
}

describe('what follows one another under one name is nn.Sequential', () => {
  test('numbered stages, as torchvision writes them', () => {
    expect(membersOf(zooEntry('resnet18')!.build())).toMatchObject({
      layer1: 'nn.Sequential(*[Residual(64) for _ in range(2)])',
      layer2: 'nn.Sequential(ResidualDownsample(64, 128), Residual(128))',
    });
  });
  test('equal blocks with numbers, as long as the channels stay', () => {
    expect(Object.keys(membersOf(numberedBlocks()))).toEqual(['stage1', 'stage2']);
    expect(membersOf(numberedBlocks()).stage1).toBe('nn.Sequential(*[Residual(4) for _ in range(2)])');
  });
  test('the layers of a branch', () => {
    const b = new NetworkBuilder();
    b.input(3, 32);
    b.conv('stem.conv', 32, 3, { stride: 2, padding: 1, bias: false });
    b.add('stem.bn', 'batchNorm');
    b.add('stem.relu6', 'clip', { min: 0, max: 6 });
    b.add('output', 'output');
    const { stem } = membersOf(b.design('Branch', ''));
    expect(stem).toBe(
      'nn.Sequential(OrderedDict(conv=nn.Conv2d(3, 32, kernel_size=3, stride=2, padding=1, bias=False), bn=nn.BatchNorm2d(32), relu6=nn.ReLU6()))',
    );
  });
  test('what is read in between is called one by one', () => {
    const b = new NetworkBuilder();
    b.input(3, 32);
    b.conv('fire2.squeeze', 4, 1);
    const narrow = b.add('fire2.squeeze_relu', 'relu');
    b.conv('fire2.expand1x1', 4, 1, { from: narrow });
    const one = b.add('fire2.expand1x1_relu', 'relu');
    b.conv('fire2.expand3x3', 4, 3, { padding: 1, from: narrow });
    b.add('fire2.expand3x3_relu', 'relu');
    b.add('fire2.concat', 'concat', {}, one, 'fire2.expand3x3_relu');
    b.add('output', 'output');
    expect(membersOf(b.design('Fire', '')).fire2).toMatch(/^nn\.ModuleDict\(\{"squeeze": nn\.Conv2d/);
  });
  test('no line is longer than a page is wide', () => {
    for (const id of ['googlenet', 'resnet50', 'vgg16', 'mobilenet_v2']) {
      const module = exportPyTorch(zooEntry(id)!.build());
      expect(module.ok && module.value.code.split('\n').filter((line) => line.length > 100)).toEqual([]);
    }
  });
});
