import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { Tensor } from '../../../shared/base/tensor.ts';
import { importTorchScript } from '../../../shared/formats/torchscript/open.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import { loadWeights } from '../../../shared/formats/weights/store.ts';
import { DesignSession } from '../../../shared/runtime/session.ts';
import { registerCpu } from '../../conformance/backends.ts';
import { largestError } from '../../conformance/reference-data.ts';
import { Dice, textMutations } from '../../fuzz/mutate.ts';
import { pythonWith } from '../../peers/python.ts';
import { thoroughness } from '../../thorough.ts';
import { checkpoint, dict, tensor } from '../weights/pickled.ts';

const python = pythonWith('torch', 'torchvision');

const few = [
  'traced:twice',
  'scripted:functional',
  'traced:functional',
  'scripted:kept',
  'scripted:meeting',
  'traced:meeting',
  'traced:shufflenet_v2_x0_5',
];
const more = [
  'resnet18',
  'resnet50',
  'mobilenet_v2',
  'mobilenet_v3_small',
  'squeezenet1_1',
  'densenet121',
  'efficientnet_b0',
  'mnasnet0_5',
  'regnet_y_400mf',
  'convnext_tiny',
].flatMap((name) => [`traced:${name}`, ...(name.startsWith('resnet') ? [`scripted:${name}`] : [])]);
const models = thoroughness > 0 ? [...few, ...more] : few;

describe.skipIf(python === undefined)('A TorchScript archive', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-scripts-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeAll(async () => {
    await registerCpu();
    execFileSync(python!, ['tests/formats/torchscript/write_scripts.py', folder, ...models], {
      stdio: 'ignore',
    });
  });

  it.each(models)('%s computes what it computed', async (name) => {
    const place = join(folder, name.replace(':', '-'));
    const read = await importTorchScript(bytesSource(new Uint8Array(readFileSync(`${place}.pt`))), {
      shapeFor: () => [3, 64, 64],
    });
    if (!read.ok) throw new Error(read.problems.map(({ message, hint }) => `${message} ${hint}`).join('\n'));
    const { design, weights } = read.value;
    const { parameters } = JSON.parse(readFileSync(`${place}.json`, 'utf8')) as { parameters: number };
    const analysis = analyze(design);
    expect(analysis.totals.params).toBe(parameters);
    // Three residual blocks in a row.
    if (name === 'scripted:kept') expect(design.nodes['stages.0']?.params.repeat).toBe(3);
    // Three steps, each of which takes what the one before gives and what the first one took beside.
    if (name.endsWith(':meeting'))
      expect(design.nodes['steps.0']?.params).toMatchObject({ block: 'Step', repeat: 3 });
    const floats = (file: string) => {
      const { buffer, byteOffset, length } = readFileSync(file);
      return new Float32Array(buffer.slice(byteOffset, byteOffset + length));
    };
    const expected = floats(`${place}.y`);
    const session = await DesignSession.create(design, {
      backend: 'cpu',
      weights: await loadWeights(weights),
    });
    const x = new Tensor('float32', floats(`${place}.x`), [1, 3, 64, 64]);
    const { output } = await session.run({ [session.inputNames[0]!]: x });
    await session.release();
    expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(1e-3);
    expect(largestError(output!.data, expected)).toBeLessThan(1e-4);
  });

  it('is opened, or refused with a reason, whatever is damaged in its code', async () => {
    const files = unzipSync(new Uint8Array(readFileSync(join(folder, 'traced-twice.pt'))));
    const names = Object.keys(files).filter((name) => /\.py$|data\.pkl$/.test(name));
    const outcomes = new Set<string>();
    for (let nth = 0; nth < 200; nth++) {
      const dice = new Dice(nth);
      const name = dice.one(names);
      const damaged = dice.one(textMutations)(dice, files[name]!, files[dice.one(names)]!);
      const file = zipSync({ ...files, [name]: damaged }, { level: 0 });
      const read = await importTorchScript(bytesSource(file), { shapeFor: () => [3, 64, 64] });
      outcomes.add(read.ok ? 'opened' : read.problems[0]!.code);
    }
    expect([...outcomes]).toEqual(expect.arrayContaining(['opened', 'script-wrong', 'pickle-wrong']));
  });

  /** Code in the place of a flattening, which is given 3 channels of 1×1. */
  it.each([
    [
      'loops in loops over nothing',
      ['for i in range(1000000):', '  for j in range(1000000):', '    y = i'],
      'too-long',
    ],
    ['lists without an end', ['for i in range(300):', '  y = range(100000)'], 'too-long'],
    [
      'more layers than anybody has',
      [
        'x = torch.reshape(torch.upsample_nearest2d(input, [512, 512]), [1, 786432])',
        'y = torch.split(x, 1, 1)',
      ],
      'too-many',
    ],
    ['parts of no size', ['y = torch.split(input, 0, 1)'], 'argument-unsupported'],
    ['less than one part', ['y = torch.chunk(input, -1, 1)'], 'argument-unsupported'],
    ['parts of a part', ['y = torch.split(input, 0.000001, 1)'], 'argument-unsupported'],
  ])('that asks for %s is refused', async (_, lines, code) => {
    const files = unzipSync(new Uint8Array(readFileSync(join(folder, 'traced-twice.pt'))));
    const [name] = Object.keys(files).filter((each) => each.endsWith('modules/flatten.py'));
    const text = new TextDecoder().decode(files[name!]);
    const harmful = text.replace('    return', `${lines.map((line) => `    ${line}\n`).join('')}    return`);
    expect(harmful).not.toBe(text);
    const file = zipSync({ ...files, [name!]: new TextEncoder().encode(harmful) }, { level: 0 });
    const read = await importTorchScript(bytesSource(file), { shapeFor: () => [3, 64, 64] });
    expect(read.ok ? '' : read.problems[0]!.code).toBe(code);
  });

  it.each([
    ['a detector, which is told', 'List[Tensor]', 'input-no-tensor'],
    ['what takes a tensor', 'Tensor', ''],
  ])('of %s', async (_, type, code) => {
    const files = unzipSync(new Uint8Array(readFileSync(join(folder, 'scripted-functional.pt'))));
    const [name] = Object.keys(files).filter((each) => /code\/__torch__(\/__main__)?\.py$/.test(each));
    const text = new TextDecoder().decode(files[name!]);
    const changed = text.replace(/(\n {4}x: )Tensor/, `$1${type}`);
    if (type !== 'Tensor') expect(changed).not.toBe(text);
    const file = zipSync({ ...files, [name!]: new TextEncoder().encode(changed) }, { level: 0 });
    const read = await importTorchScript(bytesSource(file), { shapeFor: () => [3, 64, 64] });
    expect(read.ok ? '' : read.problems[0]!.code).toBe(code);
  });

  it('asks for the shape of its input, which it does not keep', async () => {
    const file = new Uint8Array(readFileSync(join(folder, 'traced-twice.pt')));
    const read = await importTorchScript(bytesSource(file));
    expect(read.ok ? '' : read.problems[0]!.message).toBe(
      'The input "x" has no shape: TorchScript does not keep it.',
    );
  });
});

it('A checkpoint without code is told as weights alone', async () => {
  const file = checkpoint(dict({ 'conv.bias': tensor({ sizes: [4], strides: [1] }) }));
  const read = await importTorchScript(bytesSource(file));
  expect(read.ok ? '' : read.problems[0]!.code).toBe('no-script');
});
