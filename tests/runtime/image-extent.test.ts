import { describe, expect, test } from 'vitest';
import { imageExtent } from '../../shared/runtime/image-extent.ts';

/** Bytes from numbers and texts. */
const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part, 'latin1')] : part)),
  );
const zeros = (count: number): readonly number[] => Array.from({ length: count }, () => 0);

/** Headers written out by hand after the formats' own documents, each of a picture of 300 by 2 pixels. */
const png = bytes('\x89PNG\r\n\x1a\n', [0, 0, 0, 13], 'IHDR', [0, 0, 1, 44, 0, 0, 0, 2, 8, 6, 0, 0, 0]);
const frame = [8, 0, 2, 1, 44, 3];
const jpeg = bytes(
  [0xff, 0xd8],
  [0xff, 0xe0, 0, 4, 1, 2],
  [0xff, 0xff, 0xdb, 0, 3, 9],
  [0xff, 0xc2, 0, 11],
  frame,
  zeros(4),
);
const gif = bytes('GIF89a', [44, 1, 2, 0]);
const bmp = bytes('BM', zeros(16), [44, 1, 0, 0, 0xfe, 0xff, 0xff, 0xff]);
const lossy = bytes('RIFF', zeros(4), 'WEBP', 'VP8 ', zeros(10), [44, 1, 2, 0]);
// Width less one in the lower 14 bits, height less one in the next.
const lossless = bytes('RIFF', zeros(4), 'WEBP', 'VP8L', zeros(4), [0x2f], [43, 0x41, 0, 0]);
const extended = bytes('RIFF', zeros(4), 'WEBP', 'VP8X', zeros(8), [43, 1, 0, 1, 0, 0]);

const number = (value: number): readonly number[] => [24, 16, 8, 0].map((bits) => (value >>> bits) & 255);
const box = (type: string, ...parts: readonly (string | readonly number[])[]): readonly number[] => {
  const inside = [...bytes(...parts)];
  return [...number(8 + inside.length), ...bytes(type), ...inside];
};
const ispe = (width: number, height: number) => box('ispe', zeros(4), number(width), number(height));
const meta = (...sizes: readonly (readonly number[])[]) =>
  box('meta', zeros(4), box('hdlr', zeros(24)), box('iprp', box('ipco', ...sizes, box('pixi', zeros(8)))));
const brands = box('ftyp', 'mif1', zeros(4), 'miaf', 'avif');
const avif = bytes(brands, box('free', zeros(3)), meta(ispe(300, 2)));
// A picture of two tiles: the whole is what counts.
const tiled = bytes(brands, meta(ispe(150, 2), ispe(300, 2)));
// Sizes of eight bytes, and one that says "to the end".
const long = bytes(
  brands,
  [0, 0, 0, 1],
  'free',
  zeros(7),
  [17, 9],
  [0, 0, 0, 0],
  meta(ispe(300, 2)).slice(4),
);

describe('how large a picture says it is', () => {
  const all = { png, jpeg, gif, bmp, lossy, lossless, extended, avif, tiled, long };
  test.each(Object.entries(all))('%s', (_, file) => {
    expect(imageExtent(file)).toEqual({ width: 300, height: 2 });
  });

  test.each(Object.entries(all))('%s that is cut off anywhere says nothing wrong', (_, file) => {
    for (let length = 0; length < file.length; length++) {
      const extent = imageExtent(file.subarray(0, length));
      // The first tile is all that is known of a file that ends after it.
      if (extent && file !== tiled) expect(extent).toEqual({ width: 300, height: 2 });
    }
  });

  test.each([
    ['no picture', bytes('This is no picture.')],
    ['nothing', bytes()],
    ['a JPEG without a frame', bytes([0xff, 0xd8, 0xff, 0xe0, 0, 2, 0xff, 0xda])],
    ['a film', bytes(box('ftyp', 'isom', zeros(4), 'mp42'), meta(ispe(300, 2)))],
    ['an AVIF of boxes that lead nowhere', bytes(brands, [0, 0, 0, 0, 0, 0, 0, 2], 'meta', zeros(40))],
    ['a JPEG of segments that lead nowhere', bytes([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0])],
  ])('%s has no size', (_, file) => expect(imageExtent(file)).toBeUndefined());
});
