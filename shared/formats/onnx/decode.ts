import { elementCount } from '../../base/dims.ts';
import { messages } from '../../base/problem.ts';
import { type ByteSource, refuseAt } from '../weights/source.ts';
import {
  bytesOfElements,
  elementTypeName,
  isElementType,
  NOT_LEARNED,
  type OnnxAttribute,
  type OnnxFunction,
  type OnnxModel,
  type OnnxNode,
  type OnnxSubgraph,
  type OnnxTensor,
  type OnnxValue,
  type PackedSpan,
  type TensorContent,
} from './model.ts';
import { type Field, PagedReader, type Span } from './protobuf.ts';

export const say = messages('formats/onnx/decode', {
  'model-empty': ['The file is empty.', 'The file is damaged or no ONNX model; get it anew.'],
  'model-without-graph': [
    'There is no graph in this file.',
    'The file is damaged or no ONNX model; get it anew.',
  ],
  'sparse-weights': ['The model has sparse weights, which are not taken.', 'Export it with dense weights.'],
  'graph-too-deep': [
    'Graphs lie in each other {{depth}} deep.',
    'The file is damaged or no ONNX model; get it anew.',
  ],
  'tensor-dims-invalid': [
    '{{label}} has impossible dims: {{dims}}.',
    'The file is damaged or no ONNX model; get it anew.',
  ],
  'tensor-type-unsupported': [
    '{{label}} has elements of {{type}}, which is not taken.',
    'Export the model with float32 or float16 weights.',
  ],
  'one-element': 'one element',
  'tensor-size-wrong': [
    '{{label}} of {{dims}} needs {{bytes}} bytes, but {{found}} are there.',
    'The file is damaged or no ONNX model; get it anew.',
  ],
});

const MAX_RANK = 16;
const MAX_ELEMENTS = 2 ** 40;

/** Of pages that were looked at so much is kept from one tensor to the next: their heads lie close together, or far apart. */
const MOST_HELD_BYTES = 32 << 20;

/**
 * Reads everything of an ONNX model but its weights, of which only the places are noted. Field numbers are those of
 * onnx.proto. Throws a Refusal with the byte offset.
 */
export async function decodeModel(source: ByteSource): Promise<{ model: OnnxModel; reader: PagedReader }> {
  const reader = new PagedReader(source);
  if (source.size === 0) throw refuseAt(0, say('model-empty'));
  const head = await reader.manyFields({ start: 0, end: source.size });
  const graph = head.findLast(({ number, wire }) => number === 7 && wire === 'bytes');
  if (!graph) throw refuseAt(0, say('model-without-graph'));
  const entries = await reader.manyFields(graph);
  const each = async <T>(number: number, decode: (field: Field) => T): Promise<readonly T[]> => {
    const results: T[] = [];
    for (const field of entries) {
      if (field.number !== number) continue;
      reader.expect(field, 'bytes');
      results.push(await reader.decode(() => decode(field)));
      reader.letGo(MOST_HELD_BYTES);
    }
    return results;
  };
  const sparse = entries.find(({ number }) => number === 15);
  if (sparse) {
    throw refuseAt(sparse.start, say('sparse-weights'));
  }
  const top = await reader.decode(() => modelHead(reader, head));
  const names = await reader.decode(() =>
    entries.filter(({ number }) => number === 2).map((f) => reader.text(f)),
  );
  const model: OnnxModel = {
    ...top,
    name: names.at(-1) ?? '',
    nodes: await each(1, (field) => decodeNode(reader, field)),
    initializers: await each(5, (field) => decodeTensor(reader, field)),
    inputs: await each(11, (field) => decodeValue(reader, field)),
    outputs: await each(12, (field) => decodeValue(reader, field)),
    functions: await functionsOf(reader, head),
  };
  // All that is known now is in the model; what tensors hold is read where it lies when it is wanted.
  reader.letGo(0);
  return { model, reader };
}

async function functionsOf(reader: PagedReader, head: readonly Field[]): Promise<readonly OnnxFunction[]> {
  const functions: OnnxFunction[] = [];
  for (const field of head) {
    if (field.number !== 25) continue;
    reader.expect(field, 'bytes');
    functions.push(await reader.decode(() => decodeFunction(reader, field)));
  }
  return functions;
}

function decodeFunction(reader: PagedReader, span: Span): OnnxFunction {
  const fields = reader.fields(span);
  const of = (number: number) => fields.filter((field) => field.number === number);
  const texts = (number: number) => of(number).map((field) => reader.text(field));
  const messages = (number: number) =>
    of(number).map((field) => {
      reader.expect(field, 'bytes');
      return field;
    });
  const opsets = messages(9).map((field) => opsetOf(reader, field));
  return {
    name: texts(1).at(-1) ?? '',
    domain: texts(10).at(-1) ?? '',
    inputs: texts(4),
    outputs: texts(5),
    defaults: new Map(messages(11).map((field) => decodeAttribute(reader, field, 1))),
    nodes: messages(7).map((field) => decodeNode(reader, field, 1)),
    opset: opsets.find(({ domain }) => domain === '')?.version,
  };
}

