import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Dims, elementCount } from '../../shared/base/dims.ts';
import { Tensor, type TensorType } from '../../shared/base/tensor.ts';
import { decodeTensorFile } from '../../shared/formats/onnx/decode.ts';
import { elementTypes } from '../../shared/formats/onnx/model.ts';
import { readElements } from '../../shared/formats/onnx/tensor-data.ts';
import { bytesSource } from '../../shared/formats/weights/source.ts';

/** Where the reference data lies; tests that need it are skipped where it is absent. */
export const referenceFolder = resolve(process.env.NETWRIGHT_REFERENCE ?? '../shared/reference');
export const hasReference = existsSync(referenceFolder);

export function referencePath(...parts: readonly string[]): string {
  return join(referenceFolder, ...parts);
}

/** A test tensor: floats as float32, integers as int64. */
export async function readTensorFile(path: string): Promise<{ name: string; tensor: Tensor<TensorType> }> {
  const { tensor, reader } = await decodeTensorFile(bytesSource(readFileSync(path)));
  const elements = await readElements(reader, tensor);
  const { name, dims } = tensor;
  if (elementTypes[tensor.type].float) {
    return { name, tensor: new Tensor('float32', Float32Array.from(elements), dims) };
  }
  return { name, tensor: new Tensor('int64', BigInt64Array.from(elements, BigInt), dims) };
}

/** The files `input_0.pb`, `input_1.pb`, … of a data set, in order. */
export function tensorFiles(folder: string, kind: 'input' | 'output'): readonly string[] {
  const number = (file: string) => Number(/_(\d+)\.pb$/.exec(file)?.[1]);
  return readdirSync(folder)
    .filter((file) => file.startsWith(`${kind}_`) && file.endsWith('.pb'))
    .sort((a, b) => number(a) - number(b))
    .map((file) => join(folder, file));
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

export function scaled(dims: Dims, element: (i: number, count: number) => number): Tensor<'float32'> {
  const count = elementCount(dims);
  return new Tensor(
    'float32',
    Float32Array.from({ length: count }, (_, i) => element(i, count)),
    dims,
  );
}
