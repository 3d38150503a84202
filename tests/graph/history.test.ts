import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Design, emptyDesign } from '../../shared/graph/design.ts';
import { addNode, moveNodes, newNode, removeNodes, setParams } from '../../shared/graph/edits.ts';
import {
  applyEdit,
  closeGesture,
  type History,
  redo,
  startHistory,
  undo,
} from '../../shared/graph/history.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { editOf, whims } from './random-edits.ts';

const lenet = zooEntry('lenet')!.build();

describe('undo and redo', () => {
  it('bring back every design that any sequence of edits went through', () => {
    fc.assert(
      fc.property(whims, (sequence) => {
        let history = startHistory(lenet);
        const seen: Design[] = [lenet];
        for (const whim of sequence) {
          const next = applyEdit(history, whim.act, editOf(history.design, whim));
          if (next !== history) seen.push(next.design);
          history = next;
        }
        for (const design of seen.slice(0, -1).reverse()) {
          history = undo(history);
          expect(history.design).toEqual(design);
          // In the same order, so that a file is the same to the byte.
          expect(JSON.stringify(history.design)).toBe(JSON.stringify(design));
        }
        expect(undo(history)).toBe(history);
        for (const design of seen.slice(1)) {
          history = redo(history);
          expect(history.design).toEqual(design);
          expect(Object.keys(history.design.nodes)).toEqual(Object.keys(design.nodes));
        }
        expect(redo(history)).toBe(history);
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  it('leave no step for an edit that changes nothing', () => {
    const history = startHistory(lenet);
    expect(applyEdit(history, 'Nothing', () => {})).toBe(history);
  });

  it('forget what was undone once something else is done', () => {
    let history = applyEdit(startHistory(lenet), 'Widen', setParams(['conv1'], { channels: 32 }));
    history = applyEdit(undo(history), 'Narrow', setParams(['conv1'], { channels: 8 }));
    expect(redo(history)).toBe(history);
    expect(history.past.map(({ label }) => label)).toEqual(['Narrow']);
  });
});

describe('a gesture', () => {
  const drag = (history: History, x: number): History =>
    applyEdit(history, 'Move conv1', moveNodes({ conv1: { x, y: 0 } }), 'drag');

  it('is one step, however many edits it took', () => {
    const dragged = [1, 2, 3].reduce(drag, startHistory(lenet));
    expect(dragged.past).toHaveLength(1);
    expect(undo(dragged).design).toEqual(lenet);
    expect(redo(undo(dragged)).design.layout).toEqual({ conv1: { x: 3, y: 0 } });
  });

  it('ends when it is closed, when another edit comes between, and when it was undone', () => {
    const once = drag(startHistory(lenet), 1);
    expect(drag(closeGesture(once), 2).past).toHaveLength(2);
    const between = applyEdit(once, 'Add', addNode('relu9', newNode('relu')));
    expect(drag(between, 2).past).toHaveLength(3);
    expect(drag(redo(undo(once)), 2).past).toHaveLength(2);
  });

  it('that is closed is the same step, and one that is none stays open', () => {
    const once = drag(startHistory(lenet), 1);
    const closed = closeGesture(once);
    expect(closed.past).toEqual([{ ...once.past[0], mark: undefined }]);
    expect(undo(closed).design).toEqual(lenet);
    expect(closeGesture(closed)).toBe(closed);
    expect(closeGesture(startHistory(lenet)).past).toEqual([]);
  });

  it('begins anew where the one before it was undone, or had another mark', () => {
    const once = drag(startHistory(lenet), 1);
    const undone = undo(drag(closeGesture(once), 2));
    // What is undone could still be redone: it is dropped, and the new one stands alone.
    expect(drag(undone, 3).past).toHaveLength(2);
    expect(drag(undone, 3).future).toEqual([]);
    const other = applyEdit(once, 'Move conv1', moveNodes({ conv1: { x: 5, y: 0 } }), 'another');
    expect(other.past).toHaveLength(2);
    expect(applyEdit(once, 'Move conv1', moveNodes({ conv1: { x: 5, y: 0 } })).past).toHaveLength(2);
  });

  const typed = (history: History, channels: number, moves?: ReadonlyMap<string, string>): History =>
    applyEdit(history, 'Widen', setParams(['conv1'], { channels }), 'typing', moves);
  const channels = lenet.nodes.conv1!.params.channels as number;

  it('that comes back to where it began leaves nothing to undo', () => {
    const before = applyEdit(startHistory(lenet), 'Add', addNode('relu9', newNode('relu')));
    const back = typed(typed(typed(before, channels + 1), channels + 2), channels);
    expect(back.past).toEqual(before.past);
    expect(back.design).toEqual(before.design);
    expect(typed(typed(before, channels + 1), channels + 2).past).toHaveLength(2);
  });

  it('that comes back in one of two places, or moves weights, can be undone', () => {
    const two = applyEdit(
      typed(startHistory(lenet), channels + 1),
      'Widen',
      setParams(['conv2'], { channels: 77 }),
      'typing',
    );
    const back = typed(two, channels);
    expect(back.past).toHaveLength(1);
    expect(undo(back).design).toEqual(lenet);
    const moves = new Map([['conv1', 'conv9']]);
    const moved = typed(typed(startHistory(lenet), channels + 1, moves), channels);
    expect(moved.past.map((step) => step.moves)).toEqual([moves]);
  });

  it('that added something and took it away again is a step', () => {
    const added = applyEdit(startHistory(lenet), 'Add', addNode('relu9', newNode('relu')), 'typing');
    const gone = applyEdit(added, 'Remove', removeNodes(['relu9']), 'typing');
    expect(gone.design).toEqual(lenet);
    expect(undo(gone).design).toEqual(lenet);
  });

  it('says where the weights go, over all of its edits', () => {
    const first = typed(startHistory(lenet), 7, new Map([['a', 'b']]));
    expect(typed(first, 8, new Map([['b', 'c']])).past[0]!.moves).toEqual(new Map([['a', 'c']]));
  });

  it('brings back blocks as they stood, and in their order', () => {
    const named = (design: Design, ...names: readonly string[]): Design => ({
      ...design,
      blocks: Object.fromEntries(names.map((name) => [name, { nodes: {}, wires: {}, layout: {} }])),
    });
    const start = startHistory(named(lenet, 'a', 'b', 'c'));
    const removed = applyEdit(
      start,
      'Remove b',
      (draft) => {
        delete draft.blocks.b;
      },
      'tidy',
    );
    const twice = applyEdit(
      removed,
      'Remove a',
      (draft) => {
        delete draft.blocks.a;
      },
      'tidy',
    );
    expect(Object.keys(twice.design.blocks)).toEqual(['c']);
    expect(Object.keys(undo(twice).design.blocks)).toEqual(['a', 'b', 'c']);
    expect(Object.keys(redo(undo(twice)).design.blocks)).toEqual(['c']);
  });
});

it('keeps a bounded number of steps', () => {
  let history = startHistory(emptyDesign);
  for (let i = 0; i < 520; i++) history = applyEdit(history, 'Move', moveNodes({ a: { x: i, y: 0 } }));
  expect(history.past.length).toBe(500);
});
