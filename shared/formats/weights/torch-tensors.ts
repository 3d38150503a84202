import { messages } from '../../base/problem.ts';
import { Tensor } from '../../base/tensor.ts';
import { bytesUnder, elementBytes, type StoredType, toFloat32 } from './elements.ts';
import { checkedDims, storedBytes } from './file.ts';
import { PickleClass, PickleRecord, PickleReference, type PickleValue } from './pickle-values.ts';
import { refuseAt } from './source.ts';
import type { LazyWeight } from './store.ts';

export const say = messages('formats/weights/torch-tensors', {
  'tensor-wrong:none': [
    '"{{name}}" is no tensor whose elements the file holds.',
    'The file is damaged; get it anew.',
  ],
  'tensor-wrong:type': [
    '"{{name}}" has elements of "{{type}}", which are not read.',
    'Save it as a plain float tensor: {k: v.float() for k, v in model.state_dict().items()}.',
  ],
  'tensor-wrong:missing': [
    '"{{name}}" lies in a part of the file that is missing.',
    'The file is damaged; get it anew.',
  ],
  'tensor-wrong:place': [
    '"{{name}}" does not say where its elements lie.',
    'The file is damaged; get it anew.',
  ],
  'tensor-wrong:outside': [
    '"{{name}}" lies at {{from}} to {{to}} of {{elements}} elements.',
    'The file is damaged; get it anew.',
  ],
});

/** By the names of PyTorch's storages and, where those have none, of its element types. */
const types: Readonly<Record<string, StoredType>> = {
  'torch.DoubleStorage': 'float64',
  'torch.FloatStorage': 'float32',
  'torch.HalfStorage': 'float16',
  'torch.BFloat16Storage': 'bfloat16',
  'torch.LongStorage': 'int64',
  'torch.IntStorage': 'int32',
  'torch.ShortStorage': 'int16',
  'torch.CharStorage': 'int8',
  'torch.ByteStorage': 'uint8',
  'torch.BoolStorage': 'bool',
  'torch.float64': 'float64',
  'torch.float32': 'float32',
  'torch.float16': 'float16',
  'torch.bfloat16': 'bfloat16',
  'torch.int64': 'int64',
  'torch.int32': 'int32',
  'torch.int16': 'int16',
  'torch.int8': 'int8',
  'torch.uint64': 'uint64',
  'torch.uint32': 'uint32',
  'torch.uint16': 'uint16',
  'torch.uint8': 'uint8',
  'torch.bool': 'bool',
};
const typeNamed = (name: string): StoredType | undefined =>
  Object.hasOwn(types, name) ? types[name] : undefined;

/** Bytes of the elements that are not read, so that what lies behind them is found. */
const otherWidths: Readonly<Record<string, number>> = {
  'torch.ComplexFloatStorage': 8,
  'torch.ComplexDoubleStorage': 16,
  'torch.QInt8Storage': 1,
  'torch.QUInt8Storage': 1,
  'torch.QInt32Storage': 4,
  'torch.storage.UntypedStorage': 1,
};

/** A storage's name and the bytes of its elements. */
export function storedWidth(reference: PickleReference): readonly [key: string, width: number | undefined] {
  const { typeName = '', key = '' } = storageOf(reference) ?? {};
  const type = typeNamed(typeName);
  return [key, type ? elementBytes[type] : otherWidths[typeName]];
}

