import { zipSync } from 'fflate';

/** Pickles by hand, instruction by instruction, as torch.save and those who mean harm write them. */
const ascii = (text: string): number[] => [...new TextEncoder().encode(text)];
export const uint32 = (value: number): number[] => [
  value & 255,
  (value >> 8) & 255,
  (value >> 16) & 255,
  value >>> 24,
];

export const text = (value: string): number[] => [0x58, ...uint32(ascii(value).length), ...ascii(value)];
export const integer = (value: number): number[] => [0x4a, ...uint32(value)];
export const list = (...items: number[][]): number[] => [0x28, ...items.flat(), 0x6c];
export const tuple = (...items: number[][]): number[] => [0x28, ...items.flat(), 0x74];
export const dict = (entries: Readonly<Record<string, number[]>>): number[] => [
  ...ascii('}('),
  ...Object.entries(entries).flatMap(([key, value]) => [...text(key), ...value]),
  ...ascii('u'),
];
export const named = (module: string, name: string): number[] => ascii(`c${module}\n${name}\n`);
export const called = (module: string, name: string, ...args: number[][]): number[] => [
  ...named(module, name),
  ...tuple(...args),
  ...ascii('R'),
];
export const pickle = (value: number[]): Uint8Array => Uint8Array.from([0x80, 2, ...value, ...ascii('.')]);

export interface PickledTensor {
  readonly key?: string;
  readonly storage?: string;
  readonly offset?: number;
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
}

export function tensor({
  key = '0',
  storage = 'FloatStorage',
  offset = 0,
  sizes,
  strides,
}: PickledTensor): number[] {
  const place = tuple(text('storage'), named('torch', storage), text(key), text('cpu'), integer(24));
  return called(
    'torch._utils',
    '_rebuild_tensor_v2',
    [...place, ...ascii('Q')],
    integer(offset),
    tuple(...sizes.map(integer)),
    tuple(...strides.map(integer)),
    [0x89],
    called('collections', 'OrderedDict'),
  );
}

/** A checkpoint of these objects, with one storage of 24 float32. */
export function checkpoint(value: number[]): Uint8Array {
  const elements = Float32Array.from({ length: 24 }, (_, i) => i);
  return zipSync({ 'w/data.pkl': pickle(value), 'w/data/0': new Uint8Array(elements.buffer) }, { level: 0 });
}

/** The same as PyTorch wrote it before 1.6: pickles one behind the other, then the storage. */
export function legacyCheckpoint(value: number[]): Uint8Array {
  const magic = [0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
  const heads = [magic, integer(1001), dict({ little_endian: [0x88] }), value, list(text('0'))];
  const elements = Float32Array.from({ length: 24 }, (_, i) => i);
  return Uint8Array.from([
    ...heads.flatMap((head) => [...pickle(head)]),
    ...new Uint8Array(BigUint64Array.of(24n).buffer),
    ...new Uint8Array(elements.buffer),
  ]);
}
