import { expect, test } from 'vitest';
import { nameSize } from '../../../renderer/features/canvas/name-size.ts';

test.each([
  // In one line of 160 pixels, but no larger than can be of use: letters of 0.7 and narrow ones of 0.48 of their size.
  ['pool1', 44],
  // 160 / (3 · 0.7 + 2 · 1.05 + 0.48).
  ['window', 34],
  // Two lines of 56 pixels.
  ['down1_conv2', 26],
  // Two lines too, since a word and its number may stand apart: the wider has (6 · 0.7 + 2 · 0.48 + 1.05) letters.
  ['depthwise10_bn', 25],
  // One line, for there is no mark to break it at: 160 / (7 · 0.7 + 1.05 + 0.48).
  ['embedding', 24],
  // Three lines: 56 / (3 · 1.05); `trunk_output.` is wider than 160 pixels.
  ['trunk_output.block2.block2-0', 18],
  // Too long for any.
  ['a'.repeat(60), 18],
])('%s fills its node with letters of %d pixels', (name, size) => {
  expect(nameSize(name)).toBe(size);
});
