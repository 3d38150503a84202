import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyModel } from '../formats/onnx/tiny-model.ts';
import { hdf5File } from '../formats/weights/keras-files.ts';
import { type BuiltCommand, buildForTest } from './built-command.ts';

let command: BuiltCommand;
const write = (name: string, content: string | Uint8Array) => writeFile(join(command.folder, name), content);

/** A `.npy` of ones. */
function ones(dims: readonly number[]): Uint8Array {
  const shape = `(${dims.join(', ')}${dims.length === 1 ? ',' : ''})`;
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117);
  const data = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => 1);
  const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length + 1, 0]);
  return Buffer.concat([start, Buffer.from(`${header}\n`, 'latin1'), Buffer.from(data.buffer)]);
}

const weights = { w: { dims: [4, 3, 3, 3], data: Array.from({ length: 108 }, () => 1) } };
const open = tinyModel({
  inputs: { x: { dims: ['N', 3, 'H', 'W'] } },
  outputs: { y: { dims: null } },
  nodes: [{ op: 'Conv', inputs: ['x', 'w'], outputs: ['y'] }],
  weights,
});
const two = tinyModel({
  inputs: { a: { dims: ['N', 2, '', ''] }, b: { dims: null } },
  outputs: { sum: { dims: null }, product: { dims: null } },
  nodes: [
    { op: 'Add', inputs: ['a', 'b'], outputs: ['sum'] },
    { op: 'Mul', inputs: ['a', 'b'], outputs: ['product'] },
  ],
});

beforeAll(async () => {
  command = await buildForTest();
  await write('open.onnx', open);
  await write('two.onnx', two);
  await write('x.npy', ones([1, 3, 5, 6]));
  await write('a.npy', ones([1, 2, 2, 2]));
});
afterAll(() => command.remove());

