import { elementCount } from '../../base/dims.ts';
import { halfToFloat } from '../../base/half.ts';
import { type Issue, messages } from '../../base/problem.ts';
import { bytesUnder, toFloat32 } from '../weights/elements.ts';
import { widenBrain, widenHalf } from '../weights/half.ts';
import { type ByteSource, refuseAt } from '../weights/source.ts';
import type { LazyWeight } from '../weights/store.ts';
import { bytesOfElements, elementTypes, type OnnxTensor, type TensorContent } from './model.ts';
import type { PagedReader, Span } from './protobuf.ts';
import { smallNumbers } from './small-numbers.ts';

export const say = messages('formats/onnx/tensor-data', {
  'tensor-too-large': ['"{{name}}" has {{count}} elements.', 'Tensors may have 2 GiB.'],
  'tensor-size-wrong:elements': [
    '"{{name}}" should hold {{count}} elements, but {{length}} are there.',
    'The file is damaged; get it anew.',
  ],
  'external-data-missing': [
    '"{{name}}" has its weights in "{{location}}", which is not there.',
    'Put that file beside the model.',
  ],
  'tensor-size-wrong:bytes': [
    '"{{name}}" needs {{wanted}} bytes at {{offset}} of "{{location}}", which has {{size}}.',
    'The file is damaged or of another model; get both anew.',
  ],
  'external-data-outside': [
    '"{{name}}" wants its weights from "{{location}}", which is outside the model\'s folder.',
    'Put the weights beside the model and export it again.',
  ],
});

/** Opens the file beside the model that external weights lie in; undefined when there is none or it is not allowed. */
export type OpenExternal = (location: string) => Promise<ByteSource | undefined>;

/** Floating point elements as float32, integers and those of double precision as they are. */
export type Elements = Float32Array | Float64Array;

const MAX_TENSOR_BYTES = 2 ** 31 - 1;

/** Reads the elements of a tensor, row-major. Throws a Refusal when they are not all there. */
export async function readElements(
  reader: PagedReader,
  tensor: OnnxTensor,
  openExternal?: OpenExternal,
): Promise<Elements> {
  const { content, offset } = tensor;
  const count = elementCount(tensor.dims);
  if (count * 4 > MAX_TENSOR_BYTES) {
    throw refuseAt(offset, say('tensor-too-large', { name: tensor.name, count }));
  }
  switch (content.kind) {
    case 'raw':
      return widen(
        await reader.source.read(content.span.start, content.span.end - content.span.start),
        tensor,
      );
    case 'external':
      return widen(
        await (await externalFile(tensor, content, openExternal)).read(content.offset, bytesOf(tensor)),
        tensor,
      );
    case 'packed':
      return readPacked(reader, tensor, content, count);
  }
}

/**
 * Reads some elements of a tensor, from the `first` on; undefined where they do not lie as float32 in the file, so that all
 * of them have to be read.
 */
export function partsOf(
  { source }: PagedReader,
  tensor: OnnxTensor,
  openExternal?: OpenExternal,
): NonNullable<LazyWeight['part']> | undefined {
  const { content, type, dims } = tensor;
  if (content.kind === 'external')
    return type === 1
      ? async (first, count, into) => {
          const file = await externalFile(tensor, content, openExternal);
          const bytes = await file.read(content.offset + first * 4, count * 4, into && bytesUnder(into));
          return toFloat32(bytes, 'float32');
        }
      : undefined;
  const span = content.kind === 'raw' && type === 1 ? content.span : packedFloats(content);
  if (!span || span.end - span.start !== elementCount(dims) * 4) return undefined;
  return async (first, count, into) =>
    toFloat32(await source.read(span.start + first * 4, count * 4, into && bytesUnder(into)), 'float32');
}

function packedFloats(content: TensorContent): Span | undefined {
  return content.kind === 'packed' && content.as === 'float' && content.spans.length === 1
    ? content.spans[0]
    : undefined;
}

type Packed = Extract<TensorContent, { kind: 'packed' }>;

async function readPacked(
  reader: PagedReader,
  tensor: OnnxTensor,
  { as, spans }: Packed,
  count: number,
): Promise<Elements> {
  const [only] = spans;
  const bytes = as === 'float' ? 4 : 8;
  // Packed floats lie there as raw ones do; of a large model they are most of the file.
  if (only && spans.length === 1 && as !== 'varint' && only.end - only.start === count * bytes) {
    const content = ownBuffer(await reader.source.read(only.start, count * bytes));
    return as === 'float' ? new Float32Array(content) : new Float64Array(content);
  }
  const found: number[] = [];
  for (const span of spans) {
    for (const value of await reader.decode(() => unpack(reader, as, span))) found.push(value);
    if (found.length > count) break;
  }
  if (found.length === inNumbers(tensor)) return fromNumbers(found, tensor);
  throw refuseAt(
    tensor.offset,
    say('tensor-size-wrong:elements', { name: tensor.name, count, length: found.length }),
  );
}

