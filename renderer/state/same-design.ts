import type { Design } from '../../shared/graph/design.ts';

/** Equal in content. Parts that are the same object are not looked into, so that comparing after an edit is cheap. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const before = Object.entries(a);
  if (before.length !== Object.keys(b).length) return false;
  const other: Readonly<Record<string, unknown>> = { ...b };
  return before.every(([key, value]) => Object.hasOwn(other, key) && same(value, other[key]));
}

let last: readonly [Design, Design, boolean] | undefined;

/** Whether two designs say the same, whatever they went through: undoing back to the file makes it clean again. */
export function sameDesign(a: Design, b: Design): boolean {
  if (last?.[0] !== a || last[1] !== b) last = [a, b, same(a, b)];
  return last[2];
}
