import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Design, emptyDesign } from '../../shared/graph/design.ts';
import { addNode, moveNodes, newNode, setParams } from '../../shared/graph/edits.ts';
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
});

it('keeps a bounded number of steps', () => {
  let history = startHistory(emptyDesign);
  for (let i = 0; i < 520; i++) history = applyEdit(history, 'Move', moveNodes({ a: { x: i, y: 0 } }));
  expect(history.past.length).toBe(500);
});