/** An OperatorSetIdProto. */
function opsetOf(reader: PagedReader, span: Span): { readonly domain: string; readonly version: number } {
  let [domain, version] = ['', 0];
  for (const part of reader.fields(span)) {
    if (part.number === 1) domain = reader.text(part);
    if (part.number === 2) version = reader.int(part);
  }
  return { domain: domain === 'ai.onnx' ? '' : domain, version };
}

function modelHead(reader: PagedReader, fields: readonly Field[]) {
  let irVersion = 0;
  let producer = '';
  let opset = 0;
  const domains = new Map<string, number>();
  const metadata = new Map<string, string>();
  for (const field of fields) {
    if (field.number === 1) irVersion = reader.int(field);
    if (field.number === 2) producer = reader.text(field);
    if (field.number === 14) metadata.set(...entryOf(reader, field));
    if (field.number !== 8) continue;
    reader.expect(field, 'bytes');
    const { domain, version } = opsetOf(reader, field);
    if (domain === '') opset = version;
    else domains.set(domain, version);
  }
  return { irVersion, producer, opset: opset || 1, domains, metadata };
}

/** A StringStringEntryProto. */
function entryOf(reader: PagedReader, field: Field): [string, string] {
  reader.expect(field, 'bytes');
  let key = '';
  let value = '';
  for (const part of reader.fields(field)) {
    if (part.number === 1) key = reader.text(part);
    if (part.number === 2) value = reader.text(part);
  }
  return [key, value];
}

/** `depth` is how many graphs lie around it. */
function decodeNode(reader: PagedReader, span: Span, depth = 0): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  let name = '';
  let op = '';
  let domain = '';
  for (const field of reader.fields(span)) {
    if (field.number === 1) inputs.push(reader.text(field));
    if (field.number === 2) outputs.push(reader.text(field));
    if (field.number === 3) name = reader.text(field);
    if (field.number === 4) op = reader.text(field);
    if (field.number === 7) domain = reader.text(field);
    if (field.number === 5) {
      reader.expect(field, 'bytes');
      attributes.set(...decodeAttribute(reader, field, depth));
    }
  }
  return {
    op,
    domain: domain === 'ai.onnx' ? '' : domain,
    name,
    inputs,
    outputs,
    attributes,
    offset: span.start,
  };
}

/** Branches inside branches: more is no network. */
const MAX_DEPTH = 8;

function decodeGraph(reader: PagedReader, span: Span, depth: number): OnnxSubgraph {
  if (depth > MAX_DEPTH) {
    throw refuseAt(span.start, say('graph-too-deep', { depth }));
  }
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const inputs: string[] = [];
  const outputs: OnnxValue[] = [];
  for (const field of reader.fields(span)) {
    if (![1, 5, 11, 12].includes(field.number)) continue;
    reader.expect(field, 'bytes');
    if (field.number === 1) nodes.push(decodeNode(reader, field, depth));
    if (field.number === 5) initializers.push(decodeTensor(reader, field));
    if (field.number === 11) inputs.push(decodeValue(reader, field).name);
    if (field.number === 12) outputs.push(decodeValue(reader, field));
  }
  return { nodes, initializers, inputs, outputs };
}

const attributeKinds: Readonly<Record<number, keyof typeof attributeFields>> = {
  1: 'float',
  2: 'int',
  3: 'text',
  4: 'tensor',
  5: 'graph',
  6: 'floats',
  7: 'ints',
};
const attributeFields = { float: 2, int: 3, text: 4, tensor: 5, graph: 6, floats: 7, ints: 8 } as const;

function decodeAttribute(reader: PagedReader, span: Span, depth: number): [string, OnnxAttribute] {
  const fields = reader.fields(span);
  const of = (number: number) => fields.filter((field) => field.number === number);
  const name =
    of(1)
      .map((field) => reader.text(field))
      .at(-1) ?? '';
  const type = of(20)
    .map((field) => reader.int(field))
    .at(-1);
  const ref = of(21)
    .map((field) => reader.text(field))
    .at(-1);
  if (ref) return [name, { kind: 'ref', value: ref }];
  const present = Object.entries(attributeFields).find(([, number]) => of(number).length > 0)?.[0];
  const kind =
    type === undefined ? (present as keyof typeof attributeFields | undefined) : attributeKinds[type];
  if (kind === undefined) return [name, { kind: 'other' }];
  const given = of(attributeFields[kind]);
  const last = given.at(-1);
  switch (kind) {
    case 'float':
      return [name, { kind, value: last ? reader.float(last) : 0 }];
    case 'int':
      return [name, { kind, value: last ? reader.int(last) : 0 }];
    case 'text':
      return [name, { kind, value: last ? reader.text(last) : '' }];
    case 'floats':
      return [name, { kind, value: given.flatMap((field) => reader.floats(field)) }];
    case 'ints':
      return [name, { kind, value: given.flatMap((field) => reader.ints(field)) }];
    case 'tensor':
      if (!last) return [name, { kind: 'other' }];
      reader.expect(last, 'bytes');
      return [name, { kind, value: decodeTensor(reader, last) }];
    case 'graph':
      if (!last) return [name, { kind: 'other' }];
      reader.expect(last, 'bytes');
      return [name, { kind, value: decodeGraph(reader, last, depth + 1) }];
  }
}

