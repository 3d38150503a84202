import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tensor, TensorType } from '../../shared/base/tensor.ts';
import { decodeModel } from '../../shared/formats/onnx/decode.ts';
import { bytesSource } from '../../shared/formats/weights/source.ts';
import { ModelError, openModel } from '../../shared/models/open-model.ts';
import type { Backend } from '../../shared/runtime/session.ts';
import { largestError, readTensorFile, tensorFiles } from './reference-data.ts';

export type Outcome =
  | { readonly kind: 'passed'; readonly error: number }
  | { readonly kind: 'wrong'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** Runs `model.onnx` with every data set beside it; outputs must agree to 1e-3 of 1 + |expected|, as ONNX's own runner asks. */
export async function runCase(
  folder: string,
  backend: Backend,
  model = 'model.onnx',
  data = folder,
): Promise<Outcome> {
  const source = bytesSource(readFileSync(join(folder, model)));
  const { model: decoded } = await decodeModel(source);
  const initialised = new Set(decoded.initializers.map(({ name }) => name));
  const names = decoded.inputs.map(({ name }) => name).filter((name) => !initialised.has(name));
  let largest = 0;
  try {
    const session = await openModel(source, { backend, threads: 1 });
    try {
      for (let set = 0; existsSync(join(data, `test_data_set_${set}`)); set++) {
        const at = join(data, `test_data_set_${set}`);
        const feeds: Record<string, Tensor<TensorType>> = {};
        for (const [i, file] of tensorFiles(at, 'input').entries()) {
          const { name, tensor } = await readTensorFile(file);
          feeds[names.includes(name) ? name : names[i]!] = tensor;
        }
        const outputs = await session.run(feeds);
        for (const [i, file] of tensorFiles(at, 'output').entries()) {
          const { tensor } = await readTensorFile(file);
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
