import { messages } from '../../base/problem.ts';
import { type ByteSource, refuseAt } from '../weights/source.ts';

export const say = messages('formats/onnx/protobuf', {
  'model-too-large:bytes': [
    'The graph itself takes more than 256 MiB.',
    'The file is damaged or no ONNX model; get it anew.',
  ],
  'field-too-long': [
    'A field of {{bytes}} bytes is too long here.',
    'The file is damaged or no ONNX model; get it anew.',
  ],
  'field-of-wrong-type': [
    'Field {{number}} is written as {{wire}} where {{wanted}} belongs.',
    'The file is damaged or no ONNX model; get it anew.',
  ],
  'field-damaged:floats': [
    'A list of floats has a length that is no multiple of 4.',
    'The file is damaged or no ONNX model; get it anew.',
  ],
  'field-damaged:start': [
    'There is no field where one should start.',
    'The file is damaged or no ONNX model; get it anew.',
  ],
  'field-beyond-end': [
    'Field {{number}} says that it is {{bytes}} bytes long, but only {{left}} are left.',
    'The file is damaged or no ONNX model; get it anew.',
  ],
  'model-too-large:fields': [
    'The graph has more than {{most}} fields.',
    'The file is damaged or no ONNX model; get it anew.',
  ],
  'number-cut-off': ['The file ends inside a number.', 'The file is damaged or no ONNX model; get it anew.'],
  'number-too-long': [
    'A number takes more than ten bytes.',
    'The file is damaged or no ONNX model; get it anew.',
  ],
});

/** One field of a message: its number, how it is written, and where its content lies in the file. */
export interface Field {
  readonly number: number;
  readonly wire: 'varint' | 'fixed64' | 'bytes' | 'fixed32';
  /** Content, without tag and length. */
  readonly start: number;
  readonly end: number;
}

/** A span of a file. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Small, since of each large tensor only its head is looked at. */
const PAGE_BYTES = 1 << 12;
/** Where page follows page, so many are read at once at most. */
const MAX_AHEAD_PAGES = 16;
/** Files up to this are read at once; of larger ones only the pages that are looked at. */
const WHOLE_BYTES = 1 << 24;
const MAX_LOADED_BYTES = 256 << 20;
const MAX_FIELDS = 4_000_000;
const MAX_SLICE_BYTES = 16 << 20;
const wires = { 0: 'varint', 1: 'fixed64', 2: 'bytes', 5: 'fixed32' } as const;

class MissingPage extends Error {
  readonly page: number;
  constructor(page: number) {
    super('page not loaded');
    this.page = page;
  }
}

/**
 * Reads protocol buffers in place. What is not looked at, such as the weights of a 2 GB model, is never loaded:
 * decoding runs on loaded pages and is taken up again when it meets one that is missing.
 */
export class PagedReader {
  readonly source: ByteSource;
  readonly #pages = new Map<number, Uint8Array>();
  readonly #pageBytes: number;
  #current: Uint8Array = new Uint8Array(0);
  #currentStart = 0;
  #loadedBytes = 0;
  /** How many pages the next read takes when it goes on where the last one ended. */
  #ahead = 1;
  #nextPage = -1;
  #fields = 0;
  readonly #utf8 = new TextDecoder('utf-8', { fatal: false });

  constructor(source: ByteSource) {
    this.source = source;
    this.#pageBytes = source.size <= WHOLE_BYTES ? Math.max(source.size, 1) : PAGE_BYTES;
  }

  /** Runs a decoder until it finds all the pages it needs. It must have no effects but its result. */
  async decode<T>(decoder: () => T): Promise<T> {
    for (;;) {
      const fields = this.#fields;
      try {
        return decoder();
      } catch (error) {
        this.#fields = fields;
        await this.#loadFor(error);
      }
    }
  }

