/** Changes ONNX files as bytes, so that what is written by anybody can be given what its writer does not know. */

interface Field {
  readonly field: number;
  /** All of it, with its number and length. */
  readonly whole: Uint8Array;
  /** Of what has a length. */
  readonly content: Uint8Array | undefined;
}

const text = new TextEncoder();

function fieldsOf(bytes: Uint8Array): readonly Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const start = at;
    const tag = varint();
    const wire = tag & 7;
    let content: Uint8Array | undefined;
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else {
      const length = varint();
      content = bytes.subarray(at, at + length);
      at += length;
    }
    fields.push({ field: Math.floor(tag / 8), whole: bytes.subarray(start, at), content });
  }
  return fields;
}

function varintOf(value: number): readonly number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varintOf(Math.floor(value / 128))];
}

function joined(parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const message = (field: number, content: Uint8Array) =>
  joined([varintOf(field * 8 + 2), varintOf(content.length), content]);

const GRAPH = 7;
const NODE = 1;
const ATTRIBUTE = 5;

/** How many nodes the graph of a model has. */
export function nodeCount(model: Uint8Array): number {
  const graph = fieldsOf(model).find(({ field }) => field === GRAPH);
  return fieldsOf(graph!.content!).filter(({ field }) => field === NODE).length;
}

/** The model with one more attribute at its so-manieth node: a whole number of that name. */
export function withAttribute(model: Uint8Array, at: number, name: string, value: number): Uint8Array {
  const named = message(1, text.encode(name));
  // The number, and that it is one.
  const attribute = message(ATTRIBUTE, joined([named, [3 * 8], varintOf(value), [...varintOf(20 * 8), 2]]));
  let node = 0;
  const changed = (graph: Uint8Array) =>
    joined(
      fieldsOf(graph).map(({ field, whole, content }) =>
        field === NODE && node++ === at ? message(NODE, joined([content!, attribute])) : whole,
      ),
    );
  return joined(
    fieldsOf(model).map(({ field, whole, content }) =>
      field === GRAPH ? message(GRAPH, changed(content!)) : whole,
    ),
  );
}
