import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWeights } from '../../../shared/formats/checkpoints/read.ts';
import { type ByteSource, bytesSource } from '../../../shared/formats/weights/source.ts';
import { pythonWith } from '../../peers/python.ts';
import { called, checkpoint, dict, integer, list, pickle, tensor, text } from './pickled.ts';

const python = pythonWith('torch');

describe.skipIf(python === undefined)('What torch.save writes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-checkpoints-'));
  const read = (file: string) =>
    readWeights(file, bytesSource(new Uint8Array(readFileSync(join(folder, file)))));
  let expected: Record<string, Record<string, { readonly dims: number[]; readonly values: number[] }>> = {};

  beforeAll(() => {
    execFileSync(python!, ['tests/formats/weights/write_checkpoints.py', folder], { stdio: 'pipe' });
    expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    'plain.pth',
    'legacy.pth',
    'module.pt',
    'wrapped.bin',
    'lightning.ckpt',
    'nested.pth',
    'whole.pth',
    'whole-legacy.pth',
    'script.pt',
  ])('is read as PyTorch reads it: %s', async (file) => {
    const result = await read(file);
    if (!result.ok) throw new Error(result.problems[0]!.message);
    const { tensors } = result.value;
    expect([...tensors.keys()].sort()).toEqual(Object.keys(expected[file]!).sort());
    for (const [name, { dims, values }] of Object.entries(expected[file]!)) {
      const weight = tensors.get(name)!;
      expect(weight.dims, name).toEqual(dims);
      expect([...(await weight.load()).data], name).toEqual(values);
      if (!weight.part) continue;
      const half = values.length >> 1;
      expect([...(await weight.part(half, values.length - half))], name).toEqual(values.slice(half));
    }
  });

  it('says which tensors are the same one', async () => {
    for (const file of ['plain.pth', 'legacy.pth']) {
      const result = await read(file);
      if (!result.ok) throw new Error(result.problems[0]!.message);
      const origin = (name: string) => result.value.tensors.get(name)!.origin;
      expect(origin('shared.a')).toBe(origin('shared.b'));
      expect(origin('float32')).not.toBe(origin('transposed'));
    }
  });

  it.each([
    ['complex.pth', /"b" has elements of "torch.ComplexFloatStorage", which are not read/],
    ['quantised.pth', /a "torch._utils._rebuild_qtensor" where "b.weight" should be a tensor/],
  ])('beyond plain tensors is refused by name: %s', async (file, message) => {
    const result = await read(file);
    expect(result.ok ? 'read' : result.problems[0]!.message).toMatch(message);
  });

  it('is cut off anywhere without more than a line', async () => {
    for (const file of readdirSync(folder).filter((each) => /^(plain|legacy)\.pth$/.test(each))) {
      const whole = new Uint8Array(readFileSync(join(folder, file)));
      for (let length = 0; length < whole.length; length += 61) {
        const result = await readWeights(file, bytesSource(whole.subarray(0, length)));
        expect(result.ok, `${file} at ${length}`).toBe(false);
      }
    }
  });
});

const contiguous = tensor({ sizes: [4, 6], strides: [6, 1] });

describe('A checkpoint', () => {
  const problemOf = async (bytes: Uint8Array): Promise<string> => {
    const result = await readWeights('w.pth', bytesSource(bytes));
    return result.ok ? `read: ${[...result.value.tensors.keys()]}` : result.problems[0]!.message;
  };
  const deep = (levels: number): number[] => {
    let value = contiguous;
    for (let i = 0; i < levels; i++) value = dict({ a: value });
    return value;
  };
  const harm = called('os', 'system', text('touch /tmp/harmed'));

  it.each([
    [
      'with a call beside its weights',
      checkpoint(dict({ state_dict: dict({ a: contiguous }), x: harm })),
      /^read: a$/,
    ],
    [
      'with a call for a weight',
      checkpoint(dict({ a: contiguous, b: harm })),
      /"os.system" where "b" should be/,
    ],
    ['that is a call', checkpoint(harm), /holds no tensors, but a "os.system"/],
    ['without tensors', checkpoint(dict({ a: integer(3), b: list(text('x')) })), /holds no tensors/],
    ['that nests a little', checkpoint(deep(20)), /^read: a\.a/],
    ['that nests without end', checkpoint(deep(200)), /nests too deep/],
    [
      'whose tensor ends outside',
      checkpoint(dict({ a: tensor({ sizes: [5, 6], strides: [6, 1] }) })),
      /lies at 0 to 30 of 24/,
    ],
    [
      'whose tensor starts outside',
      checkpoint(dict({ a: tensor({ offset: 1, sizes: [24], strides: [1] }) })),
      /lies at 1 to 25 of 24/,
    ],
    [
      'whose tensor starts before',
      checkpoint(dict({ a: tensor({ offset: -1, sizes: [2], strides: [1] }) })),
      /does not say where/,
    ],
    [
      'whose tensor strides outside',
      checkpoint(dict({ a: tensor({ sizes: [4], strides: [9] }) })),
      /lies at 0 to 28 of 24/,
    ],
    [
      'whose tensor strides back',
      checkpoint(dict({ a: tensor({ sizes: [4], strides: [-1] }) })),
      /does not say where/,
    ],
    [
      'whose tensor has no end',
      checkpoint(dict({ a: tensor({ sizes: [65_536, 65_536], strides: [0, 0] }) })),
      /says that its shape is/,
    ],
    [
      'whose storage is not there',
      checkpoint(dict({ a: tensor({ key: '7', sizes: [1], strides: [1] }) })),
      /part of the file that is missing/,
    ],
    ['of text', new TextEncoder().encode('<html>not found</html>'), /cannot be read/],
    ['of nothing', new Uint8Array(0), /cannot be read/],
    ['that is a pickle of something else', pickle(text('hello')), /does not start as one/],
  ])('%s', async (_, bytes, message) => {
    expect(await problemOf(bytes)).toMatch(message);
  });

  it('that holds itself ends', async () => {
    // An empty dict, remembered, that gets itself as its only value.
    const bytes = checkpoint([0x7d, 0x71, 0, ...text('a'), 0x68, 0, 0x73]);
    expect(await problemOf(bytes)).toMatch(/nests too deep/);
  });

  it('that doubles itself at every level ends', async () => {
    // Each level is a list of the one before, twice: 2⁴⁰ places to look at.
    const levels = Array.from({ length: 40 }, (_, i) => [
      ...[0x28, 0x68, i, 0x68, i, 0x6c, 0x71, i + 1],
      0x30,
    ]);
    const bytes = checkpoint([0x5d, 0x71, 0, 0x30, ...levels.flat(), 0x68, 40]);
    expect(await problemOf(bytes)).toMatch(/nests too deep/);
  });

  it('is read as far as it is wanted', async () => {
    const whole = checkpoint(dict({ a: contiguous }));
    let bytesRead = 0;
    const source: ByteSource = {
      size: whole.length,
      async read(offset, length) {
        bytesRead += length;
        return whole.subarray(offset, offset + length);
      },
    };
    const result = await readWeights('w.pth', source);
    if (!result.ok) throw new Error(result.problems[0]!.message);
    bytesRead = 0;
    expect([...(await result.value.tensors.get('a')!.part!(7, 2))]).toEqual([7, 8]);
    // The entry's own header, and two elements.
    expect(bytesRead).toBe(30 + 8);
  });
});
