import type { Box } from '../../layout/make-room.ts';

/** A line along which something that is dragged stands with something else. */
export interface Guide {
  /** The axis whose coordinate they share. */
  readonly axis: 'x' | 'y';
  readonly at: number;
  /** How far it reaches along the other axis. */
  readonly from: number;
  readonly to: number;
}

export interface Alignment {
  /** How far it has to go to stand in line. */
  readonly dx: number;
  readonly dy: number;
  readonly guides: readonly Guide[];
}

const starts = { x: ({ x }: Box) => x, y: ({ y }: Box) => y };
const lengths = { x: ({ width }: Box) => width, y: ({ height }: Box) => height };
/** Beginning, middle and end. */
const shares = [0.5, 0, 1] as const;

interface Match {
  readonly by: number;
  readonly at: number;
  readonly other: Box;
}

/** What a box that is dragged stands in line with, where that is at most `within` away: the nearest on each axis. */
export function alignmentOf(box: Box, others: readonly Box[], within: number): Alignment {
  const [across, down] = [matchOn('x', box, others, within), matchOn('y', box, others, within)];
  const moved = { ...box, x: box.x + (across?.by ?? 0), y: box.y + (down?.by ?? 0) };
  return {
    dx: across?.by ?? 0,
    dy: down?.by ?? 0,
    guides: [...(across ? [guideOn('x', across, moved)] : []), ...(down ? [guideOn('y', down, moved)] : [])],
  };
}

function matchOn(axis: 'x' | 'y', box: Box, others: readonly Box[], within: number): Match | undefined {
  const cross = axis === 'x' ? 'y' : 'x';
  let found: (Match & { readonly far: number }) | undefined;
  for (const other of others)
    for (const share of shares) {
      const at = starts[axis](other) + share * lengths[axis](other);
      const by = at - starts[axis](box) - share * lengths[axis](box);
      if (Math.abs(by) > within) continue;
      const far = Math.abs(starts[cross](other) - starts[cross](box));
      const isBetter =
        !found ||
        Math.abs(by) < Math.abs(found.by) ||
        (Math.abs(by) === Math.abs(found.by) && far < found.far);
      if (isBetter) found = { by, at, other, far };
    }
  return found;
}

function guideOn(axis: 'x' | 'y', { at, other }: Match, box: Box): Guide {
  const cross = axis === 'x' ? 'y' : 'x';
  const ends = [other, box].flatMap((each) => [
    starts[cross](each),
    starts[cross](each) + lengths[cross](each),
  ]);
  return { axis, at, from: Math.min(...ends), to: Math.max(...ends) };
}
