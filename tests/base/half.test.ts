import { describe, expect, test } from 'vitest';
import { floatToHalf, halfToFloat } from '../../shared/base/half.ts';
import { Tensor } from '../../shared/base/tensor.ts';

const finite = Array.from({ length: 0x7c00 }, (_, bits) => bits);

describe('half precision', () => {
  test.each([
    // IEEE 754-2019, binary16.
    [0x3c00, 1],
    [0x0001, 2 ** -24],
    [0x03ff, 2 ** -14 - 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x8000, -0],
    [0xc000, -2],
  ])('%i stands for %d', (bits, value) => {
    expect(halfToFloat(bits)).toBe(value);
    expect(floatToHalf(value)).toBe(bits);
  });

  test('every half is its own nearest, of both signs', () => {
    const wrong = finite.filter(
      (bits) =>
        floatToHalf(halfToFloat(bits)) !== bits || floatToHalf(-halfToFloat(bits)) !== (bits | 0x8000),
    );
    expect(wrong).toEqual([]);
    expect(halfToFloat(floatToHalf(Number.NaN))).toBeNaN();
  });

  test('between two halves the nearer one is taken, halfway the even one', () => {
    const wrong = finite.slice(0, -1).filter((bits) => {
      const [below, above] = [halfToFloat(bits), halfToFloat(bits + 1)];
      const [quarter, middle] = [below + (above - below) / 4, (below + above) / 2];
      const even = bits % 2 === 0 ? bits : bits + 1;
      return (
        floatToHalf(quarter) !== bits ||
        floatToHalf(middle) !== even ||
        floatToHalf(above - (above - below) / 4) !== bits + 1
      );
    });
    expect(wrong).toEqual([]);
    expect(floatToHalf(65519.996)).toBe(0x7bff);
    expect(floatToHalf(65520)).toBe(0x7c00);
  });

  test('a tensor of halves computes as floats', () => {
    const halves = new Tensor('float16', Uint16Array.of(0x3c00, 0xc000), [2]);
    expect([...halves.toFloat().data]).toEqual([1, -2]);
  });
});
