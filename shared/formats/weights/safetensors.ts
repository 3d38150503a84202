import type { PhraseValue } from '../../base/messages.ts';
import { fail, messages, type Result, succeed } from '../../base/problem.ts';
import type { FloatTensor } from '../../base/tensor.ts';
import { inBrief } from '../../base/text.ts';
import { bytesUnder, type StoredType } from './elements.ts';
import { checkedDims, storedBytes, storedTensor, type WeightFile } from './file.ts';
import { type ByteSource, problemOf, refuseAt } from './source.ts';
import type { LazyWeight } from './store.ts';

export const say = messages('formats/weights/safetensors', {
  'element-type-which': 'has the element type {{dtype}}, which is none of {{types}}',
  'lacks-shape-or': 'lacks its shape or its place',
  'bytes-but-shape': 'has {{bytes}} bytes, but its shape needs {{needed}}',
  'header-wrong:length': [
    'Its header cannot be {{length}} bytes long.',
    'The file is damaged or no .safetensors; get it anew.',
  ],
  'tensor-outside': [
    '"{{name}}" lies at {{from}} to {{to}} of {{bytes}} bytes.',
    'The file is damaged or no .safetensors; get it anew.',
  ],
  'header-wrong:text': ['Its header is no JSON.', 'The file is damaged or no .safetensors; get it anew.'],
  'header-wrong:list': [
    'Its header is no JSON object.',
    'The file is damaged or no .safetensors; get it anew.',
  ],
  'tensor-wrong': ['"{{name}}" {{why}}.', 'The file is damaged or no .safetensors; get it anew.'],
});

const types: Readonly<Record<string, StoredType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U64: 'uint64',
  U32: 'uint32',
  U16: 'uint16',
  U8: 'uint8',
  BOOL: 'bool',
};

/** The header states each tensor in about 100 bytes; networks have thousands, not millions. */
const MAX_HEADER_BYTES = 8 * 1024 * 1024;

/**
 * Reads the header of a safetensors file: 8 bytes of length, a JSON object of tensors, their elements. The elements stay
 * in the file until they are loaded. Source: the format's description by Hugging Face.
 */
export async function readSafetensors(source: ByteSource): Promise<Result<WeightFile>> {
  try {
    return succeed({ tensors: await tensorsOf(source), ordered: false });
  } catch (error) {
    return fail(problemOf(error));
  }
}

async function tensorsOf(source: ByteSource): Promise<ReadonlyMap<string, LazyWeight>> {
  const start = source.size < 8 ? undefined : await source.read(0, 8);
  const view = start && new DataView(start.buffer, start.byteOffset, 8);
  const length = view ? Number(view.getBigUint64(0, true)) : 0;
  if (length < 2 || length > MAX_HEADER_BYTES || 8 + length > source.size)
    throw refuseAt(0, say('header-wrong:length', { length }));
  const data = 8 + length;
  const tensors = new Map<string, LazyWeight>();
  let covered = 0;
  for (const [name, entry] of entriesOf(await source.read(8, length))) {
    if (name === '__metadata__') continue;
    const { dims, type, from, to } = entryOf(name, entry);
    covered += to - from;
    if (to > source.size - data || covered > source.size - data)
      throw refuseAt(8, say('tensor-outside', { name, from, to, bytes: source.size - data }));
    tensors.set(
      name,
      storedTensor(dims, type, (offset, length, into) => source.read(data + from + offset, length, into)),
    );
  }
  return tensors;
}

function entriesOf(header: Uint8Array): readonly (readonly [string, unknown])[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header));
  } catch {
    throw refuseAt(8, say('header-wrong:text'));
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw refuseAt(8, say('header-wrong:list'));
  return Object.entries(parsed);
}

function entryOf(name: string, entry: unknown) {
  const { dtype, shape, data_offsets } =
    typeof entry === 'object' && entry !== null
      ? (entry as { readonly dtype?: unknown; readonly shape?: unknown; readonly data_offsets?: unknown })
      : {};
  const type = typeof dtype === 'string' && Object.hasOwn(types, dtype) ? types[dtype] : undefined;
  const refuse = (why: PhraseValue) => refuseAt(8, say('tensor-wrong', { name: name.slice(0, 200), why }));
  if (type === undefined)
    throw refuse(
      say.part('element-type-which', {
        dtype: dtype === undefined ? 'nothing' : inBrief(dtype),
        types: Object.keys(types).join(' '),
      }),
    );
  const [from, to] = Array.isArray(data_offsets) ? data_offsets : [];
  if (!Array.isArray(shape) || !Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0)
    throw refuse(say.part('lacks-shape-or'));
  const dims = checkedDims(name, shape, 8);
  if (to - from !== storedBytes(dims, type))
    throw refuse(say.part('bytes-but-shape', { bytes: to - from, needed: storedBytes(dims, type) }));
  return { dims, type, from: Number(from), to: Number(to) };
}

/** Writes tensors as float32, in the given order. */
export function writeSafetensors(
  tensors: Iterable<readonly [name: string, tensor: FloatTensor]>,
): Uint8Array {
  const all = [...tensors];
  let at = 0;
  const entries = all.map(([name, { dims, data }]) => {
    const from = at;
    at += data.byteLength;
    return [name, { dtype: 'F32', shape: dims, data_offsets: [from, at] }] as const;
  });
  const json = new TextEncoder().encode(
    JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) }),
  );
  // The elements start at a multiple of 8, so that they can be mapped into memory; the header is padded with spaces.
  const length = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + at);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.fill(0x20, 8, 8 + length);
  bytes.set(json, 8);
  let place = 8 + length;
  for (const [, { data }] of all) {
    bytes.set(bytesUnder(data), place);
    place += data.byteLength;
  }
  return bytes;
}
