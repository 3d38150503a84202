import { formatSample } from '../../../shared/base/dims.ts';
import { shortName } from '../../../shared/formats/pictures/short-name.ts';
import type { Space, SpaceVolume } from '../../../shared/formats/pictures/space.ts';

/** A text at a volume or a frame. */
export interface Label {
  readonly text: string;
  /** Of a volume or an opened block. */
  readonly id: string;
  readonly of: 'volume' | 'block';
  /** Over it or under it. */
  readonly side: 'over' | 'under';
  readonly role: 'shape' | 'name';
  /** Where two overlap on the screen, the higher is kept. */
  readonly rank: number;
}

/**
 * Every label that could be shown, most telling first: shapes where they change, names of what changed them, then the rest.
 * What is a coat on another volume is labelled only when it is pointed at or chosen.
 */
export function labelsOf({ volumes, slabs, frames }: Space): readonly Label[] {
  const labels: Label[] = frames.map(({ id }) => ({
    text: shortName(id.split('/').at(-1) ?? id),
    id,
    of: 'block',
    side: 'over',
    role: 'name',
    rank: 5,
  }));
  let before = '';
  for (const volume of volumes) {
    const shape = formatSample(volume.node.output!);
    const changed = shape !== before;
    if (!volume.thin) before = shape;
    const rank = volume.thin ? 0 : changed ? 3 : 1;
    const common = { id: volume.id, of: 'volume' } as const;
    labels.push({ ...common, text: shape, side: 'under', role: 'shape', rank });
    labels.push({ ...common, text: nameOf(volume), side: 'over', role: 'name', rank: rank - 0.5 });
  }
  for (const { id, inputs, outputs } of slabs) {
    labels.push({ text: `${inputs}×${outputs}`, id, of: 'volume', side: 'under', role: 'shape', rank: 0.8 });
  }
  return labels.sort((a, b) => b.rank - a.rank);
}

export function nameOf({ node }: SpaceVolume): string {
  return node.repeat > 1 ? `${node.title} ×${node.repeat}` : shortName(node.id.split('/').at(-1) ?? node.id);
}

interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const CELL_PIXELS = 64;
/** More than any screen has. */
const CELLS_HIGH = 4096;

/** Keeps rectangles from lying on each other: whoever asks first stays. */
export class Crowd {
  readonly #cells = new Map<number, Rectangle[]>();

  /** Takes the room if it is free. */
  take(rectangle: Rectangle): boolean {
    const cells = [...this.#cellsOf(rectangle)];
    for (const cell of cells) {
      for (const other of this.#cells.get(cell) ?? []) {
        const apart =
          other.right <= rectangle.left ||
          rectangle.right <= other.left ||
          other.bottom <= rectangle.top ||
          rectangle.bottom <= other.top;
        if (!apart) return false;
      }
    }
    for (const cell of cells) {
      const held = this.#cells.get(cell);
      if (held) held.push(rectangle);
      else this.#cells.set(cell, [rectangle]);
    }
    return true;
  }

  *#cellsOf({ left, top, right, bottom }: Rectangle): Generator<number> {
    for (let x = Math.floor(left / CELL_PIXELS); x <= Math.floor(right / CELL_PIXELS); x++)
      for (let y = Math.floor(top / CELL_PIXELS); y <= Math.floor(bottom / CELL_PIXELS); y++)
        yield x * CELLS_HIGH + y;
  }
}
