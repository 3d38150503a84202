import type { TexelRows } from './pass.ts';

/** Texels that are packed without a pause, 4 MiB: some ten milliseconds' work. */
const PIECE_TEXELS = 2 ** 18;

/** Neighbouring units of what is packed, and where their texels go: zeros at first. */
export interface Piece {
  readonly first: number;
  readonly count: number;
  readonly texels: Float32Array;
}

/**
 * Goes through `units` of `texelsPerUnit` texels each, as many at a time as make a piece. All pieces share their memory,
 * so each is overwritten by the next: taking new memory from the system would cost more than filling it.
 */
export function* inPieces(units: number, texelsPerUnit: number): Iterable<Piece> {
  const atOnce = Math.min(units, Math.max(1, Math.floor(PIECE_TEXELS / texelsPerUnit)));
  const memory = new Float32Array(atOnce * texelsPerUnit * 4);
  for (let first = 0; first < units; first += atOnce) {
    const count = Math.min(atOnce, units - first);
    const texels = memory.subarray(0, count * texelsPerUnit * 4);
    if (first > 0) texels.fill(0);
    yield { first, count, texels };
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
