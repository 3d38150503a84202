import { type Dims, elementCount } from '../../base/dims.ts';
import { messages } from '../../base/problem.ts';
import { Tensor } from '../../base/tensor.ts';
import { inBrief } from '../../base/text.ts';
import { bytesUnder, elementBytes, type StoredType, toFloat32 } from './elements.ts';
import { refuseAt } from './source.ts';
import type { LazyWeight } from './store.ts';

export const say = messages('formats/weights/file', {
  'tensor-dims-wrong': [
    '"{{name}}" says that its shape is {{dims}}.',
    'Tensors may have 2 GiB; the file is damaged or too large.',
  ],
});

/** Named tensors of a file, still in it. */
export interface WeightFile {
  readonly tensors: ReadonlyMap<string, LazyWeight>;
  /** Whether they stand in the order in which the network uses them, so that place may stand in for a name. */
  readonly ordered: boolean;
  /** Of Keras: maps were turned before they were flattened, so that what follows has its inputs with the channels first. */
  readonly channelsFirst?: boolean;
}

/** More axes than any layer has; a file that says more is damaged. */
const MAX_RANK = 16;
/** Of one tensor as float32: what a typed array holds on every machine. */
const MAX_TENSOR_BYTES = 2 ** 31 - 1;

/** Dims as a file states them; refuses what no tensor can have. */
export function checkedDims(name: string, dims: readonly unknown[], offset: number): Dims {
  const whole = dims.filter(
    (extent): extent is number => Number.isSafeInteger(extent) && Number(extent) >= 0,
  );
  if (whole.length === dims.length && dims.length <= MAX_RANK && elementCount(whole) * 4 <= MAX_TENSOR_BYTES)
    return whole;
  throw refuseAt(
    offset,
    say('tensor-dims-wrong', {
      name: name.slice(0, 200),
      dims: inBrief(dims, 200),
    }),
  );
}

/** A tensor whose bytes are read when it is wanted. */
export function lazyTensor(dims: Dims, type: StoredType, read: () => Promise<Uint8Array>): LazyWeight {
  return {
    dims,
    load: async () => new Tensor('float32', toFloat32(await read(), type), dims),
  };
}

/** A tensor whose elements lie one behind the other: any of them are read alone. `bytesFrom` reads from its first byte on. */
export function storedTensor(
  dims: Dims,
  type: StoredType,
  bytesFrom: (offset: number, length: number, into?: Uint8Array) => Promise<Uint8Array>,
): LazyWeight {
  const width = elementBytes[type];
  return {
    ...lazyTensor(dims, type, () => bytesFrom(0, storedBytes(dims, type))),
    async part(first, count, into) {
      const memory = type === 'float32' && into ? bytesUnder(into) : undefined;
      return toFloat32(await bytesFrom(first * width, count * width, memory), type);
    },
  };
}

export function storedBytes(dims: Dims, type: StoredType): number {
  return elementCount(dims) * elementBytes[type];
}
