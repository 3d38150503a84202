import { floatToHalf, halfToFloat } from '../../base/half.ts';
import { type ElementType, elementTypes, isElementType } from './model.ts';

const FLOAT16 = 10;
const BFLOAT16 = 16;
export const DOUBLE = 11;
/** Types of floating point by their numbers. */
export const FLOATS: readonly number[] = [1, FLOAT16, DOUBLE, BFLOAT16];
/** Those of two bytes. */
export const HALVES: readonly number[] = [FLOAT16, BFLOAT16];

const number = new Float32Array(1);
const pattern = new Uint32Array(number.buffer);

/** The nearest number whose upper half is all there is of it as a float32; halfway between two, the even one. */
function roundToBrain(value: number): number {
  if (Number.isNaN(value)) return value;
  number[0] = value;
  const bits = pattern[0]!;
  pattern[0] = ((bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000) >>> 0;
  return number[0]!;
}

/** What a type of floating point makes of a number: of single precision where nothing is known. */
export function heldAsFloat(type: number | undefined): (value: number) => number {
  if (type === FLOAT16) return (value) => halfToFloat(floatToHalf(value));
  if (type === BFLOAT16) return roundToBrain;
  return type === DOUBLE ? (value) => value : Math.fround;
}

/** Whole numbers as their type holds them, where it is known: they wrap around. Of 64 bits float64 holds too few. */
export function wrapped(type: number | undefined): (value: number) => number {
  const range = rangeOf(type);
  if (!range) return (value) => value;
  const [low, high] = range;
  const count = high - low + 1;
  return (value) => value - Math.floor((value - low) / count) * count;
}

/** The least and the largest number of a type of whole numbers of up to 32 bits. */
export function rangeOf(type: number | undefined): readonly [number, number] | undefined {
  if (type === undefined || !isElementType(type)) return undefined;
  const { name, bytes, float } = elementTypes[type];
  if (float || bytes > 4 || name === 'bool') return undefined;
  const count = 2 ** (8 * bytes);
  const low = name.startsWith('u') ? 0 : -count / 2;
  return [low, low + count - 1];
}

/** Types of so few bits that what is worked out in them wraps around within what float32 holds. */
export function isNarrow(type: number): type is ElementType {
  return rangeOf(type) !== undefined && elementTypes[type as ElementType].bytes <= 2;
}
