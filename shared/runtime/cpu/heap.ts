import { HEAP } from './assembly/layout.ts';
import type { KernelMemory } from './kernels.ts';

const PAGE = 65536;
const ALIGNMENT = 256;

/** Pages that hold `bytes` on top of what every memory starts with. */
export function pagesFor(bytes: number): number {
  return Math.ceil((HEAP + bytes) / PAGE);
}

/** Hands out pieces of a kernel memory: lowest gap first, growing the memory when there is none. */
export class Heap {
  readonly memory: KernelMemory;
  /** Free gaps in order of address; the last one ends where the memory does. */
  private gaps: { start: number; end: number }[];
  private readonly taken = new Map<number, number>();

  constructor(memory: KernelMemory) {
    this.memory = memory;
    this.gaps = [{ start: HEAP, end: memory.buffer.byteLength }];
  }

  allocate(bytes: number): number {
    const needed = Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
    let gap = this.gaps.find(({ start, end }) => end - start >= needed);
    gap ??= this.grow(needed);
    const address = gap.start;
    gap.start += needed;
    this.gaps = this.gaps.filter(({ start, end }) => end > start);
    this.taken.set(address, needed);
    return address;
  }

  free(address: number): void {
    const bytes = this.taken.get(address);
    if (bytes === undefined) throw new RangeError(`Nothing was allocated at ${address}.`);
    this.taken.delete(address);
    const gaps = [...this.gaps, { start: address, end: address + bytes }].sort((a, b) => a.start - b.start);
    this.gaps = [];
    for (const gap of gaps) {
      const before = this.gaps.at(-1);
      if (before && before.end === gap.start) before.end = gap.end;
      else this.gaps.push(gap);
    }
  }

  private grow(needed: number): { start: number; end: number } {
    const end = this.memory.buffer.byteLength;
    const last = this.gaps.at(-1);
    const reusable = last?.end === end ? end - last.start : 0;
    this.memory.grow(Math.ceil((needed - reusable) / PAGE));
    const grown = this.memory.buffer.byteLength;
    if (last && reusable > 0) {
      last.end = grown;
      return last;
    }
    const gap = { start: end, end: grown };
    this.gaps.push(gap);
    return gap;
  }

  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, count);
  }

  bytes(address: number, count: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, count);
  }

  words(address: number, count: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, count);
  }
}
