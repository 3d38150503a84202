/** A piece of Python that may stand on one line or, where that is too long, with what is in its brackets on lines of its own. */
export type Piece = string | Bracketed;

export interface Bracketed {
  readonly head: string;
  readonly parts: readonly Piece[];
  readonly tail: string;
  /** Elements have commas between them; the parts of a comprehension have none. */
  readonly separated: boolean;
  /** Whether each part always has a line of its own. */
  readonly spread: boolean;
}

/** Columns of a line, as Python's formatters count them. */
export const WIDTH = 88;

export const call = (callee: string, parts: readonly Piece[], spread = false): Bracketed => ({
  head: `${callee}(`,
  parts,
  tail: ')',
  separated: true,
  spread,
});

/** `*[… for _ in range(6)]` */
export const repeated = (piece: Piece, count: number): Bracketed => ({
  head: '*[',
  parts: [piece, `for _ in range(${count})`],
  tail: ']',
  separated: false,
  spread: false,
});

/** `name=…` */
export const named = (name: string, piece: Piece): Piece =>
  typeof piece === 'string' ? `${name}=${piece}` : { ...piece, head: `${name}=${piece.head}` };

export function flat(piece: Piece): string {
  if (typeof piece === 'string') return piece;
  return piece.head + inside(piece) + piece.tail;
}

function inside({ parts, separated }: Bracketed): string {
  return parts.map(flat).join(separated ? ', ' : ' ');
}

function isSpread(piece: Piece): boolean {
  return typeof piece !== 'string' && (piece.spread || piece.parts.some(isSpread));
}

/** Columns that a text takes: wide characters take two. */
export function columns(text: string): number {
  let count = 0;
  for (const character of text) count += wide.test(character) ? 2 : 1;
  return count;
}
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

/** What stands alone in brackets has no comma after it, unless it always has a line of its own. */
function needsCommas({ parts, separated, spread }: Bracketed): boolean {
  return separated && (spread || parts.length > 1);
}

/** The lines of a piece, broken as black and ruff break them. */
export function linesOf(indent: number, before: string, piece: Piece, after = ''): readonly string[] {
  const space = ' '.repeat(indent);
  const together = `${space}${before}${flat(piece)}${after}`;
  const spread = isSpread(piece);
  if (typeof piece === 'string' || (!spread && columns(together) <= WIDTH)) return [together];
  const body = `${space}    ${inside(piece)}`;
  const parts =
    !spread && columns(body) <= WIDTH
      ? [body]
      : piece.parts.flatMap((part) => linesOf(indent + 4, '', part, needsCommas(piece) ? ',' : ''));
  return [`${space}${before}${piece.head}`, ...parts, `${space}${piece.tail}${after}`];
}
