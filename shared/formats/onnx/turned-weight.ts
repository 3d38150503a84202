import { asWeight, type Constant, type OnnxWeight, transposed } from './values.ts';

type Room = Float32Array<ArrayBuffer>;

/** Memory that was done with: the next matrix may lie there. Nobody holds it for that alone. */
const spare: WeakRef<Room>[] = [];
const MOST_SPARE = 4;

/** The smallest spare room that is large enough, or a new one. */
function roomFor(elements: number): Room {
  const left = spare.splice(0).flatMap((room) => room.deref() ?? []);
  const fit = left
    .filter(({ length }) => length >= elements)
    .reduce<Room | undefined>((a, b) => (a && a.length <= b.length ? a : b), undefined);
  for (const room of left) if (room !== fit) spare.push(new WeakRef(room));
  return fit?.subarray(0, elements) ?? new Float32Array(elements);
}

function giveBack(room: Room): void {
  spare.push(new WeakRef(new Float32Array(room.buffer)));
  if (spare.length > MOST_SPARE) spare.shift();
}

/** Columns that are turned at a time: their rows lie in whole lines of the cache. */
const BLOCK_COLUMNS = 64;
/** Rows of a block that are turned together. */
const TILE = 16;
/** Strassen's algorithm packs two places of a matrix in turns. */
const MOST_BLOCKS = 2;

/** Blocks of columns of a matrix as rows, the last few that were asked for. */
class TurnedBlocks {
  readonly #rows: number;
  readonly #columns: number;
  readonly #blocks = new Map<number, Room>();

  constructor(rows: number, columns: number) {
    this.#rows = rows;
    this.#columns = columns;
  }

  block(elements: Float32Array, index: number): Float32Array {
    const known = this.#blocks.get(index);
    if (known) return known;
    const made = this.#room();
    const [rows, columns, from] = [this.#rows, this.#columns, index * BLOCK_COLUMNS];
    const wide = Math.min(BLOCK_COLUMNS, columns - from);
    for (let top = 0; top < rows; top += TILE) {
      const bottom = Math.min(rows, top + TILE);
      for (let column = 0; column < wide; column++)
        for (let row = top; row < bottom; row++)
          made[column * rows + row] = elements[row * columns + from + column]!;
    }
    this.#blocks.set(index, made);
    return made;
  }

  /** That of the block that was made first, where there are enough. */
  #room(): Room {
    const [oldest] = this.#blocks;
    if (!oldest || this.#blocks.size < MOST_BLOCKS) return roomFor(BLOCK_COLUMNS * this.#rows);
    this.#blocks.delete(oldest[0]);
    return oldest[1];
  }

  release(): void {
    for (const room of this.#blocks.values()) giveBack(room);
    this.#blocks.clear();
  }
}

/**
 * A matrix of [rows][columns] as a layer's weight of [columns][rows]. Read a part at a time, the whole matrix is in memory
 * until its last part was read, and no copy of it.
 */
export function asTurnedWeight(
  matrix: Constant,
  [rows, columns]: readonly [number, number],
  how = 'turned 1',
): OnnxWeight {
  const whole = asWeight(matrix, [columns, rows], (elements) => transposed(elements, rows, columns), how);
  const { part } = matrix;
  if (!part) return whole;
  const count = rows * columns;
  const turned = new TurnedBlocks(rows, columns);
  let held: Promise<{ readonly elements: Float32Array; readonly room: Room }> | undefined;
  const read = async () => {
    const room = roomFor(count);
    try {
      return { elements: await part(0, count, room), room };
    } catch (error) {
      held = undefined;
      throw error;
    }
  };
  return {
    ...whole,
    async part(first, length, into = new Float32Array(length)) {
      held ??= read();
      const { elements, room } = await held;
      const block = BLOCK_COLUMNS * rows;
      for (let done = 0; done < length; ) {
        const [index, from] = [Math.floor((first + done) / block), (first + done) % block];
        const piece = turned.block(elements, index).subarray(from, Math.min(block, from + length - done));
        into.set(piece, done);
        done += piece.length;
      }
      if (first + length === count) {
        held = undefined;
        turned.release();
        giveBack(room);
      }
      return into;
    },
  };
}
