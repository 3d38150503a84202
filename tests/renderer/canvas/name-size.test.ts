import { expect, test } from 'vitest';
import { nameSize } from '../../../renderer/features/canvas/name-size.ts';

test.each([
  // Five letters in one line of 160 pixels, but no larger than can be of use.
  ['pool1', 44],
  // Two lines of 56 pixels.
  ['down1_conv2', 26],
  // One line, for there is no mark to break it at: 160 / (9 · 0.6).
  ['embedding', 29],
  // Three lines, of 13 letters at most: 56 / (3 · 1.05).
  ['trunk_output.block2.block2-0', 18],
  // Too long for any.
  ['a'.repeat(60), 18],
])('%s fills its node with letters of %d pixels', (name, size) => {
  expect(nameSize(name)).toBe(size);
});