function decodeTensor(reader: PagedReader, span: Span): OnnxTensor {
  const fields = reader.fields(span);
  const of = (number: number) => fields.filter((field) => field.number === number);
  const name =
    of(8)
      .map((field) => reader.text(field))
      .at(-1) ?? '';
  const dims = of(1).flatMap((field) => reader.ints(field));
  const type =
    of(2)
      .map((field) => reader.int(field))
      .at(-1) ?? 0;
  const label = name === '' ? 'A tensor' : `The tensor "${name}"`;
  if (dims.length > MAX_RANK || dims.some((dim) => dim < 0) || elementCount(dims) > MAX_ELEMENTS) {
    throw refuseAt(span.start, say('tensor-dims-invalid', { label, dims: String(dims.slice(0, 20)) }));
  }
  if (!isElementType(type)) {
    throw refuseAt(span.start, say('tensor-type-unsupported', { label, type: elementTypeName(type) }));
  }
  const content = contentOf(reader, of);
  const bytes = bytesOfElements(type, elementCount(dims));
  const length = content.kind === 'raw' ? content.span.end - content.span.start : undefined;
  if (length !== undefined && length !== bytes) {
    throw refuseAt(
      span.start,
      say('tensor-size-wrong', {
        label,
        dims: dims.join('×') || say.part('one-element'),
        bytes,
        found: length,
      }),
    );
  }
  const described = of(12).some((field) => reader.text(field) === NOT_LEARNED);
  return { name, dims, type, content, offset: span.start, ...(described && { notLearned: true }) };
}

function contentOf(reader: PagedReader, of: (number: number) => readonly Field[]): TensorContent {
  const external =
    of(14)
      .map((field) => reader.int(field))
      .at(-1) === 1;
  if (external) {
    const entries = new Map(of(13).map((field) => entryOf(reader, field)));
    const whole = (key: string, fallback: number) => {
      const text = entries.get(key);
      return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : fallback;
    };
    return {
      kind: 'external',
      location: entries.get('location') ?? '',
      offset: whole('offset', 0),
      length: whole('length', -1),
    };
  }
  const raw = of(9).at(-1);
  if (raw) {
    reader.expect(raw, 'bytes');
    return { kind: 'raw', span: raw };
  }
  const spans = (number: number): readonly PackedSpan[] => of(number);
  if (of(4).length > 0) return { kind: 'packed', as: 'float', spans: spans(4) };
  if (of(10).length > 0) return { kind: 'packed', as: 'double', spans: spans(10) };
  return { kind: 'packed', as: 'varint', spans: [...spans(5), ...spans(7), ...spans(11)] };
}

function decodeValue(reader: PagedReader, span: Span): OnnxValue {
  const inside = (at: Span, number: number) => {
    const found = reader.fields(at).findLast((field) => field.number === number);
    if (found) reader.expect(found, 'bytes');
    return found;
  };
  const name = reader
    .fields(span)
    .filter(({ number }) => number === 1)
    .map((field) => reader.text(field))
    .at(-1);
  const type = inside(span, 2);
  const tensor = type && inside(type, 1);
  const shape = tensor && inside(tensor, 2);
  const element = tensor && reader.fields(tensor).findLast(({ number }) => number === 1);
  return {
    name: name ?? '',
    type: element ? reader.int(element) : 0,
    dims:
      shape &&
      reader
        .fields(shape)
        .filter(({ number }) => number === 1)
        .map((field) => axisOf(reader, field)),
  };
}

function axisOf(reader: PagedReader, field: Field): number | string {
  reader.expect(field, 'bytes');
  let axis: number | string = '?';
  for (const part of reader.fields(field)) {
    if (part.number === 1) axis = reader.int(part);
    if (part.number === 2) axis = reader.text(part);
  }
  return axis;
}

/** A tensor in a file of its own, as the ONNX test data has them. */
export async function decodeTensorFile(
  source: ByteSource,
): Promise<{ tensor: OnnxTensor; reader: PagedReader }> {
  const reader = new PagedReader(source);
  return { tensor: await reader.decode(() => decodeTensor(reader, { start: 0, end: source.size })), reader };
}
