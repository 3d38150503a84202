/** IEEE 754 half precision: the number that 16 bits stand for. */
export function halfToFloat(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const number = new Float32Array(1);
const pattern = new Uint32Array(number.buffer);
/** Halfway between the largest half, 65504, and what would come next: from here on it is infinite. */
const INFINITE_FROM = 65_520;
const SMALLEST_NORMAL = 2 ** -14;

/** The bits of the nearest half to a float32; halfway between two, the even one. */
export function floatToHalf(value: number): number {
  number[0] = value;
  const bits = pattern[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const size = Math.abs(number[0]!);
  if (Number.isNaN(size)) return sign | 0x7e00;
  if (size >= INFINITE_FROM) return sign | 0x7c00;
  if (size < SMALLEST_NORMAL) {
    const steps = size * 2 ** 24;
    const below = Math.floor(steps);
    const rest = steps - below;
    return sign | (rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below);
  }
  // The exponent's bias goes from 127 to 15, and of the 23 bits of the fraction ten stay.
  const rebased = (bits & 0x7fffffff) - (112 << 23);
  return sign | ((rebased + 0xfff + ((rebased >> 13) & 1)) >> 13);
}

/** The nearest number whose upper half is all there is of it as a float32; halfway between two, the even one. */
function roundToBrain(value: number): number {
  if (Number.isNaN(value)) return value;
  number[0] = value;
  const bits = pattern[0]!;
  pattern[0] = ((bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000) >>> 0;
  return number[0]!;
}

/** The nearest number of each type of 16 bits. */
export const nearestHalf = {
  float16: (value: number): number => halfToFloat(floatToHalf(value)),
  bfloat16: roundToBrain,
};
