/** Something that needs memory from one step to another, both included. */
export interface Tenant {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** Everything starts on a cache line of its own, so that threads do not share lines. */
export const ALIGNMENT = 64;

/**
 * Places tenants in one arena so that none overlap while both live: the largest first, each at the lowest gap that is
 * wide enough. Returns the offsets, in the tenants' order, and the arena's size.
 */
export function packArena(tenants: readonly Tenant[]): {
  readonly offsets: readonly number[];
  readonly bytes: number;
} {
  const offsets = new Array<number>(tenants.length).fill(0);
  const order = [...tenants.keys()].sort((a, b) => tenants[b]!.bytes - tenants[a]!.bytes || a - b);
  const placed: number[] = [];
  let total = 0;
  for (const at of order) {
    const tenant = tenants[at]!;
    const neighbours = placed
      .filter((other) => tenants[other]!.first <= tenant.last && tenant.first <= tenants[other]!.last)
      .sort((a, b) => offsets[a]! - offsets[b]!);
    let offset = 0;
    for (const other of neighbours) {
      if (offsets[other]! - offset >= tenant.bytes) break;
      offset = Math.max(offset, align(offsets[other]! + tenants[other]!.bytes));
    }
    offsets[at] = offset;
    placed.push(at);
    total = Math.max(total, offset + tenant.bytes);
  }
  return { offsets, bytes: align(total) };
}

export function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
