import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isNodeId, MOST_LETTERS } from '../../shared/graph/design.ts';
import { freshId } from '../../shared/graph/edits.ts';
import { nextName, type Passed } from '../../shared/graph/next-name.ts';

test('so many copies at once look at each name a few times, not at all before it', () => {
  const taken = new Set(Array.from({ length: 20_000 }, (_, i) => `conv${i + 1}`));
  const originals = [...taken];
  const passed: Passed = new Map();
  let looks = 0;
  const isTaken = (name: string): boolean => {
    looks++;
    return taken.has(name);
  };
  const copies = originals.map((name) => {
    const copy = nextName(name, isTaken, passed);
    taken.add(copy);
    return copy;
  });
  expect([copies[0], copies.at(-1)]).toEqual(['conv20001', 'conv40000']);
  expect(looks).toBeLessThan(5 * originals.length);
});

test('what was passed makes no other names', () => {
  const name = fc.stringMatching(/^[a-c](_?\d{0,2}|\d+x\d)$/);
  fc.assert(
    fc.property(fc.array(name, { maxLength: 30 }), fc.array(name, { maxLength: 30 }), (there, asked) => {
      const [apart, together] = [new Set(there), new Set(there)];
      const passed: Passed = new Map();
      for (const each of asked) {
        const right = nextName(each, (other) => apart.has(other));
        const got = nextName(each, (other) => together.has(other), passed);
        expect(got).toBe(right);
        apart.add(right);
        together.add(got);
      }
    }),
  );
});

/** Letters of one unit and of two. */
test.each(['a', '𝒜'])('a copy of the longest name of %s is a name that a file may have', (letter) => {
  const longest = letter.repeat(MOST_LETTERS);
  const nodes: Record<string, unknown> = { [longest]: true };
  for (let i = 0; i < 12; i++) {
    const id = freshId(nodes, 'conv2d', longest);
    expect([isNodeId(id), Object.hasOwn(nodes, id)]).toEqual([true, false]);
    nodes[id] = true;
  }
  expect(isNodeId(freshId({}, 'conv2d', `${longest}.inner`))).toBe(true);
});
