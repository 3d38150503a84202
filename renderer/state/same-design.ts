import type { Design } from '../../shared/graph/design.ts';

/** Equal in content. Parts that are the same object are not looked into, so that comparing after an edit is cheap. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  // Of thousands of nodes no copies are made: nearly all are the same objects.
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  for (const key of keys) {
    const [mine, other]: readonly unknown[] = [Reflect.get(a, key), Reflect.get(b, key)];
    if (mine !== other && !same(mine, other)) return false;
    if (other === undefined && !Object.hasOwn(b, key)) return false;
  }
  return true;
}

let last: readonly [Design, Design, boolean] | undefined;

/** Whether two designs say the same, whatever they went through: undoing back to the file makes it clean again. */
export function sameDesign(a: Design, b: Design): boolean {
  if (last?.[0] !== a || last[1] !== b) last = [a, b, same(a, b)];
  return last[2];
}
