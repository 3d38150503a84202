import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bareShare,
  parseBudgetLimit,
  parseLimit,
  writeLimit,
} from '../../../shared/formats/spec/quantity.ts';

describe('limits as people write them', () => {
  it.each([
    ['macs', '15.5G', 15_500_000_000],
    ['macs', '714188480', 714_188_480],
    ['params', '61.1m', 61_100_000],
    ['params', '25 K', 25_000],
    ['macs', '0.001T', 1_000_000_000],
    ['memory', '784 KiB', 802_816],
    ['memory', '1.5MiB', 1_572_864],
    ['memory', '2GB', 2_000_000_000],
    ['memory', '64B', 64],
  ] as const)('%s %s', (quantity, text, max) => {
    expect(parseLimit(text, quantity)).toEqual({ kind: 'absolute', max });
  });

  it.each([
    ['+5%', { kind: 'increase', percent: 5 }],
    ['+0.5 %', { kind: 'increase', percent: 0.5 }],
    ['±5%', { kind: 'within', percent: 5 }],
    ['± 12.5%', { kind: 'within', percent: 12.5 }],
  ] as const)('%s of the baseline', (text, limit) => {
    expect(parseLimit(text, 'macs')).toEqual(limit);
    expect(bareShare(text)).toBeUndefined();
  });

  it.each([
    ['5%', 5],
    ['0.5 %', 0.5],
  ])('%s does not say which way', (text, percent) => {
    expect(parseLimit(text, 'macs')).toBeUndefined();
    expect(bareShare(text)).toBe(percent);
  });

  it.each([
    '',
    '-5%',
    '+-5%',
    '+5',
    '±5%%',
    'G',
    '1e9',
    '5%%',
    '3 apples',
    '1,000',
    'Infinity',
    '12KiB',
    ' 5',
    '1.2.3',
  ])('refuses %j for multiply-adds', (text) => expect(parseLimit(text, 'macs')).toBeUndefined());

  it.each([
    ['256KiB greedyArena', { kind: 'absolute', max: 262_144, counted: 'greedyArena' }],
    ['+5% inPlace', { kind: 'increase', percent: 5, counted: 'inPlace' }],
    ['256KiB', { kind: 'absolute', max: 262_144 }],
  ] as const)('%s says how a peak of memory is counted, and is read as it is written', (text, limit) => {
    expect(parseBudgetLimit(text, 'memory')).toEqual(limit);
    expect(parseBudgetLimit(String(writeLimit(limit)), 'memory')).toEqual(limit);
  });

  it.each([
    ['macs', '1G inPlace'],
    ['memory', '1MiB inplace'],
    ['memory', '1MiB plain'],
    ['memory', 'inPlace'],
    ['memory', '1MiB inPlace inPlace'],
  ] as const)('counts %s by no convention that there is not: %s', (quantity, text) =>
    expect(parseBudgetLimit(text, quantity)).toBeUndefined(),
  );

  it('reads what it writes', () => {
    const percents = fc.integer({ min: 0, max: 1_000_000 }).map((n) => n / 1000);
    const kinds = fc.constantFrom('increase' as const, 'within' as const);
    fc.assert(
      fc.property(kinds, percents, (kind, percent) => {
        const text = writeLimit({ kind, percent });
        expect(parseLimit(String(text), 'params')).toEqual({ kind, percent });
      }),
      { seed: 1 },
    );
  });
});
