import { elementCount } from '../../base/dims.ts';
import { fail, type Result, succeed } from '../../base/problem.ts';
import { type ByteSource, problemOf } from '../weights/source.ts';
import { decodeModel } from './decode.ts';
import { bytesOfElements, type OnnxModel, type OnnxTensor } from './model.ts';
import { isInsideFolder, outsideFolder } from './tensor-data.ts';

/** A file beside a model, and how many bytes it must have at least for all that the model reads from it. */
export interface ExternalFile {
  /** Relative to the model's folder. */
  readonly location: string;
  readonly leastBytes: number;
}

/** The files beside a model that its weights lie in. Refuses a model that asks for one outside its folder. */
export async function externalFilesOf(source: ByteSource): Promise<Result<readonly ExternalFile[]>> {
  try {
    const { model } = await decodeModel(source);
    const leastBytes = new Map<string, number>();
    for (const tensor of tensorsOf(model)) {
      const { content } = tensor;
      if (content.kind !== 'external') continue;
      if (!isInsideFolder(content.location)) throw outsideFolder(tensor, content.location);
      const end = content.offset + bytesOfElements(tensor.type, elementCount(tensor.dims));
      leastBytes.set(content.location, Math.max(end, leastBytes.get(content.location) ?? 0));
    }
    return succeed([...leastBytes].map(([location, least]) => ({ location, leastBytes: least })));
  } catch (error) {
    return fail(problemOf(error));
  }
}

function* tensorsOf({ initializers, nodes }: OnnxModel): Iterable<OnnxTensor> {
  yield* initializers;
  for (const { attributes } of nodes) {
    for (const attribute of attributes.values()) if (attribute.kind === 'tensor') yield attribute.value;
  }
}
