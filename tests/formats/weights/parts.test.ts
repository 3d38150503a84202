import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readWeights } from '../../../shared/formats/checkpoints/read.ts';
import { importOnnx } from '../../../shared/formats/onnx/import.ts';
import { type ByteSource, bytesSource } from '../../../shared/formats/weights/source.ts';
import type { LazyWeight } from '../../../shared/formats/weights/store.ts';
import { reshaped } from '../../../shared/formats/weights/turn.ts';
import { tinyModel } from '../onnx/tiny-model.ts';

const values = Float32Array.from({ length: 24 }, (_, i) => i / 3 - 4);
const halves = new Uint16Array([0x3c00, 0xc000, 0x3555, 0x7bff, 0x0001, 0x8000]);
/** 1, −2, the half nearest to a third, the largest, the least, and −0, by IEEE 754. */
const halvesRead = [1, -2, 0.333251953125, 65504, 2 ** -24, -0];

/** https://huggingface.co/docs/safetensors: the header's length, the header, the elements. */
function safetensors(): Uint8Array {
  const header = JSON.stringify({
    whole: { dtype: 'F32', shape: [4, 6], data_offsets: [0, 96] },
    half: { dtype: 'F16', shape: [6], data_offsets: [96, 108] },
  });
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + 108);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(new Uint8Array(values.buffer), 8 + text.length);
  bytes.set(new Uint8Array(halves.buffer), 8 + text.length + 96);
  return bytes;
}

/** NumPy's format 1.0: a magic number, the header's length, the header, the elements. */
function npy(descr: string, shape: string, elements: ArrayBufferLike): Uint8Array {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117, ' ');
  const head = [0x93, ...'NUMPY'].map((each) => (typeof each === 'string' ? each.charCodeAt(0) : each));
  const text = new TextEncoder().encode(`${header}\n`);
  return Uint8Array.from([...head, 1, 0, text.length, 0, ...text, ...new Uint8Array(elements)]);
}

const npz = (level: 0 | 9): Uint8Array =>
  zipSync(
    { 'whole.npy': npy('<f4', '(4, 6)', values.buffer), 'half.npy': npy('<f2', '(6,)', halves.buffer) },
    { level },
  );

/** As a file on disk reads into what it is given. */
const likeFile = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  async read(offset, length, into = new Uint8Array(length)) {
    into.set(bytes.subarray(offset, offset + length));
    return into;
  },
});

async function tensorsOf(name: string, bytes: Uint8Array) {
  const file = await readWeights(name, bytesSource(bytes));
  if (!file.ok) throw new Error(file.problems[0]!.message);
  return file.value.tensors;
}

describe('weights that are read a part at a time', () => {
  it.each([
    ['safetensors', 'w.safetensors', safetensors()],
    ['npz, as NumPy saves it', 'w.npz', npz(0)],
  ])('are those of the whole: %s', async (_, name, bytes) => {
    const tensors = await tensorsOf(name, bytes);
    const into = new Float32Array(5);
    for (const [tensor, expected] of [
      ['whole', [...values]],
      ['half', halvesRead],
    ] as const) {
      const weight = tensors.get(tensor)!;
      expect([...(await weight.load()).data]).toEqual(expected);
      expect([...(await weight.part!(1, 5))]).toEqual(expected.slice(1, 6));
      expect([...(await weight.part!(1, 5, into))]).toEqual(expected.slice(1, 6));
    }
    const turned = reshaped(tensors.get('whole')!, [24, 1, 1]);
    expect((await turned.load()).dims).toEqual([24, 1, 1]);
    expect([...(await turned.part!(20, 4))]).toEqual([...values.slice(20)]);
  });

  it('are refused where the archive is not what it was', async () => {
    const bytes = npz(0);
    const at = bytes.findIndex(
      (_, i) => new DataView(bytes.buffer, bytes.byteOffset + i, 4).getFloat32(0, true) === values[7],
    );
    bytes[at] = bytes[at]! ^ 1;
    const weight = (await tensorsOf('w.npz', bytes)).get('whole')!;
    await expect(weight.part!(0, 4)).rejects.toThrow('whole.npy');
    await expect(weight.load()).rejects.toThrow('whole.npy');
  });

  it('are columns of a matrix that an ONNX model has the other way round, of several at once', async () => {
    const matrix = (first: number) => Array.from({ length: 12 }, (_, i) => first + i);
    const nodes = ['a', 'b'].map((name, i) => ({
      op: i === 0 ? 'MatMul' : 'Gemm',
      inputs: ['x', name],
      outputs: [`${name}.out`],
    }));
    const model = tinyModel({
      opset: 14,
      inputs: { x: { dims: [1, 3] } },
      outputs: { 'a.out': { dims: null }, 'b.out': { dims: null } },
      nodes,
      weights: { a: { dims: [3, 4], data: matrix(0) }, b: { dims: [3, 4], data: matrix(100) } },
    });
    const read = await importOnnx(likeFile(model));
    if (!read.ok) throw new Error(read.problems[0]!.message);
    const [a, b] = Object.values(read.value.weights).map(({ weight }) => weight!);
    const rows = (weight: LazyWeight, from: number, count: number) =>
      weight.part!(from * 3, count * 3).then((part) => [...part]);
    // The fourth column of one ends it, and its memory is the next one's.
    expect(await rows(a!, 0, 2)).toEqual([0, 4, 8, 1, 5, 9]);
    expect(await rows(b!, 0, 1)).toEqual([100, 104, 108]);
    expect(await Promise.all([rows(a!, 2, 2), rows(b!, 1, 3)])).toEqual([
      [2, 6, 10, 3, 7, 11],
      [101, 105, 109, 102, 106, 110, 103, 107, 111],
    ]);
    expect(await rows(a!, 3, 1)).toEqual([3, 7, 11]);
    expect([...(await a!.part!(4, 3))]).toEqual([5, 9, 2]);
    expect([...(await b!.load()).data]).toEqual([100, 104, 108, 101, 105, 109, 102, 106, 110, 103, 107, 111]);
  });

  it('come whole where they are packed', async () => {
    const weight = (await tensorsOf('w.npz', npz(9))).get('whole')!;
    expect(weight.part).toBeUndefined();
    expect([...(await weight.load()).data]).toEqual([...values]);
  });
});
