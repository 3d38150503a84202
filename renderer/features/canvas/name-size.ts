import { NODE_HEIGHT, NODE_WIDTH } from '../../layout/geometry.ts';
import { afterMark } from '../../parts/breakable.tsx';

/** What a node has for its name alone: but its edges, air, and the strip of its cost. */
const ROOM = { width: NODE_WIDTH - 16, height: NODE_HEIGHT - 10 } as const;
/** How high a line is, to the size of its letters. */
const LINE = 1.05;
const MOST_LINES = 3;
/** Of a longer name not all can be read in any way; a short one needs no more to be read. */
const SIZES = { least: 18, most: 44 } as const;

/** How wide bold letters are, to their size, in the widest of the usual fonts. */
function letterWidth(letter: string): number {
  if (/[fijlrtI._-]/.test(letter)) return 0.48;
  if (/[mwMW]|[\u2e80-\uffef]/.test(letter)) return 1.05;
  return /[A-Z]/.test(letter) ? 0.8 : 0.7;
}

const widthOf = (text: string): number => [...text].reduce((sum, letter) => sum + letterWidth(letter), 0);

/** The size of letters with which a name fills a node that says nothing else, in as many lines as make them largest. */
export function nameSize(name: string): number {
  const parts = name.split(afterMark).map(widthOf);
  let best: number = SIZES.least;
  for (let lines = 1; lines <= MOST_LINES; lines++) {
    const size = Math.min(ROOM.height / (lines * LINE), ROOM.width / widestOf(parts, lines));
    best = Math.max(best, size);
  }
  return Math.floor(Math.min(best, SIZES.most));
}

/** Beside the icon of its kind, a mark and a badge: what is left of a node's first line, to the size of its letters. */
const TITLE_ROOM = 9;

/** Whether the name of a kind may not fit into one line. */
export const isLongTitle = (title: string): boolean => widthOf(title) > TITLE_ROOM;

/** The style of a name that may be alone in its node: see `.layer-id`. */
export const nameStyle = (name: string): React.CSSProperties =>
  ({ '--name-size': `${nameSize(name)}px` }) as React.CSSProperties;

/** How wide the widest of so many lines is at least, where a line ends between two parts. */
function widestOf(parts: readonly number[], lines: number): number {
  const whole = parts.reduce((sum, part) => sum + part, 0);
  if (lines === 1) return whole;
  let least = whole;
  let first = 0;
  for (const [i, part] of parts.entries()) {
    first += part;
    if (first >= least) break;
    least = Math.min(least, Math.max(first, widestOf(parts.slice(i + 1), lines - 1)));
  }
  return least;
}
