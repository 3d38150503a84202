import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readWeights } from '../../../shared/formats/checkpoints/read.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import { reshaped } from '../../../shared/formats/weights/turn.ts';

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

  it('come whole where they are packed', async () => {
    const weight = (await tensorsOf('w.npz', npz(9))).get('whole')!;
    expect(weight.part).toBeUndefined();
    expect([...(await weight.load()).data]).toEqual([...values]);
  });
});
