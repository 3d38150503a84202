/**
 * How high columns are built up. Asking for the highest of a stretch and building over it take logarithmic time: a
 * segment tree in one array each for what is known of a stretch as a whole and for the highest within.
 */
export class Skyline {
  readonly #size: number;
  readonly #whole: Float64Array;
  readonly #highest: Float64Array;

  constructor(columns: number) {
    let size = 1;
    while (size < columns) size *= 2;
    this.#size = size;
    this.#whole = new Float64Array(2 * size);
    this.#highest = new Float64Array(2 * size);
  }

  /** Of columns `first` to `last`, both included. */
  highest(first: number, last: number): number {
    let found = 0;
    const see = (height: number): void => {
      if (height > found) found = height;
    };
    let [low, high] = [first + this.#size, last + this.#size + 1];
    for (let at = low; at >= 1; at >>= 1) see(this.#whole[at]!);
    for (let at = high - 1; at >= 1; at >>= 1) see(this.#whole[at]!);
    for (; low < high; low >>= 1, high >>= 1) {
      if (low & 1) see(this.#highest[low++]!);
      if (high & 1) see(this.#highest[--high]!);
    }
    return found;
  }

  /** Columns `first` to `last` are at least so high. */
  raise(first: number, last: number, height: number): void {
    let [low, high] = [first + this.#size, last + this.#size + 1];
    const ends = [low, high - 1] as const;
    const raiseWhole = (at: number): void => {
      this.#whole[at] = Math.max(this.#whole[at]!, height);
      this.#highest[at] = Math.max(this.#highest[at]!, height);
    };
    for (; low < high; low >>= 1, high >>= 1) {
      if (low & 1) raiseWhole(low++);
      if (high & 1) raiseWhole(--high);
    }
    for (const end of ends)
      for (let at = end >> 1; at >= 1; at >>= 1)
        this.#highest[at] = Math.max(this.#highest[at]!, this.#highest[2 * at]!, this.#highest[2 * at + 1]!);
  }
}