  /** The fields of a message that may have many pages between them; each is passed over once. */
  async manyFields({ start, end }: Span): Promise<readonly Field[]> {
    const fields: Field[] = [];
    let at = start;
    while (at < end) {
      try {
        for (; at < end; at = fields.at(-1)!.end) fields.push(this.#fieldAt(at, end));
      } catch (error) {
        await this.#loadFor(error);
      }
    }
    return fields;
  }

  /**
   * Forgets what was looked at of a file that is read in pages, where that is more than so many bytes: what is wanted of it
   * later is read again.
   */
  letGo(mostBytes: number): void {
    if (this.source.size <= WHOLE_BYTES || this.#loadedBytes <= mostBytes) return;
    this.#pages.clear();
    this.#current = new Uint8Array(0);
    this.#loadedBytes = 0;
  }

  /** Loads the page that was missing; any other error is thrown on. */
  async #loadFor(error: unknown): Promise<void> {
    if (!(error instanceof MissingPage)) throw error;
    const { page } = error;
    this.#ahead = page === this.#nextPage ? Math.min(this.#ahead * 2, MAX_AHEAD_PAGES) : 1;
    const offset = page * this.#pageBytes;
    const length = Math.min(this.#pageBytes * this.#ahead, this.source.size - offset);
    this.#loadedBytes += length;
    if (this.#loadedBytes > MAX_LOADED_BYTES) {
      throw refuseAt(offset, say('model-too-large:bytes'));
    }
    const bytes = await this.source.read(offset, length);
    for (let i = 0; i * this.#pageBytes < length; i++) {
      this.#pages.set(page + i, bytes.subarray(i * this.#pageBytes, (i + 1) * this.#pageBytes));
    }
    this.#nextPage = page + this.#ahead;
  }

  #byte(offset: number): number {
    const at = offset - this.#currentStart;
    if (at >= 0 && at < this.#current.length) return this.#current[at]!;
    const page = Math.floor(offset / this.#pageBytes);
    const bytes = this.#pages.get(page);
    if (!bytes) throw new MissingPage(page);
    this.#current = bytes;
    this.#currentStart = page * this.#pageBytes;
    return bytes[offset - this.#currentStart]!;
  }

  /** A copy of a span. */
  bytes({ start, end }: Span): Uint8Array {
    if (end - start > MAX_SLICE_BYTES) {
      throw refuseAt(start, say('field-too-long', { bytes: end - start }));
    }
    const copy = new Uint8Array(end - start);
    for (let i = 0; i < copy.length; ) {
      this.#byte(start + i);
      const from = start + i - this.#currentStart;
      const part = this.#current.subarray(from, Math.min(this.#current.length, from + copy.length - i));
      copy.set(part, i);
      i += part.length;
    }
    return copy;
  }

  text(field: Field): string {
    this.expect(field, 'bytes');
    return this.#utf8.decode(this.bytes(field));
  }

  expect(field: Field, wire: Field['wire']): void {
    if (field.wire === wire) return;
    throw refuseAt(
      field.start,
      say('field-of-wrong-type', { number: field.number, wire: field.wire, wanted: wire }),
    );
  }

  /** The signed 64-bit value of a varint field. */
  int(field: Field): number {
    this.expect(field, 'varint');
    return this.#varint(field.start, field.end).value;
  }

  float(field: Field): number {
    this.expect(field, 'fixed32');
    return new DataView(this.bytes(field).buffer).getFloat32(0, true);
  }

  /** A repeated integer field, packed or one by one. */
  ints(field: Field): readonly number[] {
    if (field.wire === 'varint') return [this.int(field)];
    this.expect(field, 'bytes');
    const values: number[] = [];
    for (let at = field.start; at < field.end; ) {
      const { value, next } = this.#varint(at, field.end);
      values.push(value);
      at = next;
    }
    this.#spend(values.length, field.start);
    return values;
  }

  floats(field: Field): readonly number[] {
    if (field.wire === 'fixed32') return [this.float(field)];
    this.expect(field, 'bytes');
    if ((field.end - field.start) % 4 !== 0) {
      throw refuseAt(field.start, say('field-damaged:floats'));
    }
    const bytes = this.bytes(field);
    const view = new DataView(bytes.buffer);
    return Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(i * 4, true));
  }

  /** The fields of a message, in order. Their contents are not looked at. */
  fields({ start, end }: Span): readonly Field[] {
    const fields: Field[] = [];
    for (let at = start; at < end; at = fields.at(-1)!.end) fields.push(this.#fieldAt(at, end));
    return fields;
  }

  #fieldAt(at: number, end: number): Field {
    const tag = this.#varint(at, end);
    const wire = wires[(tag.value % 8) as keyof typeof wires] as Field['wire'] | undefined;
    const number = Math.floor(tag.value / 8);
    if (wire === undefined || number < 1 || number > 0x1fffffff) {
      throw refuseAt(at, say('field-damaged:start'));
    }
    const field = this.#field(number, wire, tag.next, end);
    this.#spend(1, at);
    return field;
  }

  #field(number: number, wire: Field['wire'], at: number, end: number): Field {
    if (wire === 'varint') return { number, wire, start: at, end: this.#varint(at, end).next };
    const length = wire === 'bytes' ? this.#varint(at, end) : { value: wire === 'fixed32' ? 4 : 8, next: at };
    const start = length.next;
    if (length.value < 0 || start + length.value > end) {
      throw refuseAt(at, say('field-beyond-end', { number, bytes: length.value, left: end - start }));
    }
    return { number, wire, start, end: start + length.value };
  }

  #spend(count: number, offset: number): void {
    this.#fields += count;
    if (this.#fields <= MAX_FIELDS) return;
    throw refuseAt(offset, say('model-too-large:fields', { most: MAX_FIELDS }));
  }

  #varint(at: number, end: number): { readonly value: number; readonly next: number } {
    let low = 0;
    let high = 0;
    for (let i = 0; i < 10; i++) {
      if (at + i >= end) throw refuseAt(at, say('number-cut-off'));
      const byte = this.#byte(at + i);
      const part = byte & 127;
      if (i < 4) low += part * 2 ** (7 * i);
      else if (i === 4) {
        low += (part & 15) * 2 ** 28;
        high = part >>> 4;
      } else if (i < 9) high += part * 2 ** (7 * i - 32);
      else high += (part & 1) * 2 ** 31;
      if (byte < 128) {
        const signed = high >= 2 ** 31 ? high - 2 ** 32 : high;
        return { value: signed * 2 ** 32 + low, next: at + i + 1 };
      }
    }
    throw refuseAt(at, say('number-too-long'));
  }
}
