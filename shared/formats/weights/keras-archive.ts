import { fail, messages, type Result } from '../../base/problem.ts';
import { archiveDamaged, entriesOf, startOf, wholeOf } from './archive.ts';
import type { WeightFile } from './file.ts';
import { readHdf5 } from './hdf5.ts';
import { type ByteSource, bytesSource, problemOf } from './source.ts';

export const say = messages('formats/weights/keras-archive', { 'no-weights': 'it has no model.weights.h5' });

/** A file inside a `.keras` archive; undefined where it is not there, or larger than that. Throws a Refusal. */
export async function fileInArchive(
  source: ByteSource,
  name: string,
  mostBytes: number,
): Promise<Uint8Array | undefined> {
  const entry = (await entriesOf(source)).find((each) => each.name === name);
  return entry && entry.bytes <= mostBytes ? wholeOf(source, entry, await startOf(source, entry)) : undefined;
}

/** The file of a `.keras` archive that holds its weights. */
export const WEIGHTS_IN_ARCHIVE = 'model.weights.h5';
/** What the reader of HDF5 takes at once. */
export const MAX_WEIGHTS_BYTES = 2 ** 30;

/** Reads the tensors of a `.keras` archive, named as Keras' layers are. */
export async function readKerasWeights(source: ByteSource): Promise<Result<WeightFile>> {
  try {
    const weights = await fileInArchive(source, WEIGHTS_IN_ARCHIVE, MAX_WEIGHTS_BYTES);
    if (!weights) throw archiveDamaged(0, say.part('no-weights'));
    return await readHdf5(bytesSource(weights));
  } catch (error) {
    return fail(problemOf(error));
  }
}
