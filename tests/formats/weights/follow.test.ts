import { expect, test } from 'vitest';
import { Tensor } from '../../../shared/base/tensor.ts';
import { followRenames, moveWeights } from '../../../shared/formats/weights/follow.ts';
import type { LazyWeights } from '../../../shared/formats/weights/store.ts';
import { removeNodes, rename } from '../../../shared/graph/edits.ts';
import { findBlocks } from '../../../shared/graph/find-blocks.ts';
import { foldBlocks } from '../../../shared/graph/fold.ts';
import { applyEdit, type History, redo, startHistory, undo } from '../../../shared/graph/history.ts';
import { foldMoves, inverse } from '../../../shared/graph/packing.ts';
import { unpackBlock, unpackMoves } from '../../../shared/graph/unpack.ts';
import { zooEntry } from '../../../shared/zoo/index.ts';

const tensor = (value: number) => ({
  dims: [1],
  load: async () => new Tensor('float32', Float32Array.of(value)),
});
const given: LazyWeights = {
  'conv1/conv': { weight: tensor(1) },
  'layer1.0/conv1': { weight: tensor(2) },
  fc: { weight: tensor(3), bias: tensor(4) },
};

/** The weights after each step, as the editor keeps them. */
function keep(weights: LazyWeights, steps: readonly ((history: History) => History)[]): LazyWeights {
  let history = startHistory(zooEntry('resnet18')!.build());
  let kept = weights;
  for (const step of steps) {
    const next = step(history);
    kept = followRenames(kept, history.design, next.design);
    history = next;
  }
  return kept;
}

const edit = (act: ReturnType<typeof rename>) => (history: History) => applyEdit(history, 'Edit', act);

test.each([
  ['a layer', [edit(rename('fc', 'scores'))], { fc: 'scores' }],
  ['a block', [edit(rename('layer1.0', 'first'))], { 'layer1.0/conv1': 'first/conv1' }],
  ['a stem', [edit(rename('conv1', 'stem'))], { 'conv1/conv': 'stem/conv' }],
  ['and undoing it', [edit(rename('fc', 'scores')), undo], {}],
  ['undoing and redoing it', [edit(rename('fc', 'scores')), undo, redo], { fc: 'scores' }],
  ['twice', [edit(rename('fc', 'a')), edit(rename('a', 'b'))], { fc: 'b' }],
  [
    'one that takes the name of another, gone before',
    [edit(removeNodes(['fc'])), edit(rename('conv1', 'fc')), undo, undo],
    {},
  ],
] as const)('renaming %s keeps its weights', (_, steps, moved: Readonly<Record<string, string>>) => {
  const expected = Object.fromEntries(
    Object.entries(given).map(([key, weights]) => [moved[key] ?? key, weights]),
  );
  expect(keep(given, steps)).toEqual(expected);
});

/** As the editor does it: what an edit says about layers is heard before names are compared. */
function keepMoved(steps: readonly ('unpack' | 'fold' | 'undo' | 'redo')[]): LazyWeights {
  let history = startHistory(zooEntry('resnet18')!.build());
  let kept = given;
  for (const step of steps) {
    const before = history;
    let moves: ReturnType<typeof unpackMoves>;
    if (step === 'unpack') {
      moves = unpackMoves(history.design, 'layer1.0');
      history = applyEdit(history, 'Unpack', unpackBlock('layer1.0'), undefined, moves);
    } else if (step === 'fold') {
      const found = findBlocks(history.design);
      moves = foldMoves(found);
      history = applyEdit(history, 'Fold', foldBlocks(found), undefined, moves);
    } else if (step === 'undo') {
      const undone = history.past.at(-1)!.moves!;
      moves = inverse(undone);
      history = undo(history);
    } else {
      moves = history.future[0]!.moves!;
      history = redo(history);
    }
    kept = followRenames(moveWeights(kept, moves!), before.design, history.design);
  }
  return kept;
}

test.each([
  [['unpack'], { 'layer1.0/conv1': 'layer1.0.conv1' }],
  [['unpack', 'undo'], {}],
  [['unpack', 'undo', 'redo'], { 'layer1.0/conv1': 'layer1.0.conv1' }],
  [['unpack', 'fold'], {}],
  [['unpack', 'fold', 'undo'], { 'layer1.0/conv1': 'layer1.0.conv1' }],
  [['unpack', 'fold', 'undo', 'undo', 'redo', 'redo'], {}],
] as const)('weights follow through %j', (steps, moved: Readonly<Record<string, string>>) => {
  const expected = Object.fromEntries(
    Object.entries(given).map(([key, weights]) => [moved[key] ?? key, weights]),
  );
  expect(keepMoved(steps)).toEqual(expected);
});
