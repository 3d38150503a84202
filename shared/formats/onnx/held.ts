import { nearestHalf } from '../../base/half.ts';
import { type ElementType, elementTypes, isElementType } from './model.ts';

const FLOAT16 = 10;
const BFLOAT16 = 16;
export const DOUBLE = 11;
/** Types of floating point by their numbers. */
export const FLOATS: readonly number[] = [1, FLOAT16, DOUBLE, BFLOAT16];
/** Those of two bytes. */
export const HALVES: readonly number[] = [FLOAT16, BFLOAT16];

/** The name of a type of floating point of two bytes. */
export function halfName(type: number | undefined): keyof typeof nearestHalf | undefined {
  return type === FLOAT16 ? 'float16' : type === BFLOAT16 ? 'bfloat16' : undefined;
}

/** What a type of floating point makes of a number: of single precision where nothing is known. */
export function heldAsFloat(type: number | undefined): (value: number) => number {
  const half = halfName(type);
  if (half) return nearestHalf[half];
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
