import { expect } from 'vitest';

type NumberArray = ArrayBufferView & { readonly constructor: unknown };

const isNumbers = (value: unknown): value is NumberArray =>
  ArrayBuffer.isView(value) && !(value instanceof DataView);

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

/**
 * Arrays of numbers are alike where their bytes are, which is seen at once: number by number, the weights of a network take
 * seconds. Where bytes differ, numbers are looked at as ever.
 */
function haveEqualBytes(a: unknown, b: unknown): true | undefined {
  if (!isNumbers(a) || !isNumbers(b) || a.constructor !== b.constructor) return undefined;
  return a.byteLength === b.byteLength && bytesOf(a).equals(bytesOf(b)) ? true : undefined;
}

// Files that run in one process share what was added for the first of them.
const added = Symbol.for('netwright.equal-bytes');
if (!Reflect.has(globalThis, added)) {
  Reflect.set(globalThis, added, true);
  expect.addEqualityTesters([haveEqualBytes]);
}
