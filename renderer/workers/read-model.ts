import type { Dims } from '../../shared/base/dims.ts';
import type { Problem, Result } from '../../shared/base/problem.ts';
import { succeed } from '../../shared/base/problem.ts';
import type { ExternalFile } from '../../shared/formats/onnx/external.ts';
import type { OpenInput } from '../../shared/formats/onnx/open-axes.ts';
import { type ByteSource, whereRefused } from '../../shared/formats/weights/source.ts';
import type { LazyWeights } from '../../shared/formats/weights/store.ts';
import type { Design } from '../../shared/graph/design.ts';

/** Forms of models of other programs. */
export type ModelForm = 'onnx' | 'kerasArchive' | 'hdf5' | 'torchscript';

/** The files beside a model by their location; undefined for those that the user goes without. */
export type ModelData = ReadonlyMap<string, ByteSource | undefined>;

/** A model, and who knows what it leaves open. */
export interface ModelToRead {
  readonly form: ModelForm;
  /** Shown as the design's name. */
  readonly name: string;
  readonly source: ByteSource;
  /** The files beside it that its weights lie in; undefined where the user cancels. */
  beside(files: readonly ExternalFile[]): Promise<Result<ModelData> | undefined>;
  /** How large inputs are that it leaves open, by their names; undefined where the user cancels. */
  shapes(inputs: readonly OpenInput[]): Promise<ReadonlyMap<string, Dims> | undefined>;
}

/** What a model holds: its weights still lie in the file. */
export interface ReadModel {
  readonly design: Design;
  /** Left out where not all of them are at hand. */
  readonly weights?: LazyWeights;
  /** What was left out of the file without a loss. */
  readonly remarks: readonly Problem[];
}

/** Reads a model of another program; undefined where the user cancels. */
export function readModel(model: ModelToRead): Promise<Result<ReadModel> | undefined> {
  switch (model.form) {
    case 'onnx':
      return readOnnx(model);
    case 'torchscript':
      return readScript(model);
    case 'kerasArchive':
    case 'hdf5':
      return readKeras(model);
  }
}

async function readOnnx({
  name,
  source,
  beside,
  shapes,
}: ModelToRead): Promise<Result<ReadModel> | undefined> {
  const [{ importOnnx }, { openInputs }, { externalFilesOf }] = await Promise.all([
    import('../../shared/formats/onnx/import.ts'),
    import('../../shared/formats/onnx/open-axes.ts'),
    import('../../shared/formats/onnx/external.ts'),
  ]);
  const needed = await externalFilesOf(source);
  if (!needed.ok) return needed;
  const data = needed.value.length === 0 ? succeed(new Map()) : await beside(needed.value);
  if (!data?.ok) return data;
  // What is no model is told when it is read.
  const chosen = await shapes(await openInputs(source).catch(whereRefused([])));
  if (!chosen) return undefined;
  const read = await importOnnx(source, {
    shapeFor: (input) => chosen.get(input),
    name,
    openExternal: async (location) => data.value.get(location),
  });
  if (!read.ok) return read;
  const { design, weights, remarks } = read.value;
  const complete = [...data.value.values()].every((file) => file !== undefined);
  return succeed({ design, remarks, ...(complete ? { weights } : {}) });
}

/** A model that Keras saved, with its weights; what it leaves open of its inputs is asked for. */
async function readKeras({
  form,
  name,
  source,
  shapes,
}: ModelToRead): Promise<Result<ReadModel> | undefined> {
  const { importKerasArchive, importKerasHdf5 } = await import('../../shared/formats/keras-files/open.ts');
  let closed = false;
  const read = await (form === 'hdf5' ? importKerasHdf5 : importKerasArchive)(source, {
    name,
    ask: async (inputs) => {
      const chosen = await shapes(inputs);
      closed = chosen === undefined;
      return chosen ?? new Map();
    },
  });
  return closed ? undefined : read;
}

/** A TorchScript module; it does not keep the shapes of its inputs, so that they are asked for. */
async function readScript({ name, source, shapes }: ModelToRead): Promise<Result<ReadModel> | undefined> {
  const { importTorchScript, scriptInputs } = await import('../../shared/formats/torchscript/open.ts');
  const inputs = (await scriptInputs(source).catch(whereRefused([]))).map((input) => ({
    ...input,
    axes: input.proposal.map(() => '?'),
  }));
  const chosen = await shapes(inputs);
  if (!chosen) return undefined;
  const read = await importTorchScript(source, { name, shapeFor: (input) => chosen.get(input) });
  return read.ok ? succeed({ ...read.value, remarks: [] }) : read;
}
