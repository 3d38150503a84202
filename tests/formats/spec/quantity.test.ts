import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLimit, writeLimit } from '../../../shared/formats/spec/quantity.ts';

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
    ['5%', 5],
    ['0.5 %', 0.5],
  ])('%s of the baseline', (text, percent) => {
    expect(parseLimit(text, 'macs')).toEqual({ kind: 'relative', percent });
  });

  it.each(['', '-5%', 'G', '1e9', '5%%', '3 apples', '1,000', 'Infinity', '12KiB', ' 5', '1.2.3'])(
    'refuses %j for multiply-adds',
    (text) => expect(parseLimit(text, 'macs')).toBeUndefined(),
  );

  it('reads what it writes', () => {
    const percents = fc.integer({ min: 0, max: 1_000_000 }).map((n) => n / 1000);
    fc.assert(
      fc.property(percents, (percent) => {
        const text = writeLimit({ kind: 'relative', percent });
        expect(parseLimit(String(text), 'params')).toEqual({ kind: 'relative', percent });
      }),
      { seed: 1 },
    );
  });
});
