import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Dims, elementCount } from '../../shared/base/dims.ts';
import { Tensor } from '../../shared/base/tensor.ts';
import { tensorOf } from './judge-case.ts';

export { hasReference, referencePath } from '../reference.ts';
export { largestError } from './judge-case.ts';

/** A test tensor: floats as float32, integers as int64. */
export const readTensorFile = (path: string) => tensorOf(readFileSync(path));

/** The files `input_0.pb`, `input_1.pb`, … of a data set, in order. */
export function tensorFiles(folder: string, kind: 'input' | 'output'): readonly string[] {
  const number = (file: string) => Number(/_(\d+)\.pb$/.exec(file)?.[1]);
  return readdirSync(folder)
    .filter((file) => file.startsWith(`${kind}_`) && file.endsWith('.pb'))
    .sort((a, b) => number(a) - number(b))
    .map((file) => join(folder, file));
}

export function scaled(dims: Dims, element: (i: number, count: number) => number): Tensor<'float32'> {
  const count = elementCount(dims);
  return new Tensor(
    'float32',
    Float32Array.from({ length: count }, (_, i) => element(i, count)),
    dims,
  );
}
