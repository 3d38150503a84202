import type { TexelRows } from './pass.ts';

/** Texels that are packed without a pause, 4 MiB: some ten milliseconds' work. */
export const PIECE_TEXELS = 2 ** 18;

/** How many units of `texelsPerUnit` texels make a piece; at least one. */
export function unitsPerPiece(texelsPerUnit: number): number {
  return Math.max(1, Math.floor(PIECE_TEXELS / texelsPerUnit));
}

/**
 * A buffer for one piece after the other: taking new memory from the system for each would cost more than filling it.
 */
export class PieceBuffer {
  private memory = new Float32Array(0);

  /** Zeros for so many texels. What was taken before is overwritten. */
  take(texels: number): Float32Array {
    if (this.memory.length < texels * 4) this.memory = new Float32Array(texels * 4);
    else this.memory.fill(0);
    return this.memory.subarray(0, texels * 4);
  }
}

/** What is small enough to be packed at once. */
export function* inOnePiece(
  width: number,
  height: number,
  fill: (texels: Float32Array) => void,
): Iterable<TexelRows> {
  const texels = new Float32Array(width * height * 4);
  fill(texels);
  yield { first: 0, count: height, texels };
}
