import { elementCount } from '../shared/base/dims.ts';
import { type FloatTensor, Tensor } from '../shared/base/tensor.ts';
import { decodeTensorFile } from '../shared/formats/onnx/decode.ts';
import { readElements } from '../shared/formats/onnx/tensor-data.ts';
import { Refusal } from '../shared/formats/weights/source.ts';
import { CommandFailure, failWith } from './failure.ts';
import { FileSource } from './file-source.ts';
import { readBytes, writeAtomically } from './files.ts';
import { tell } from './i18n/language.ts';

const MAX_TENSOR_BYTES = 512 * 1024 * 1024;

/** A tensor of its own file: NumPy's `.npy`, or the `.pb` of ONNX's test data. All numbers become float32. */
export async function readTensorFile(file: string): Promise<FloatTensor> {
  if (file.toLowerCase().endsWith('.npy')) return readNpy(file, await readBytes(file, MAX_TENSOR_BYTES));
  if (!file.toLowerCase().endsWith('.pb'))
    throw new CommandFailure(
      tell`${file}: an input is a picture (.png, .jpg, .webp) or a tensor (.npy, .pb).`,
    );
  const source = await FileSource.open(file);
  try {
    const { tensor, reader } = await decodeTensorFile(source);
    return new Tensor('float32', Float32Array.from(await readElements(reader, tensor)), tensor.dims);
  } catch (error) {
    if (error instanceof Refusal) throw failWith(file, [error.problem]);
    throw error;
  } finally {
    await source.close();
  }
}

/** Writes tensors by name: `.json` holds all of them, `.npy` a single one. */
export async function writeTensors(
  file: string,
  tensors: Readonly<Record<string, FloatTensor>>,
): Promise<void> {
  const entries = Object.entries(tensors);
  const [first] = entries;
  if (file.toLowerCase().endsWith('.json')) {
    const plain = entries.map(([name, { dims, data }]) => [name, { dims, data: [...data] }]);
    return writeAtomically(file, `${JSON.stringify(Object.fromEntries(plain))}\n`);
  }
  if (!file.toLowerCase().endsWith('.npy'))
    throw new CommandFailure(tell`${file}: outputs are written as .npy or .json.`);
  if (first === undefined || entries.length > 1)
    throw new CommandFailure(
      tell`${file}: a .npy holds one tensor, and the network has ${entries.length} outputs. Use .json.`,
    );
  await writeAtomically(file, npyOf(first[1]));
}

/** Version 1.0 of the format: magic, header padded so that the data starts at a multiple of 64, little-endian float32. */
function npyOf({ dims, data }: FloatTensor): Uint8Array {
  const shape = `(${dims.join(', ')}${dims.length === 1 ? ',' : ''})`;
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;
  const padded = `${header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11)}\n`;
  const bytes = new Uint8Array(10 + padded.length + 4 * data.length);
  bytes.set([0x93, ...Buffer.from('NUMPY'), 1, 0]);
  const view = new DataView(bytes.buffer);
  view.setUint16(8, padded.length, true);
  bytes.set(Buffer.from(padded, 'latin1'), 10);
  for (const [i, value] of data.entries()) view.setFloat32(10 + padded.length + 4 * i, value, true);
  return bytes;
}

type Read = (view: DataView, at: number) => number;

/** By NumPy's type codes; little-endian, as NumPy writes on every machine in use. */
const elementTypes: Readonly<Record<string, { readonly bytes: number; readonly read: Read }>> = {
  '<f4': { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  '<f8': { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  '<i4': { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  '<i8': { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  '|u1': { bytes: 1, read: (view, at) => view.getUint8(at) },
  '|i1': { bytes: 1, read: (view, at) => view.getInt8(at) },
  '|b1': { bytes: 1, read: (view, at) => view.getUint8(at) },
};

function readNpy(file: string, bytes: Uint8Array): FloatTensor {
  const refuse = (why: string) => new CommandFailure(tell`${file}: is no .npy that can be read: ${why}.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || String.fromCharCode(...bytes.subarray(1, 6)) !== 'NUMPY')
    throw refuse(tell`it starts otherwise`);
  const wide = bytes[6] !== 1;
  const start = wide ? 12 : 10;
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (start + length > bytes.length || length > 65_536) throw refuse(tell`its header is cut off`);
  const header = Buffer.from(bytes.subarray(start, start + length)).toString('latin1');
  const descr = /'descr': *'([^']+)'/.exec(header)?.[1] ?? '';
  const shape = /'shape': *\(([\d, ]*)\)/.exec(header)?.[1];
  const type = Object.hasOwn(elementTypes, descr) ? elementTypes[descr] : undefined;
  if (type === undefined)
    throw refuse(tell`its element type "${descr}" is none of ${Object.keys(elementTypes).join(' ')}`);
  if (shape === undefined || !/'fortran_order': *False/.test(header))
    throw refuse(tell`it is not in C order`);
  const dims = shape.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)]));
  const count = elementCount(dims);
  if (start + length + count * type.bytes !== bytes.length)
    throw refuse(tell`it holds another number of elements than it says`);
  const data = new Float32Array(count);
  for (let i = 0; i < count; i++) data[i] = type.read(view, start + length + i * type.bytes);
  return new Tensor('float32', data, dims);
}
