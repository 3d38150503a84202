import type { SlotId, SlotSpec } from './pass.ts';

/** Hands out textures, and hands freed ones of the same extents out again. */
export class SlotPool {
  private readonly all: SlotSpec[] = [];
  private readonly free = new Map<string, SlotId[]>();

  acquire({ width, height, layers }: SlotSpec): SlotId {
    const slot = this.free.get(keyOf({ width, height, layers }))?.pop();
    return slot ?? this.all.push({ width, height, layers }) - 1;
  }

  release(slot: SlotId): void {
    const key = keyOf(this.all[slot]!);
    const list = this.free.get(key);
    if (list) list.push(slot);
    else this.free.set(key, [slot]);
  }

  get specs(): readonly SlotSpec[] {
    return this.all;
  }
}

function keyOf({ width, height, layers }: SlotSpec): string {
  return `${width}×${height}×${layers}`;
}
