import type { Dims } from '../../base/dims.ts';
import type { PhraseValue } from '../../base/messages.ts';
import { messages } from '../../base/problem.ts';
import { elementBytes, type StoredType } from './elements.ts';
import { checkedDims, storedBytes } from './file.ts';
import { refuseAt } from './source.ts';

export const say = messages('formats/weights/npy', {
  'starts-otherwise': 'it starts otherwise',
  'header-would-have': 'its header would have {{length}} bytes',
  'element-type-none': 'its element type "{{descr}}" is none of {{types}}',
  'states-no-shape': 'it states no shape',
  'npy-wrong': ['"{{name}}" is no .npy that can be read: {{why}}.', 'Save it anew with NumPy.'],
});

/** By NumPy's codes; one-byte types have no byte order. */
const types: Readonly<Record<string, StoredType>> = {
  '<f8': 'float64',
  '<f4': 'float32',
  '<f2': 'float16',
  '<i8': 'int64',
  '<i4': 'int32',
  '<i2': 'int16',
  '|i1': 'int8',
  '<u8': 'uint64',
  '<u4': 'uint32',
  '<u2': 'uint16',
  '|u1': 'uint8',
  '|b1': 'bool',
};

/** What NumPy itself reads of a header (`max_header_size` of numpy.load); it is one line of text. */
export const MAX_NPY_HEADER_BYTES = 10_000;

export interface NpyHeader {
  readonly type: StoredType;
  readonly dims: Dims;
  /** First axis varies fastest, as in Fortran. */
  readonly fortran: boolean;
  /** Where the elements start. */
  readonly start: number;
  /** Of the whole `.npy`. */
  readonly bytes: number;
}

/**
 * Reads the header of a `.npy` from its first bytes; undefined when more of them are needed. Throws a Refusal.
 * Source: NEP 1, versions 1 to 3.
 */
export function readNpyHeader(name: string, bytes: Uint8Array): NpyHeader | undefined {
  if (bytes.length < 12) return undefined;
  const refuse = (why: PhraseValue) => refuseAt(0, say('npy-wrong', { name, why }));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[0] !== 0x93 || String.fromCharCode(...bytes.subarray(1, 6)) !== 'NUMPY')
    throw refuse(say.part('starts-otherwise'));
  const wide = bytes[6] !== 1;
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  const start = (wide ? 12 : 10) + length;
  if (length > MAX_NPY_HEADER_BYTES) throw refuse(say.part('header-would-have', { length }));
  if (start > bytes.length) return undefined;
  const header = new TextDecoder().decode(bytes.subarray(wide ? 12 : 10, start));
  const descr = /'descr': *'([^']+)'/.exec(header)?.[1] ?? '';
  const shape = /'shape': *\(([\d, ]*)\)/.exec(header)?.[1];
  const type = Object.hasOwn(types, descr) ? types[descr] : undefined;
  if (type === undefined)
    throw refuse(say.part('element-type-none', { descr, types: Object.keys(types).join(' ') }));
  if (shape === undefined) throw refuse(say.part('states-no-shape'));
  const dims = checkedDims(
    name,
    shape.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)])),
    0,
  );
  const fortran = /'fortran_order': *True/.test(header);
  return { type, dims, fortran, start, bytes: start + storedBytes(dims, type) };
}

/** Elements in Fortran's order, reordered to C's. */
export function fromFortran(bytes: Uint8Array, dims: Dims, type: StoredType): Uint8Array {
  const width = elementBytes[type];
  const moved = new Uint8Array(bytes.length);
  const index = dims.map(() => 0);
  const strides = dims.map((_, axis) => dims.slice(0, axis).reduce((a, b) => a * b, 1));
  for (let to = 0; to < bytes.length; to += width) {
    const from = width * index.reduce((at, i, axis) => at + i * strides[axis]!, 0);
    moved.set(bytes.subarray(from, from + width), to);
    for (let axis = dims.length - 1; axis >= 0 && ++index[axis]! === dims[axis]; axis--) index[axis] = 0;
  }
  return moved;
}
