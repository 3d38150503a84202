import { zipSync } from 'fflate';
import type { Dims } from '../../../shared/base/dims.ts';

/** An array in the order of its axes, as Keras hands it to HDF5. */
export interface Stored {
  readonly dims: Dims;
  readonly data: Float32Array;
}

/** A file that may hold a part of itself again, or name one elsewhere. */
export interface Linkable {
  create_hard_link(target: string, name: string): number;
  create_soft_link(target: string, name: string): number;
  create_external_link(file: string, target: string, name: string): number;
}

/** Writes arrays by their paths with the HDF5 library itself. */
export async function hdf5File(
  arrays: Readonly<Record<string, Stored>>,
  attributes: Readonly<Record<string, string>> = {},
  link: (file: Linkable) => void = () => undefined,
): Promise<Uint8Array> {
  const { File, ready } = await import('h5wasm');
  const { FS } = await ready;
  const path = `/written-${++written}.h5`;
  const file = new File(path, 'w');
  for (const [name, { dims, data }] of Object.entries(arrays)) {
    const folders = name.split('/').slice(0, -1);
    for (const [i] of folders.entries()) {
      const folder = folders.slice(0, i + 1).join('/');
      if (file.get(folder) === null) file.create_group(folder);
    }
    file.create_dataset({ name, data, shape: [...dims], dtype: '<f' });
  }
  for (const [name, text] of Object.entries(attributes)) file.create_attribute(name, text);
  link(file);
  file.close();
  const bytes = FS.readFile(path);
  FS.unlink(path);
  return bytes;
}
let written = 0;

const some = (...dims: readonly number[]): Stored => ({
  dims,
  data: Float32Array.from({ length: dims.reduce((count, extent) => count * extent, 1) }, (_, i) => i / 8),
});

export const legacyWeights = (): Promise<Uint8Array> =>
  hdf5File(
    {
      'model_weights/conv/conv/kernel:0': some(3, 3, 2, 4),
      'model_weights/conv/conv/bias:0': some(4),
      'model_weights/fc/fc/kernel:0': some(8, 5),
      'optimizer_weights/adam/conv/m:0': some(4),
    },
    { backend: 'tensorflow', model_config: '{"class_name": "Sequential", "config": {"layers": []}}' },
  );

export const kerasWeights = (): Promise<Uint8Array> =>
  hdf5File({
    'layers/conv2d/vars/0': some(3, 3, 2, 4),
    'layers/conv2d/vars/1': some(4),
    'layers/dense/vars/0': some(8, 5),
    'optimizer/vars/0': some(4),
  });

/** A small network as Keras 2 describes it. */
const described = (height: number | null, width: number | null): string =>
  JSON.stringify({
    class_name: 'Functional',
    config: {
      name: 'small',
      layers: [
        {
          class_name: 'InputLayer',
          name: 'x',
          config: { name: 'x', batch_shape: [null, height, width, 2] },
          inbound_nodes: [],
        },
        {
          class_name: 'Conv2D',
          name: 'conv',
          config: {
            name: 'conv',
            filters: 4,
            kernel_size: [3, 3],
            strides: [2, 2],
            padding: 'same',
            activation: 'relu',
          },
          inbound_nodes: [[['x', 0, 0, {}]]],
        },
        {
          class_name: 'Flatten',
          name: 'flat',
          config: { name: 'flat' },
          inbound_nodes: [[['conv', 0, 0, {}]]],
        },
        {
          class_name: 'Dense',
          name: 'fc',
          config: { name: 'fc', units: 5, activation: { class_name: 'function', config: 'softmax' } },
          inbound_nodes: [[['flat', 0, 0, {}]]],
        },
      ],
      input_layers: [['x', 0, 0]],
      output_layers: [['fc', 0, 0]],
    },
  });

/** That network with its weights, which fit 6×6: in HDF5, and in an archive. */
export async function wholeModels(
  height: number | null = 6,
  width: number | null = 6,
): Promise<readonly [hdf5: Uint8Array, archive: Uint8Array]> {
  const config = described(height, width);
  const weights = {
    'conv/conv/kernel:0': some(3, 3, 2, 4),
    'conv/conv/bias:0': some(4),
    'fc/fc/kernel:0': some(36, 5),
    'fc/fc/bias:0': some(5),
  };
  const whole = Object.entries(weights).map(([path, stored]) => [`model_weights/${path}`, stored]);
  const files = {
    'metadata.json': new TextEncoder().encode('{"keras_version": "3.5.0"}'),
    'config.json': new TextEncoder().encode(config),
    'model.weights.h5': await hdf5File(weights),
  };
  return [
    await hdf5File(Object.fromEntries(whole), { keras_version: '2.15.0', model_config: config }),
    zipSync(files, { level: 0 }),
  ];
}

