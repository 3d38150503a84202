import { type Result, succeed } from '../../shared/base/problem.ts';
import type { FloatTensor } from '../../shared/base/tensor.ts';
import type { ExternalFile } from '../../shared/formats/onnx/external.ts';
import type { OpenInput } from '../../shared/formats/onnx/open-axes.ts';
import type { ByteSource } from '../../shared/formats/weights/source.ts';
import type { LazyWeight, LazyWeights } from '../../shared/formats/weights/store.ts';
import { type Port, type Talk, talkOver } from '../talk/talk.ts';
import { type ModelForm, type ModelToRead, type ReadModel, readModel } from './read-model.ts';

/** A source that lies on the page's side, by its number. */
interface FarSource {
  readonly source: number;
  readonly size: number;
}
type FarData = ReadonlyMap<string, FarSource | undefined>;
interface FarPiece {
  readonly source: number;
  readonly offset: number;
  readonly length: number;
}
interface FarWeight {
  readonly node: string;
  readonly name: string;
}
/** What a weight is known by on the page's side. */
type WeightAtHand = Pick<LazyWeight, 'dims' | 'origin'> & { readonly inParts: boolean };
type WeightsAtHand = Readonly<Record<string, Readonly<Record<string, WeightAtHand>>>>;
interface FarFile {
  readonly form: ModelForm;
  readonly name: string;
  readonly size: number;
}
interface FarModel extends Omit<ReadModel, 'weights'> {
  readonly weights: WeightsAtHand | undefined;
}

/** What the page answers. */
type OfPage = {
  piece(asked: FarPiece): Promise<Uint8Array>;
  beside(files: readonly ExternalFile[]): Promise<Result<FarData> | undefined>;
  shapes(inputs: readonly OpenInput[]): ReturnType<ModelToRead['shapes']>;
};
/** What the worker answers. */
type OfWorker = {
  read(asked: FarFile): Promise<Result<FarModel> | undefined>;
  load(asked: FarWeight): Promise<FloatTensor>;
  part(asked: FarWeight & { readonly first: number; readonly count: number }): Promise<Float32Array>;
};

/** A view of a large buffer would take all of that along. */
function alone<Bytes extends Uint8Array | Float32Array>(bytes: Bytes): Bytes {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : (bytes.slice() as Bytes);
}

/** The worker's side: reads the model that the page is asked for, and then its weights, one by one as they are wanted. */
export function serveModel(port: Port): void {
  let weights: LazyWeights = {};
  const weightAt = ({ node, name }: FarWeight): LazyWeight => weights[node]![name]!;
  const page: Talk<OfPage> = talkOver<OfPage>(port, {
    async read({ form, name, size }: FarFile) {
      const read = await readModel({
        form,
        name,
        source: sourceFrom(page, { source: 0, size }),
        async beside(files) {
          const data = await page.ask('beside', files);
          if (!data?.ok) return data;
          return succeed(
            new Map([...data.value].map(([location, far]) => [location, far && sourceFrom(page, far)])),
          );
        },
        shapes: (inputs) => page.ask('shapes', inputs),
      });
      if (!read?.ok) return read;
      weights = read.value.weights ?? {};
      return succeed({ ...read.value, weights: read.value.weights && atHand(weights) });
    },
    async load(asked: FarWeight) {
      const tensor = await weightAt(asked).load();
      return { ...tensor, data: alone(tensor.data) };
    },
    part: async ({ first, count, ...asked }: FarWeight & { first: number; count: number }) =>
      alone(await weightAt(asked).part!(first, count)),
  });
}

function sourceFrom(page: Talk<OfPage>, { source, size }: FarSource): ByteSource {
  return { size, read: (offset, length) => page.ask('piece', { source, offset, length }) };
}

function atHand(weights: LazyWeights): WeightsAtHand {
  return mapped(weights, ({ dims, origin, part }) => ({
    dims,
    ...(origin === undefined ? {} : { origin }),
    inParts: part !== undefined,
  }));
}

type ByNode<T> = Readonly<Record<string, Readonly<Record<string, T>>>>;

function mapped<T, U>(weights: ByNode<T>, of: (weight: T, node: string, name: string) => U): ByNode<U> {
  return Object.fromEntries(
    Object.entries(weights).map(([node, own]) => [
      node,
      Object.fromEntries(Object.entries(own).map(([name, weight]) => [name, of(weight, node, name)])),
    ]),
  );
}

/** The page's side: has a worker read a model. Its weights are read there for as long as somebody holds them. */
export function modelOver(port: Port, model: ModelToRead): Talk<OfWorker> {
  const sources: ByteSource[] = [model.source];
  return talkOver<OfWorker>(port, {
    piece: async ({ source, offset, length }: FarPiece) => alone(await sources[source]!.read(offset, length)),
    async beside(files: readonly ExternalFile[]) {
      const data = await model.beside(files);
      if (!data?.ok) return data;
      const far = [...data.value].map(
        ([location, file]) =>
          [location, file && { source: sources.push(file) - 1, size: file.size }] as const,
      );
      return succeed(new Map(far));
    },
    shapes: model.shapes,
  });
}

/** Reads the model with the worker at the other end; undefined where the user cancels. */
export async function readOver(
  worker: Talk<OfWorker>,
  { form, name, source }: ModelToRead,
): Promise<Result<ReadModel> | undefined> {
  const read = await worker.ask('read', { form, name, size: source.size });
  if (!read?.ok) return read;
  const { weights, ...rest } = read.value;
  return succeed({ ...rest, ...(weights ? { weights: weightsFrom(worker, weights) } : {}) });
}

function weightsFrom(worker: Talk<OfWorker>, weights: WeightsAtHand): LazyWeights {
  return mapped(
    weights,
    ({ inParts, ...known }, node, name): LazyWeight => ({
      ...known,
      load: () => worker.ask('load', { node, name }),
      ...(inParts && { part: (first, count) => worker.ask('part', { node, name, first, count }) }),
    }),
  );
}
