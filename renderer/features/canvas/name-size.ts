import { NODE_HEIGHT, NODE_WIDTH } from '../../layout/geometry.ts';

/** What a node has for its name alone: but its edges, air, and the strip of its cost. */
const ROOM = { width: NODE_WIDTH - 16, height: NODE_HEIGHT - 10 } as const;
/** How wide a letter is on average, and how high a line, to its size. */
const LETTER = 0.6;
const LINE = 1.05;
const MOST_LINES = 3;
/** Of a longer name not all can be read in any way; a short one needs no more to be read. */
const SIZES = { least: 18, most: 44 } as const;

/** Where a name may go on in the next line. */
export const afterMark = /(?<=[._-])/;

/** The size of letters with which a name fills a node that says nothing else, in as many lines as make them largest. */
export function nameSize(name: string): number {
  const parts = name.split(afterMark).map(({ length }) => length);
  let best: number = SIZES.least;
  for (let letters = Math.max(...parts); letters <= name.length; letters++) {
    const lines = linesOf(parts, letters);
    if (lines > MOST_LINES) continue;
    best = Math.max(best, Math.min(ROOM.height / (lines * LINE), ROOM.width / (letters * LETTER)));
  }
  return Math.floor(Math.min(best, SIZES.most));
}

/** The style of a name that may be alone in its node: see `.layer-id`. */
export const nameStyle = (name: string): React.CSSProperties =>
  ({ '--name-size': `${nameSize(name)}px` }) as React.CSSProperties;

/** How many lines of so many letters parts take, each begun with the first part that has no room in the one before. */
function linesOf(parts: readonly number[], letters: number): number {
  let lines = 1;
  let used = 0;
  for (const part of parts) {
    if (used + part > letters) {
      lines++;
      used = 0;
    }
    used += part;
  }
  return lines;
}