/** Datatype messages of float32 and float16. Source: HDF5 file format specification 3.0, IV.A.2.d. */
const single = [0x11, 0x20, 31, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0];
const half = [0x11, 0x20, 15, 0, 2, 0, 0, 0, 0, 0, 16, 0, 10, 5, 0, 10, 15, 0, 0, 0];

/** A file with one tensor of half floats, which the library reads but does not write: it is changed from one of floats. */
export async function halfFile(path: string, bits: readonly number[]): Promise<Uint8Array> {
  const data = new Float32Array(bits.length);
  new Uint16Array(data.buffer).set(bits);
  const file = await hdf5File({ [path]: { dims: [bits.length], data } });
  file.set(half, placeOf(file, single));
  // How many bytes lie there; the place of their number is after version, class and address (IV.A.2.i).
  const place = placeOf(file, [bits.length * 4, 0, 0, 0, 0, 0, 0, 0]);
  if (file[place - 10] !== 3 || file[place - 9] !== 1) throw new Error('The layout lies elsewhere.');
  file[place] = bits.length * 2;
  // The object's header ends with a checksum of itself (IV.A.1.b).
  const header = lastBefore(file, 'OHDR', placeOf(file, half));
  const view = new DataView(file.buffer, file.byteOffset);
  const sizeBytes = 1 << (file[header + 5]! & 3);
  const at = header + 6 + (file[header + 5]! & 0x20 ? 16 : 0);
  const size = sizeBytes === 1 ? file[at]! : view.getUint16(at, true);
  const end = at + sizeBytes + size;
  view.setUint32(end, checksumOf(file.subarray(header, end)), true);
  return file;
}

function lastBefore(file: Uint8Array, word: string, end: number): number {
  let at = end;
  while (at > 0 && String.fromCharCode(...file.subarray(at, at + word.length)) !== word) at--;
  return at;
}

function placeOf(file: Uint8Array, wanted: readonly number[]): number {
  for (let at = 0; at + wanted.length <= file.length; at++)
    if (wanted.every((byte, i) => file[at + i] === byte)) return at;
  throw new Error('It is not there.');
}

/** Bob Jenkins' lookup3, as HDF5 checks its headers with. Source: H5checksum.c, H5_checksum_lookup3. */
function checksumOf(bytes: Uint8Array): number {
  const turn = (x: number, by: number): number => (x << by) | (x >>> (32 - by));
  const start = (0xdeadbeef + bytes.length) | 0;
  let [a, b, c] = [start, start, start];
  const word = (at: number): number =>
    [0, 1, 2, 3].reduce((sum, i) => sum | ((bytes[at + i] ?? 0) << (8 * i)), 0);
  let at = 0;
  for (; bytes.length - at > 12; at += 12) {
    a = (a + word(at)) | 0;
    b = (b + word(at + 4)) | 0;
    c = (c + word(at + 8)) | 0;
    a = (a - c) ^ turn(c, 4);
    c = (c + b) | 0;
    b = (b - a) ^ turn(a, 6);
    a = (a + c) | 0;
    c = (c - b) ^ turn(b, 8);
    b = (b + a) | 0;
    a = (a - c) ^ turn(c, 16);
    c = (c + b) | 0;
    b = (b - a) ^ turn(a, 19);
    a = (a + c) | 0;
    c = (c - b) ^ turn(b, 4);
    b = (b + a) | 0;
  }
  if (at === bytes.length) return c >>> 0;
  a = (a + word(at)) | 0;
  b = (b + word(at + 4)) | 0;
  c = (c + word(at + 8)) | 0;
  c = (c ^ b) - turn(b, 14);
  a = (a ^ c) - turn(c, 11);
  b = (b ^ a) - turn(a, 25);
  c = (c ^ b) - turn(b, 16);
  a = (a ^ c) - turn(c, 4);
  b = (b ^ a) - turn(a, 14);
  c = (c ^ b) - turn(b, 24);
  return c >>> 0;
}