/** Where a storage's bytes lie, once they are wanted. */
export interface Storages {
  /** Of a storage, in bytes; undefined where the file has none of this name. */
  bytesOf(key: string): number | undefined;
  read(key: string, offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
}

/** Functions that make a tensor of a storage, and whether their arguments end with its element type. */
const rebuilds: Readonly<Record<string, { readonly typeAt?: number }>> = {
  'torch._utils._rebuild_tensor': {},
  'torch._utils._rebuild_tensor_v2': {},
  'torch._utils._rebuild_tensor_v3': { typeAt: 6 },
};
/** What only wraps a tensor, its first argument. */
const wrappers = new Set([
  'torch._utils._rebuild_parameter',
  'torch._utils._rebuild_parameter_with_state',
  'torch.nn.parameter.Parameter',
]);
const MAX_WRAPPED = 8;

/** Whether a value is a tensor, of whatever kind. */
export function isTensor(value: PickleValue): boolean {
  return innermost(value) !== undefined;
}

function innermost(value: PickleValue): PickleRecord | undefined {
  let at = value;
  for (let deep = 0; deep < MAX_WRAPPED && at instanceof PickleRecord; deep++) {
    if (Object.hasOwn(rebuilds, at.made.name)) return at;
    if (!wrappers.has(at.made.name)) return undefined;
    at = at.args[0] ?? null;
  }
  return undefined;
}

/** A tensor of a checkpoint, whose elements stay in the file. Throws a Refusal. */
export function torchTensor(name: string, value: PickleValue, storages: Storages): LazyWeight {
  const shown = name.slice(0, 200);
  const record = innermost(value)!;
  const [storage, first, sizes, strides] = record.args;
  const { typeAt } = rebuilds[record.made.name]!;
  const said = typeAt === undefined ? undefined : record.args[typeAt];
  const { typeName, key, base } = storageOf(storage) ?? {};
  const wanted = said instanceof PickleClass ? said.name : typeName;
  const type = wanted === undefined ? undefined : typeNamed(wanted);
  if (key === undefined || base === undefined || !Array.isArray(sizes) || !Array.isArray(strides))
    throw refuseAt(0, say('tensor-wrong:none', { name: shown }));
  if (type === undefined) throw refuseAt(0, say('tensor-wrong:type', { name: shown, type: String(wanted) }));
  const dims = checkedDims(name, sizes, 0);
  const steps = checkedStrides(strides, dims.length);
  const offset = Number.isSafeInteger(first) ? base + Number(first) : -1;
  const storedOf = storages.bytesOf(key);
  if (storedOf === undefined) throw refuseAt(0, say('tensor-wrong:missing', { name: shown }));
  if (steps === undefined || offset < 0) throw refuseAt(0, say('tensor-wrong:place', { name: shown }));
  const width = elementBytes[type];
  const empty = dims.includes(0);
  const span = empty ? 0 : dims.reduce((last, extent, axis) => last + (extent - 1) * steps[axis]!, 1);
  if (!Number.isSafeInteger(span) || (offset + span) * width > storedOf)
    throw refuseAt(
      0,
      say('tensor-wrong:outside', {
        name: shown,
        from: offset,
        to: offset + span,
        elements: Math.floor(storedOf / width),
      }),
    );

  const read = async (from: number, count: number, into?: Float32Array): Promise<Float32Array> => {
    const memory = type === 'float32' ? into : undefined;
    const bytes = await storages.read(
      key,
      (offset + from) * width,
      count * width,
      memory && bytesUnder(memory),
    );
    return toFloat32(bytes, type);
  };
  const whole = isWhole(dims, steps);
  return {
    dims,
    origin: `${key}:${offset}:${type}:${dims.join('×')}:${steps.join(',')}`,
    load: async () => {
      const elements = await read(0, span);
      return new Tensor('float32', whole || empty ? elements : gathered(elements, dims, steps), dims);
    },
    ...(whole && storedBytes(dims, type) > 0 && { part: read }),
  };
}

/** Storages are called by numbers or texts; what else stands there may be a list of lists without an end. */
export const isKey = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

/** What a reference to a storage says: `('storage', class, key, device, elements, view)`. */
function storageOf(value: PickleValue | undefined) {
  if (!(value instanceof PickleReference) || !Array.isArray(value.id)) return undefined;
  const [kind, made, key, , , view] = value.id;
  if (kind !== 'storage' || !(made instanceof PickleClass) || !isKey(key)) return undefined;
  // A view is a piece of another storage, as old files have them: (key, offset, elements).
  const at: unknown = Array.isArray(view) ? view[1] : 0;
  const base = Number.isSafeInteger(at) && Number(at) >= 0 ? Number(at) : undefined;
  return { typeName: made.name, key: String(key), base };
}

function checkedStrides(strides: readonly unknown[], rank: number): readonly number[] | undefined {
  const whole = strides.filter(
    (stride): stride is number => Number.isSafeInteger(stride) && Number(stride) >= 0,
  );
  return whole.length === strides.length && strides.length === rank ? whole : undefined;
}

/** Whether the elements lie one behind the other; the stride of an axis of 1 says nothing. */
function isWhole(dims: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    if (dims[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= dims[axis]!;
  }
  return true;
}

function gathered(elements: Float32Array, dims: readonly number[], strides: readonly number[]): Float32Array {
  const out = new Float32Array(dims.reduce((product, extent) => product * extent, 1));
  const index = dims.map(() => 0);
  for (let to = 0, from = 0; to < out.length; to++) {
    out[to] = elements[from]!;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < dims[axis]!) break;
      from -= dims[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}
