import type { ElementType } from './model.ts';

interface SmallFloat {
  readonly exponent: number;
  readonly fraction: number;
  readonly bias: number;
  /** What the patterns above all numbers stand for: as IEEE 754 has it, one that is no number, or numbers all of them. */
  readonly top: 'ieee' | 'last' | 'numbers';
  /** The pattern of −0 stands for what is no number, and there is no infinity. */
  readonly unsignedZero?: true;
}

/** ONNX's formats by the numbers of their types. */
const formats: Readonly<Record<number, SmallFloat>> = {
  17: { exponent: 4, fraction: 3, bias: 7, top: 'last' },
  18: { exponent: 4, fraction: 3, bias: 8, top: 'numbers', unsignedZero: true },
  19: { exponent: 5, fraction: 2, bias: 15, top: 'ieee' },
  20: { exponent: 5, fraction: 2, bias: 16, top: 'numbers', unsignedZero: true },
  23: { exponent: 2, fraction: 1, bias: 1, top: 'numbers' },
};
const UINT4 = 21;

/** Every number of a type of eight bits of floating point, or of four bits, by its pattern. */
export function smallNumbers(type: ElementType): readonly number[] {
  const format = formats[type];
  if (format)
    return Array.from({ length: 2 ** (1 + format.exponent + format.fraction) }, (_, bits) =>
      numberOf(bits, format),
    );
  return Array.from({ length: 16 }, (_, bits) => (type === UINT4 || bits < 8 ? bits : bits - 16));
}

function numberOf(bits: number, { exponent, fraction, bias, top, unsignedZero }: SmallFloat): number {
  const positive = 2 ** (exponent + fraction);
  const [size, sign] = [bits % positive, bits < positive ? 1 : -1];
  const [power, part] = [size >> fraction, (size % 2 ** fraction) / 2 ** fraction];
  if (unsignedZero && bits === positive) return Number.NaN;
  if (top === 'last' && size === positive - 1) return Number.NaN;
  if (top === 'ieee' && power === 2 ** exponent - 1) return part === 0 ? sign * Infinity : Number.NaN;
  return sign * (power === 0 ? part * 2 ** (1 - bias) : (1 + part) * 2 ** (power - bias));
}
