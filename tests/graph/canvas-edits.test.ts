import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import {
  type CanvasFrame,
  type CanvasNote,
  isEmptyCanvas,
  MAX_CANVAS_ITEMS,
} from '../../shared/graph/canvas.ts';
import {
  addCanvasItem,
  changeCanvasItem,
  moveOnCanvas,
  removeCanvasItems,
} from '../../shared/graph/canvas-edits.ts';
import { type Design, emptyDesign } from '../../shared/graph/design.ts';

const note = (text: string): CanvasNote => ({
  text,
  at: { x: 1, y: 2 },
  size: { width: 30, height: 20 },
  colour: 'yellow',
});
const frame = (title: string): CanvasFrame => ({
  title,
  at: { x: 5, y: 6 },
  size: { width: 300, height: 200 },
  colour: 'grey',
});

/** Notes a, b, c and frames f, g. */
const design = produce(emptyDesign, (draft) => {
  for (const text of ['a', 'b', 'c']) addCanvasItem('notes', note(text))(draft);
  for (const title of ['f', 'g']) addCanvasItem('frames', frame(title))(draft);
});
const named = ({ canvas: { notes, frames } }: Design) => [
  notes.map(({ text }) => text).join(''),
  frames.map(({ title }) => title).join(''),
];

describe('notes and frames', () => {
  it('stand in the order in which they were added, each in its list', () => {
    expect(named(design)).toEqual(['abc', 'fg']);
    expect(design.canvas.notes[1]).toEqual(note('b'));
    expect(isEmptyCanvas(design.canvas)).toBe(false);
    expect(isEmptyCanvas(emptyDesign.canvas)).toBe(true);
    expect(isEmptyCanvas({ notes: [], frames: [frame('f')] })).toBe(false);
    expect(isEmptyCanvas({ notes: [note('a')], frames: [] })).toBe(false);
  });

  it('are no more than a file may hold', () => {
    const full = (count: number): Design => ({
      ...emptyDesign,
      canvas: { notes: Array.from({ length: count }, () => note('n')), frames: [] },
    });
    const add = addCanvasItem('notes', note('last'));
    expect(produce(full(MAX_CANVAS_ITEMS - 1), add).canvas.notes).toHaveLength(MAX_CANVAS_ITEMS);
    const most = full(MAX_CANVAS_ITEMS);
    expect(produce(most, add)).toBe(most);
  });

  it('change where there is one of that place, and only that one', () => {
    const changed = produce(design, changeCanvasItem('notes', 1, { text: 'B', colour: 'red' }));
    expect(changed.canvas.notes).toEqual([note('a'), { ...note('B'), colour: 'red' }, note('c')]);
    expect(changed.canvas.frames).toBe(design.canvas.frames);
    expect(produce(design, changeCanvasItem('notes', 3, { text: 'x' }))).toBe(design);
  });

  it('go by their places, all at once', () => {
    const gone = produce(
      design,
      removeCanvasItems([
        { part: 'notes', index: 2 },
        { part: 'notes', index: 0 },
        { part: 'frames', index: 1 },
      ]),
    );
    expect(named(gone)).toEqual(['b', 'f']);
    const fewer = produce(design, removeCanvasItems([{ part: 'frames', index: 0 }]));
    expect(named(fewer)).toEqual(['abc', 'g']);
    // A list that nothing leaves is the same list.
    expect(fewer.canvas.notes).toBe(design.canvas.notes);
    expect(produce(design, removeCanvasItems([]))).toBe(design);
  });

  it('move together with nodes', () => {
    const moved = produce(
      design,
      moveOnCanvas(
        [
          { part: 'notes', index: 0, at: { x: 7, y: 8 } },
          { part: 'frames', index: 1, at: { x: 9, y: 10 } },
        ],
        { conv: { x: 11, y: 12 } },
      ),
    );
    expect(moved.canvas.notes.map(({ at }) => at.x)).toEqual([7, 1, 1]);
    expect(moved.canvas.frames.map(({ at }) => at.y)).toEqual([6, 10]);
    expect(moved.layout).toEqual({ conv: { x: 11, y: 12 } });
  });
});
