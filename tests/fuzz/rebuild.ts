import type { Dice, Mutation } from './mutate.ts';

/** A field of a protocol buffer: its content as it stands, or as the fields of a message. */
interface Field {
  readonly number: number;
  readonly wire: number;
  readonly content: Uint8Array | Field[];
}

const MAX_PARSED_BYTES = 50_000;
const MAX_DEPTH = 8;

function varint(bytes: Uint8Array, at: number): { value: number; next: number } | undefined {
  let value = 0;
  for (let i = 0; i < 10 && at + i < bytes.length; i++) {
    value += (bytes[at + i]! & 127) * 2 ** (7 * i);
    if (bytes[at + i]! < 128) return { value, next: at + i + 1 };
  }
  return undefined;
}

/** The bytes of a number, which may be beyond what the format can hold. */
export function varintBytes(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest % 128) | (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0 && bytes.length < 9);
  return bytes;
}

/** What can be read as a message is taken for one; it is written again the same either way. */
function parse(bytes: Uint8Array, depth: number): Field[] | undefined {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = varint(bytes, at);
    if (!tag || tag.value < 8 || tag.value > 2 ** 20) return undefined;
    const wire = tag.value % 8;
    let start = tag.next;
    let end = start + (wire === 5 ? 4 : 8);
    if (wire === 0 || wire === 2) {
      const number = varint(bytes, start);
      if (!number) return undefined;
      if (wire === 2) start = number.next;
      end = number.next + (wire === 2 ? number.value : 0);
    } else if (wire !== 1 && wire !== 5) return undefined;
    if (end > bytes.length) return undefined;
    const content = bytes.subarray(start, end);
    const inner =
      wire === 2 && depth < MAX_DEPTH && content.length > 1 ? parse(content, depth + 1) : undefined;
    fields.push({ number: Math.floor(tag.value / 8), wire, content: inner ?? content });
    at = end;
  }
  return fields;
}

function write(fields: readonly Field[]): number[] {
  const bytes: number[] = [];
  for (const { number, wire, content } of fields) {
    bytes.push(...varintBytes(number * 8 + wire));
    const inner = content instanceof Uint8Array ? content : write(content);
    if (wire === 2) bytes.push(...varintBytes(inner.length));
    for (const byte of inner) bytes.push(byte);
  }
  return bytes;
}

/** A list of fields somewhere inside, deep ones as likely as shallow ones. */
function somewhere(dice: Dice, fields: Field[]): Field[] {
  const lists: Field[][] = [];
  const walk = (list: Field[]) => {
    lists.push(list);
    for (const { content } of list) if (!(content instanceof Uint8Array)) walk(content);
  };
  walk(fields);
  return dice.one(lists);
}

const numbers = [0, 1, 2, 3, 4, 5, 7, 10, 13, 64, 255, 4096, 2 ** 31 - 1, 2 ** 31, 2 ** 40, 2 ** 53, 2 ** 62];
const negative = [255, 255, 255, 255, 255, 255, 255, 255, 255, 1];

function changed(dice: Dice, { number, wire, content }: Field): Field {
  if (wire === 0) {
    const bytes = dice.below(4) === 0 ? negative : varintBytes(dice.one(numbers));
    return { number, wire, content: Uint8Array.from(bytes) };
  }
  if (!(content instanceof Uint8Array)) return { number: 1 + dice.below(16), wire, content };
  const bytes = content.slice(0, dice.below(3) === 0 ? dice.below(content.length + 1) : content.length);
  if (bytes.length > 0) bytes[dice.below(bytes.length)] = dice.below(256);
  return { number, wire, content: wire === 2 ? bytes : content };
}

/** Changes what a message says and keeps its lengths right, so that the damage is met far inside the reader. */
export const rebuild: Mutation = (dice, bytes, other) => {
  const fields = bytes.length > MAX_PARSED_BYTES ? undefined : parse(bytes, 0);
  if (!fields) return bytes;
  for (let left = 1 + dice.below(3); left > 0; left--) {
    const list = somewhere(dice, fields);
    const at = dice.below(list.length);
    const field = list[at];
    if (!field) continue;
    const way = dice.below(10);
    if (way < 5) list[at] = changed(dice, field);
    else if (way === 5) list.splice(at, 1);
    else if (way === 6) list.splice(at, 0, field);
    else if (way === 7) list.reverse();
    else {
      const others = parse(other.subarray(0, MAX_PARSED_BYTES), 0);
      const from = others && somewhere(dice, others);
      if (from && from.length > 0) list.splice(at, dice.below(2), dice.one(from));
    }
  }
  return Uint8Array.from(write(fields));
};

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const values: readonly Json[] = [
  null,
  true,
  -1,
  0,
  1,
  3,
  0.5,
  1e308,
  2 ** 31,
  2 ** 53,
  '',
  'in',
  [],
  {},
  [0, 0],
];

function listsAndObjects(json: Json, found: (Json[] | { [key: string]: Json })[]): void {
  if (json === null || typeof json !== 'object') return;
  found.push(json);
  for (const value of Object.values(json)) listsAndObjects(value, found);
}

/** Changes values of a JSON text and keeps it well formed. */
export const rewrite: Mutation = (dice, bytes) => {
  let json: Json;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return bytes;
  }
  const places: (Json[] | { [key: string]: Json })[] = [];
  listsAndObjects(json, places);
  for (let left = places.length === 0 ? 0 : 1 + dice.below(3); left > 0; left--) {
    const place = dice.one(places);
    const keys = Object.keys(place);
    if (keys.length === 0) continue;
    const key = dice.one(keys);
    const value = dice.below(2) === 0 ? dice.one(values) : (Object.values(dice.one(places))[0] ?? null);
    // A copy: what is put into itself could not be written.
    Object.assign(place, { [key]: structuredClone(value) });
  }
  return new TextEncoder().encode(JSON.stringify(json));
};
