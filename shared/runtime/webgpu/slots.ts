import type { SlotId } from './dispatch.ts';

/** Hands out buffers, and hands freed ones out again: the smallest that is large enough, or the largest, which then grows. */
export class SlotPool {
  /** Elements of each buffer. */
  readonly sizes: number[] = [];
  private free: SlotId[] = [];

  acquire(elements: number): SlotId {
    const bySize = this.free.toSorted((a, b) => this.sizes[a]! - this.sizes[b]!);
    const slot = bySize.find((id) => this.sizes[id]! >= elements) ?? bySize.at(-1);
    if (slot === undefined) return this.sizes.push(elements) - 1;
    this.free = this.free.filter((id) => id !== slot);
    this.sizes[slot] = Math.max(this.sizes[slot]!, elements);
    return slot;
  }

  release(slot: SlotId): void {
    this.free.push(slot);
  }
}
