import type { Dims } from '../../../shared/base/dims.ts';

/** An array in the order of its axes, as Keras hands it to HDF5. */
export interface Stored {
  readonly dims: Dims;
  readonly data: Float32Array;
}

/** Writes arrays by their paths with the HDF5 library itself. */
export async function hdf5File(
  arrays: Readonly<Record<string, Stored>>,
  attributes: Readonly<Record<string, string>> = {},
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
