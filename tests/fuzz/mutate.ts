import { deflateSync, inflateSync, unzipSync, zipSync } from 'fflate';
import { rebuild, rewrite, varintBytes } from './rebuild.ts';

/** Random whole numbers from one seed: mulberry32. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  }

  /** From 0 to limit − 1. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * limit);
  }

  one<T>(options: readonly T[]): T {
    return options[this.below(options.length)]!;
  }
}

/** Damages a file in one way; `other` is another file of the same format to take parts from. */
export type Mutation = (dice: Dice, bytes: Uint8Array, other: Uint8Array) => Uint8Array;

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const flipBits: Mutation = (dice, bytes) => {
  const changed = bytes.slice();
  for (let left = 1 + dice.below(8); left > 0 && changed.length > 0; left--) {
    const at = dice.below(changed.length);
    changed[at] = changed[at]! ^ (1 << dice.below(8));
  }
  return changed;
};

const extremes = [0x00, 0x01, 0x7f, 0x80, 0xff];

const setBytes: Mutation = (dice, bytes) => {
  const changed = bytes.slice();
  const at = dice.below(changed.length + 1);
  changed.fill(dice.one(extremes), at, at + 1 + dice.below(10));
  return changed;
};

const cutOff: Mutation = (dice, bytes) => bytes.slice(0, dice.below(bytes.length + 1));

const takeOut: Mutation = (dice, bytes) => {
  const at = dice.below(bytes.length + 1);
  return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + dice.below(64)));
};

const repeat: Mutation = (dice, bytes) => {
  const at = dice.below(bytes.length + 1);
  const part = bytes.subarray(at, at + 1 + dice.below(256));
  const times = Array<Uint8Array>(1 + dice.below(8)).fill(part);
  return joined(bytes.subarray(0, at), ...times, bytes.subarray(at));
};

const splice: Mutation = (dice, bytes, other) => {
  const at = dice.below(bytes.length + 1);
  const from = dice.below(other.length + 1);
  const part = other.subarray(from, from + dice.below(512));
  return joined(bytes.subarray(0, at), part, bytes.subarray(at + dice.below(2) * part.length));
};

const join: Mutation = (dice, bytes, other) =>
  joined(bytes.subarray(0, dice.below(bytes.length + 1)), other.subarray(dice.below(other.length + 1)));

/** What suits files of any kind. */
export const anyMutations: readonly Mutation[] = [flipBits, setBytes, cutOff, takeOut, repeat, splice, join];

interface Varint {
  readonly value: number;
  readonly next: number;
}

function varint(bytes: Uint8Array, at: number): Varint | undefined {
  let value = 0;
  for (let i = 0; i < 10 && at + i < bytes.length; i++) {
    value += (bytes[at + i]! & 127) * 2 ** (7 * i);
    if (bytes[at + i]! < 128) return { value, next: at + i + 1 };
  }
  return undefined;
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly value: number;
}

/** The numbers of a protocol buffer, those inside its messages too: lengths and values. */
function numbersOf(bytes: Uint8Array, start: number, end: number, depth: number, found: Place[]): boolean {
  const before = found.length;
  for (let at = start; at < end && found.length < 4000; ) {
    const tag = varint(bytes, at);
    if (!tag || tag.value < 8) return fail(found, before);
    const wire = tag.value % 8;
    const number = wire === 0 || wire === 2 ? varint(bytes, tag.next) : undefined;
    if (number) found.push({ start: tag.next, end: number.next, value: number.value });
    if (wire === 0 && number) at = number.next;
    else if (wire === 2 && number) {
      at = number.next + number.value;
      if (at > end) return fail(found, before);
      if (depth < 8) numbersOf(bytes, number.next, at, depth + 1, found);
    } else if (wire === 5) at = tag.next + 4;
    else if (wire === 1) at = tag.next + 8;
    else return fail(found, before);
    if (at > end) return fail(found, before);
  }
  return true;
}

function fail(found: Place[], before: number): false {
  found.length = before;
  return false;
}

const lies = [0, 1, 2, 3, 127, 128, 4096, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 40, 2 ** 53, 2 ** 62];

