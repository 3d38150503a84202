import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shortName } from '../../../shared/formats/pictures/short-name.ts';

test('names that have room stay, longer ones keep how they begin and end', () => {
  expect(shortName('inception4a.branch3.conv')).toBe('inception4a.branch3.conv');
  expect(shortName('features.denseblock4.denselayer16.conv2')).toBe('features.dense…selayer16.conv2');
});

test('whatever the name, letters are never split and none is longer', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-composite', maxLength: 80 }), (name) => {
      const short = [...shortName(name)];
      expect(short.length).toBeLessThanOrEqual(30);
      const whole = [...name];
      if (whole.length <= 30) expect(short).toEqual(whole);
      else {
        const at = short.lastIndexOf('…', 14);
        expect(whole.slice(0, at)).toEqual(short.slice(0, at));
        expect(whole.slice(-15)).toEqual(short.slice(-15));
      }
    }),
    { seed: 1 },
  );
});
