import { Tensor, type TensorType } from '../../shared/base/tensor.ts';
import { decodeModel, decodeTensorFile } from '../../shared/formats/onnx/decode.ts';
import { elementTypes } from '../../shared/formats/onnx/model.ts';
import { readElements } from '../../shared/formats/onnx/tensor-data.ts';
import { bytesSource } from '../../shared/formats/weights/source.ts';
import { ModelError, openModel } from '../../shared/models/open-model.ts';
import type { BackendName } from '../../shared/runtime/session.ts';

export type Outcome =
  | { readonly kind: 'passed'; readonly error: number }
  | { readonly kind: 'wrong'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** A model and its data sets, as their files have them. */
export interface CaseFiles {
  readonly model: Uint8Array;
  readonly sets: readonly {
    readonly inputs: readonly Uint8Array[];
    readonly outputs: readonly Uint8Array[];
  }[];
}

/** A test tensor: floats as float32, integers as int64. */
export async function tensorOf(
  bytes: Uint8Array,
): Promise<{ readonly name: string; readonly tensor: Tensor<TensorType> }> {
  const { tensor, reader } = await decodeTensorFile(bytesSource(bytes));
  const elements = await readElements(reader, tensor);
  const { name, dims } = tensor;
  if (elementTypes[tensor.type].float) {
    return { name, tensor: new Tensor('float32', Float32Array.from(elements), dims) };
  }
  return { name, tensor: new Tensor('int64', BigInt64Array.from(elements, BigInt), dims) };
}

/** The largest |a − b| / (1 + |b|); Infinity when the sizes differ, NaN never equals. */
export function largestError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    if (Object.is(a[i], b[i]) || a[i] === b[i]) continue;
    const error = Math.abs(a[i]! - b[i]!) / (1 + Math.abs(b[i]!));
    if (!(error <= largest)) largest = Number.isNaN(error) ? Infinity : error;
  }
  return largest;
}

/** Runs a model with every data set; outputs must agree to 1e-3 of 1 + |expected|, as ONNX's own runner asks. */
export async function judgeCase({ model, sets }: CaseFiles, backend: BackendName): Promise<Outcome> {
  const source = bytesSource(model);
  const { model: decoded } = await decodeModel(source);
  const initialised = new Set(decoded.initializers.map(({ name }) => name));
  const names = decoded.inputs.map(({ name }) => name).filter((name) => !initialised.has(name));
  let largest = 0;
  try {
    const session = await openModel(source, { backend, threads: 1 });
    try {
      for (const { inputs, outputs: expected } of sets) {
        const feeds: Record<string, Tensor<TensorType>> = {};
        for (const [i, bytes] of inputs.entries()) {
          const { name, tensor } = await tensorOf(bytes);
          feeds[names.includes(name) ? name : names[i]!] = tensor;
        }
        const outputs = await session.run(feeds);
        for (const [i, bytes] of expected.entries()) {
          const { tensor } = await tensorOf(bytes);
          const got = outputs[decoded.outputs[i]!.name]!;
          if (got.dims.join() !== tensor.dims.join()) {
            return { kind: 'wrong', reason: `gave ${got.dims.join('×')} for ${tensor.dims.join('×')}` };
          }
          const error = largestError(got.data, Array.from(tensor.data, Number));
          if (error > 1e-3) return { kind: 'wrong', reason: `off by ${error.toPrecision(3)}` };
          largest = Math.max(largest, error);
        }
      }
    } finally {
      await session.release();
    }
    return { kind: 'passed', error: largest };
  } catch (error) {
    if (error instanceof ModelError)
      return { kind: 'refused', reason: error.problems.map((p) => p.code).join(', ') };
    if (error instanceof Error && error.name === 'Refusal') return { kind: 'refused', reason: error.message };
    return { kind: 'wrong', reason: String(error instanceof Error ? error.message : error) };
  }
}
