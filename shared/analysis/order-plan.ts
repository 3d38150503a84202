/** A step of work: what it writes, and the earlier steps that it reads. */
export interface Work {
  readonly bytes: number;
  readonly reads: readonly number[];
  /** Whether what it writes is a result, which stays to the end. */
  readonly kept: boolean;
}

/**
 * The steps that have to be ordered. A step that reads nothing runs best just before the first that reads it, since it
 * frees nothing; it is left out, and put back in the end.
 */
export class Plan {
  readonly works: readonly Work[];
  /** Each step's readers. */
  readonly readers: readonly (readonly number[])[];
  /** What each step reads, once each. */
  readonly reads: readonly (readonly number[])[];
  readonly isSource: readonly boolean[];

  constructor(works: readonly Work[]) {
    const readers: number[][] = works.map(() => []);
    this.works = works;
    this.reads = works.map(({ reads }) => [...new Set(reads)]);
    for (const [step, reads] of this.reads.entries()) for (const read of reads) readers[read]!.push(step);
    this.readers = readers;
    this.isSource = works.map(({ reads }, step) => reads.length === 0 && readers[step]!.length > 0);
  }

  /**
   * Stretches that are ordered one by one: each ends at a step that all before it lead to and that leads to all behind it,
   * so that the same steps lie before it in every order.
   */
  segments(): readonly (readonly number[])[] {
    const order = this.works.flatMap((_, step) => (this.isSource[step] ? [] : [step]));
    const placeOf = new Map(order.map((step, place) => [step, place]));
    const size = order.length;
    // Ends among the steps up to a place, and beginnings among those from a place on: a narrow place is the only one of both.
    const ends = new Int32Array(size + 1);
    const beginnings = new Int32Array(size + 1);
    for (const [place, step] of order.entries()) {
      const next = this.readers[step]!.reduce((least, reader) => Math.min(least, placeOf.get(reader)!), size);
      ends[place]!++;
      ends[next]!--;
      const before = this.reads[step]!.reduce((most, read) => Math.max(most, placeOf.get(read) ?? -1), -1);
      beginnings[before + 1]!++;
      beginnings[place + 1]!--;
    }
    const segments: number[][] = [];
    let open: number[] = [];
    let [ending, beginning] = [0, 0];
    for (const [place, step] of order.entries()) {
      ending += ends[place]!;
      beginning += beginnings[place]!;
      const isNarrow = ending === 1 && beginning === 1;
      open.push(step);
      if (!isNarrow) continue;
      segments.push(open);
      open = [];
    }
    if (open.length > 0) segments.push(open);
    return segments;
  }

  /** Each source just before the first step that reads it. */
  withSources(steps: readonly number[]): readonly number[] {
    const placed = new Set<number>();
    const whole: number[] = [];
    for (const step of steps) {
      for (const read of this.reads[step]!) {
        if (!this.isSource[read] || placed.has(read)) continue;
        placed.add(read);
        whole.push(read);
      }
      whole.push(step);
    }
    return whole;
  }
}