function unpack(reader: PagedReader, as: 'float' | 'double' | 'varint', span: Span & { wire: string }) {
  const field = { number: 0, ...span } as Parameters<PagedReader['ints']>[0];
  if (as === 'float') return reader.floats(field);
  if (as === 'varint') return reader.ints(field);
  const bytes = reader.bytes(span);
  const view = new DataView(bytes.buffer);
  return Array.from({ length: Math.floor(bytes.length / 8) }, (_, i) => view.getFloat64(i * 8, true));
}

/** How many numbers of a list hold all elements: those of a byte or less stand there by the byte. */
const inNumbers = (tensor: OnnxTensor) =>
  elementTypes[tensor.type].bytes < 1 ? bytesOf(tensor) : elementCount(tensor.dims);

function fromNumbers(numbers: readonly number[], tensor: OnnxTensor): Elements {
  const { type } = tensor;
  if (type >= 17) return small(Uint8Array.from(numbers), tensor);
  if (type === 10) return Float32Array.from(numbers, (bits) => halfToFloat(bits & 0xffff));
  if (type === 16) return widenBrain(Uint16Array.from(numbers));
  return elementTypes[type].float && type !== 11 ? Float32Array.from(numbers) : Float64Array.from(numbers);
}

type External = Extract<TensorContent, { kind: 'external' }>;

const bytesOf = ({ dims, type }: OnnxTensor): number => bytesOfElements(type, elementCount(dims));

/** The file beside the model in which all of a tensor lies. */
async function externalFile(
  tensor: OnnxTensor,
  { location, offset, length }: External,
  open: OpenExternal | undefined,
): Promise<ByteSource> {
  const refuse = (issue: Issue) => refuseAt(tensor.offset, issue);
  const wanted = bytesOf(tensor);
  if (!isInsideFolder(location)) throw outsideFolder(tensor, location);
  const source = await open?.(location);
  if (!source) {
    throw refuse(say('external-data-missing', { name: tensor.name, location }));
  }
  if ((length >= 0 && length !== wanted) || offset + wanted > source.size) {
    throw refuse(
      say('tensor-size-wrong:bytes', { name: tensor.name, wanted, offset, location, size: source.size }),
    );
  }
  return source;
}

export function outsideFolder({ name, offset }: OnnxTensor, location: string): Error {
  return refuseAt(offset, say('external-data-outside', { name, location }));
}

/** A relative path without a step up: the file lies in the model's folder or below. */
export function isInsideFolder(location: string): boolean {
  if (location === '' || /^[/\\]|^[a-zA-Z]:|\0/.test(location)) return false;
  return location.split(/[/\\]/).every((part) => part !== '..' && part !== '');
}

/** All of a buffer, as files give it; else a copy, for typed arrays must start at a multiple of their element size. */
const ownBuffer = (bytes: Uint8Array): ArrayBufferLike =>
  bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : new Uint8Array(bytes).buffer;

function widen(bytes: Uint8Array, tensor: OnnxTensor): Elements {
  const buffer = ownBuffer(bytes);
  switch (tensor.type) {
    case 1:
      return new Float32Array(buffer);
    case 10:
      return widenHalf(new Uint16Array(buffer));
    case 16:
      return widenBrain(new Uint16Array(buffer));
    case 11:
      return new Float64Array(buffer);
    case 2:
    case 9:
      return Float64Array.from(new Uint8Array(buffer));
    case 3:
      return Float64Array.from(new Int8Array(buffer));
    case 4:
      return Float64Array.from(new Uint16Array(buffer));
    case 5:
      return Float64Array.from(new Int16Array(buffer));
    case 6:
      return Float64Array.from(new Int32Array(buffer));
    case 12:
      return Float64Array.from(new Uint32Array(buffer));
    case 7:
      return Float64Array.from(new BigInt64Array(buffer), Number);
    case 13:
      return Float64Array.from(new BigUint64Array(buffer), Number);
    default:
      return small(bytes, tensor);
  }
}

/** Numbers of a byte or of half a byte, the lower half first: their bits say which of few they are. */
function small(bytes: Uint8Array, { type, dims }: OnnxTensor): Elements {
  const count = elementCount(dims);
  const bits = (i: number) =>
    elementTypes[type].bytes === 1 ? bytes[i]! : (bytes[i >> 1]! >> ((i & 1) * 4)) & 15;
  const values = smallNumbers(type);
  const elements = elementTypes[type].float ? new Float32Array(count) : new Float64Array(count);
  for (let i = 0; i < count; i++) elements[i] = values[bits(i)]!;
  return elements;
}