describe('a model whose input has open axes', () => {
  it('says which, and what to type', async () => {
    const { code, stderr } = await command.here.run(['summary', 'open.onnx']);
    expect(code).toBe(2);
    expect(stderr).toContain('axis 2 (H)');
    expect(stderr).toContain('--shape x=3,224,224');
  });

  it('tells what was left out of it, and goes on', async () => {
    const unread = tinyModel({
      inputs: { x: { dims: [1, 3, 6, 6] } },
      outputs: { y: { dims: null } },
      nodes: [
        { op: 'Conv', inputs: ['x', 'w'], outputs: ['y'] },
        { op: 'NeverHeardOf', inputs: ['x'], outputs: ['nobody'] },
      ],
      weights,
    });
    await write('unread.onnx', unread);
    const { code, stdout, stderr } = await command.here.run(['summary', 'unread.onnx', '--format', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).totals.params).toBe(108);
    expect(stderr).toContain('unread.onnx: Nothing reads what NeverHeardOf "nobody" gives; it was left out.');
  });

  // A 3×3 convolution of 3 into 4 channels over 4×4 positions.
  it.each([['3,6,6'], ['x=3,6,6'], ['1,3,6,6']])('opens with --shape %s', async (shape) => {
    const { totals } = JSON.parse(
      (await command.here.run(['summary', 'open.onnx', '--shape', shape, '--format', 'json'])).stdout,
    );
    expect(totals.macs).toBe(4 * 4 * 4 * 27);
    expect(totals.params).toBe(108);
  });

  it.each([
    ['summary', 'open.onnx', '--input', '3,6,6'],
    ['plan', 'open.onnx', '--shape', '3,6,6'],
    ['lint', 'open.onnx', '--shape', '3,6,6', '--max-warnings', '99'],
    ['check', 'open.onnx', '--shape', '3,6,6', '--macs', '1M'],
    ['diff', 'open.onnx', 'open.onnx', '--shape', '3,6,6'],
    ['convert', 'open.onnx', 'open.json', '--shape', '3,6,6'],
    ['draw', 'open.onnx', '-o', 'open.svg', '--shape', '3,6,6'],
    ['run', 'open.onnx', '--shape', '3,5,6', '--input', 'x.npy'],
  ])('serves %s', async (...args) => {
    // Those that compute are processes, for kernels are only there.
    const { run } = ['run', 'plan'].includes(args[0]!) ? command : command.here;
    const { code, stderr } = await run(args);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  it('runs at the shape of what is fed', async () => {
    const { code } = await command.here.run(['run', 'open.onnx', '--input', 'x.npy', '--output', 'y.json']);
    expect(code).toBe(0);
    const { y, ...others } = JSON.parse(await readFile(join(command.folder, 'y.json'), 'utf8'));
    const [only] = y ? [y] : Object.values<{ dims: number[]; data: number[] }>(others);
    expect(only!.dims).toEqual([1, 4, 3, 4]);
    expect(new Set(only!.data)).toEqual(new Set([27]));
  });

  it.each([
    ['y=3,6,6', '--shape x='],
    ['3,0,6', 'positive whole numbers'],
  ])('refuses --shape %s', async (shape, reason) => {
    const { code, stderr } = await command.here.run(['summary', 'open.onnx', '--shape', shape]);
    expect(code).toBe(2);
    expect(stderr).toContain(reason);
  });
});

describe('a model of two inputs and two outputs', () => {
  it('is fed each by its name, and all that it gives is told', async () => {
    const args = ['run', 'two.onnx', '--input', 'a=a.npy', '--input', 'b=a.npy'];
    const { code, stdout, stderr } = await command.here.run(args);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/sum\S* 1×2×2×2, product\S* 1×2×2×2/);
  });

  it.each([
    [['--input', 'a=a.npy'], '"b"'],
    [['--input', 'a=a.npy', '--input', 'c=a.npy'], '"b"'],
  ])('is not run without one of them: %j', async (args, named) => {
    const { code, stderr } = await command.here.run(['run', 'two.onnx', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(named);
  });
});

describe('files of other programs', () => {
  it.each(['.pth', '.tflite', '.pb', '.prototxt', '.cfg', '.mlmodel', '.safetensors'])(
    '%s: what it is and how to get an ONNX, in one line',
    async (ending) => {
      await write(`model${ending}`, 'not read');
      const { code, stderr } = await command.here.run(['summary', `model${ending}`]);
      expect(code).toBe(2);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(stderr).toMatch(/This is .*\. .*Get an ONNX of it: \S.*onnx/);
    },
  );
});

describe('a model in HDF5', () => {
  it('is in memory as a whole while it is read: the plan says so', async () => {
    const named = { name: 'fc', units: 20, activation: 'linear', use_bias: false };
    const layers = [
      { class_name: 'InputLayer', config: { name: 'input', batch_input_shape: [null, 30] } },
      { class_name: 'Dense', config: named },
    ];
    const kernel = { dims: [30, 20], data: new Float32Array(600).fill(1) };
    const config = JSON.stringify({ class_name: 'Sequential', config: { name: 'net', layers } });
    const bytes = await hdf5File({ 'model_weights/fc/fc/kernel:0': kernel }, { model_config: config });
    await write('fc.h5', bytes);
    const { stdout } = await command.here.run(['plan', 'fc.h5', '--format', 'json']);
    const { kernelBytes, threadBytes, readingBytes, totalBytes } = JSON.parse(stdout).memory;
    expect(readingBytes).toBeGreaterThanOrEqual(bytes.length + 2400);
    expect(totalBytes).toBe(kernelBytes + threadBytes + readingBytes);
    const told = (await command.here.run(['plan', 'fc.h5'])).stdout;
    expect(told).toContain('The file, which is read whole');
    expect((await command.here.run(['plan', 'open.onnx', '--shape', '3,6,6'])).stdout).not.toContain(
      'read whole',
    );
  });
});

describe('weights in a file that is not there', () => {
  it.each([
    ['run', 'away.onnx', '--input', 'x.npy'],
    ['convert', 'away.onnx', 'new.onnx'],
  ])('%s refuses plainly, naming the file', async (...args) => {
    await write('away.onnx', external);
    const { code, stderr } = await command.here.run(args);
    expect(code).toBe(2);
    expect(stderr).toContain('"weights.bin"');
    expect(stderr).not.toContain('fault of the program');
  });
});

const external = tinyModel({
  inputs: { x: { dims: [1, 3, 5, 6] } },
  outputs: { y: { dims: null } },
  nodes: [{ op: 'Conv', inputs: ['x', 'w'], outputs: ['y'] }],
  weights: { w: { ...weights.w, external: 'weights.bin' } },
});
