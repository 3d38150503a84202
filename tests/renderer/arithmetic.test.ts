import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { evaluate } from '../../renderer/fields/arithmetic.ts';

describe('a number as it is typed', () => {
  it.each([
    ['64', 64],
    [' 8*2 ', 16],
    ['8×2', 16],
    ['8 x 2', 16],
    ['1e9', 1_000_000_000],
    ['1.5e-3', 0.0015],
    ['3.5', 3.5],
    ['.5', 0.5],
    ['-3', -3],
    ['−3', -3],
    ['--3', 3],
    ['2+3*4', 14],
    ['(2+3)*4', 20],
    ['2^3^2', 512],
    ['-2^2', -4],
    ['2^-1', 0.5],
    ['224/32', 7],
    ['9-3-2', 4],
    ['1.5k', 1500],
    ['2M', 2_000_000],
    ['64Mi', 67_108_864],
    ['64 MiB', 67_108_864],
    ['1_000', 1000],
  ])('%s', (text, value) => expect(evaluate(text)).toBe(value));

  it.each([
    '',
    ' ',
    'abc',
    '3a',
    '3kg',
    '8*',
    '*8',
    '(8',
    '8)',
    '()',
    '8 8',
    '1/0',
    '0x10',
    '1e',
    '1e999',
    '__proto__',
    '1'.repeat(201),
  ])('%s is none', (text) => expect(evaluate(text)).toBeUndefined());

  test('sums, differences, products and quotients are those of the language', () => {
    const tree = fc.letrec<{ text: string }>((tie) => ({
      text: fc.oneof(
        { maxDepth: 4 },
        fc.nat(99).map(String),
        fc
          .tuple(tie('text'), fc.constantFrom('+', '-', '*', '/'), tie('text'))
          .map(([a, sign, b]) => `(${a}${sign}${b})`),
      ),
    })).text;
    fc.assert(
      fc.property(tree, (text) => {
        fc.pre(text.length <= 200);
        const value: unknown = new Function(`return ${text}`)();
        expect(evaluate(text)).toBe(Number.isFinite(value) ? value : undefined);
      }),
    );
  });

  test('no text makes it throw', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'0123.e+-*/^()xkMiB _') }),
        (text) => void evaluate(text),
      ),
    );
  });
});
