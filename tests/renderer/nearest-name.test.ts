import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { nearestName } from '../../renderer/fields/nearest-name.ts';
import { isNodeId } from '../../shared/graph/design.ts';

const taken = new Set(['conv', 'conv2', 'conv9', 'conv10', 'v1.0', 'x_007']);
const isTaken = (name: string): boolean => taken.has(name);

describe('the nearest name', () => {
  it.each([
    ['pool', 'pool'],
    ['conv', 'conv3'],
    ['conv9', 'conv11'],
    ['v1.0', 'v1.1'],
    ['x_007', 'x_007_2'],
    ['my conv', 'my_conv'],
    ['3x3', '_3x3'],
    ['卷积 1', '卷积_1'],
    ['', '_'],
    ['a/b', 'a_b'],
  ])('to “%s” is %s', (text, name) => expect(nearestName(text, isTaken)).toBe(name));

  test('is one, and free, whatever was typed and is taken', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 160 }), fc.nat(5), (text, count) => {
        const used = new Set<string>();
        for (let i = 0; i <= count; i++) {
          const name = nearestName(text, (other) => used.has(other));
          expect(isNodeId(name)).toBe(true);
          expect(used.has(name)).toBe(false);
          used.add(name);
        }
      }),
    );
  });
});
