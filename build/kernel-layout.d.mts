/** A word of a record: `offset` and `bytes` are where it lies; an `i32`, `ptr`, `f32` or `f64`, or what holds some. */
export interface LayoutWord {
  readonly name: string;
  readonly type: 'i32' | 'ptr' | 'f32' | 'f64' | 'line' | 'range' | 'map';
  readonly offset: number;
  readonly bytes: number;
}

/** Words that are there at the same time. */
export interface LayoutRecord {
  readonly title: string;
  readonly words: readonly LayoutWord[];
  readonly bytes: number;
}

export const layoutFile: string;
export const records: readonly LayoutRecord[];
/** The text of `layoutFile`. */
export function layoutText(): string;
