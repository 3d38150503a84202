import { fail, messages, type Result, succeed } from '../../base/problem.ts';
import { endingsOf, formatOfName, type ModelFormatId, type WeightFormatId } from '../models.ts';
import { importOnnx, type OnnxImportOptions } from '../onnx/import.ts';
import type { WeightFile } from '../weights/file.ts';
import { readHdf5 } from '../weights/hdf5.ts';
import { readKerasWeights } from '../weights/keras-archive.ts';
import { readNpz } from '../weights/npz.ts';
import { readSafetensors } from '../weights/safetensors.ts';
import type { ByteSource } from '../weights/source.ts';
import type { LazyWeights } from '../weights/store.ts';
import { readTorch } from '../weights/torch.ts';

export const say = messages('formats/checkpoints/read', {
  'weights-of-unknown-format': [
    'The name of "{{name}}" says no format that weights can be read from.',
    'Use one of {{endings}}.',
  ],
});

type Reader = (source: ByteSource, options: OnnxImportOptions) => Promise<Result<WeightFile>>;

/** How files of weights are read, by the form that their names say. */
const readers: Readonly<Record<WeightFormatId, Reader>> = {
  safetensors: readSafetensors,
  hdf5: readHdf5,
  kerasArchive: readKerasWeights,
  npz: readNpz,
  checkpoint: readTorch,
  torchscript: readTorch,
  onnx: async (source, options) => {
    const model = await importOnnx(source, options);
    return model.ok ? succeed(fileOf(model.value.weights)) : model;
  },
};
const isRead = (id: ModelFormatId | undefined): id is WeightFormatId =>
  id !== undefined && Object.hasOwn(readers, id);

/** Opens a file of weights; which format it is, its name says. */
export async function readWeights(
  name: string,
  source: ByteSource,
  options: OnnxImportOptions = {},
): Promise<Result<WeightFile>> {
  const format = formatOfName(name);
  if (isRead(format)) return readers[format](source, options);
  return fail(say.at({}, 'weights-of-unknown-format', { name, endings: endingsOf('weights').join(' ') }));
}

/** A model's weights under their layers' names, in the order in which they are used. */
function fileOf(weights: LazyWeights): WeightFile {
  const tensors = Object.entries(weights).flatMap(([node, own]) =>
    Object.entries(own).map(([name, weight]) => [`${node}.${name}`, weight] as const),
  );
  return { tensors: new Map(tensors), ordered: true };
}