/** Another number where a length, a dim or a type stands. */
const lieInBuffer: Mutation = (dice, bytes) => {
  const numbers: Place[] = [];
  numbersOf(bytes, 0, bytes.length, 0, numbers);
  if (numbers.length === 0) return flipBits(dice, bytes, bytes);
  const { start, end, value } = dice.one(numbers);
  const near = [value + 1, Math.max(0, value - 1), value * 2];
  return joined(
    bytes.subarray(0, start),
    Uint8Array.from(varintBytes(dice.one([...lies, ...near]))),
    bytes.subarray(end),
  );
};

export const bufferMutations: readonly Mutation[] = [
  ...anyMutations,
  lieInBuffer,
  ...Array<Mutation>(12).fill(rebuild),
];

const words = [
  '-1',
  '0',
  '1e308',
  '4294967296',
  '1e999',
  'null',
  'true',
  '""',
  '[]',
  '{}',
  '"__proto__"',
  'NaN',
];

/** Another value where a number or text stands. */
export const lieInText: Mutation = (dice, bytes) => {
  const text = new TextDecoder().decode(bytes);
  const places = [...text.matchAll(/-?\d[\d.e+]*|"(?:[^"\\]|\\.)*"|true|false|null/g)];
  if (places.length === 0) return flipBits(dice, bytes, bytes);
  const place = dice.one(places);
  const word = dice.below(3) === 0 ? dice.one(places)[0] : dice.one(words);
  return new TextEncoder().encode(
    text.slice(0, place.index) + word + text.slice(place.index + place[0].length),
  );
};

const nest: Mutation = (dice, bytes) => {
  const at = dice.below(bytes.length + 1);
  const open = new TextEncoder().encode(dice.one(['[', '{"a":', '[{"a":']).repeat(1 + dice.below(20_000)));
  return joined(bytes.subarray(0, at), open, bytes.subarray(at));
};

export const textMutations: readonly Mutation[] = [
  ...anyMutations,
  lieInText,
  lieInText,
  nest,
  ...Array<Mutation>(12).fill(rewrite),
];

/** More than any of the archives has that are damaged here. */
const MAX_FILES = 100;
const MAX_FILE_BYTES = 1 << 20;

function filesIn(archive: Uint8Array): Readonly<Record<string, Uint8Array>> {
  let files = 0;
  try {
    return unzipSync(archive, {
      filter: ({ originalSize }) => originalSize <= MAX_FILE_BYTES && ++files <= MAX_FILES,
    });
  } catch {
    return {};
  }
}

/**
 * Damages one file of an archive and packs all of them again, so that the damage is met behind what checks archives;
 * `suited` says what suits a file of that name.
 */
export const insideArchive =
  (suited: (name: string) => readonly Mutation[]): Mutation =>
  (dice, bytes, other) => {
    const files = filesIn(bytes);
    const names = Object.keys(files);
    if (names.length === 0) return flipBits(dice, bytes, other);
    const name = dice.one(names);
    const others = Object.entries(filesIn(other)).filter(([each]) => ending(each) === ending(name));
    const from = others.length === 0 ? files[name]! : dice.one(others)[1];
    const damaged = dice.one(suited(name))(dice, files[name]!, from);
    return zipSync({ ...files, [name]: damaged }, { level: dice.one([0, 0, 0, 6]) });
  };

const ending = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** Keeps what stands in front: a header that says how much there is. */
export const behind =
  (headBytes: number): Mutation =>
  (dice, bytes, other) =>
    joined(
      bytes.subarray(0, headBytes),
      dice.one(anyMutations)(dice, bytes.subarray(headBytes), other.subarray(headBytes)),
    );

/** Damages the text that a link holds, and packs it again. */
export const insideLink: Mutation = (dice, bytes, other) => {
  const text = new TextDecoder().decode(bytes);
  const at = text.lastIndexOf('.') + 1;
  try {
    const spec = inflateSync(new Uint8Array(Buffer.from(text.slice(at), 'base64url')));
    const damaged = dice.one(textMutations)(dice, spec, spec);
    const packed = Buffer.from(deflateSync(damaged)).toString('base64url');
    return new TextEncoder().encode(text.slice(0, at) + packed);
  } catch {
    return flipBits(dice, bytes, other);
  }
};
