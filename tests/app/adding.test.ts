import { expect, it } from 'vitest';
import { addables } from '../../renderer/layout/addables.ts';
import { addNew } from '../../renderer/layout/adding.ts';
import { boxesOf } from '../../renderer/layout/boxes.ts';
import type { App } from '../../renderer/state/app.ts';
import { designOf } from '../../renderer/state/app-state.ts';
import { designFrom, startApp } from './open-app.ts';

/** A sum of many, which is higher than other layers, between two of them. */
const tall = {
  netwright: 2,
  name: 'Tall',
  nodes: [
    { id: 'input', kind: 'input', params: { shape: [3, 16, 16] } },
    { id: 'sum', kind: 'add', from: ['input', 'input', 'input', 'input', 'input'] },
    { id: 'output', kind: 'output', from: 'sum' },
  ],
  layout: { input: [0, 0], sum: [240, 0], output: [480, 0] },
};

const relu = (app: App) => addables(app).find(({ kind }) => kind === 'relu')!;

it.each([
  ['on the upper half of the sum', { x: 330, y: 20 }],
  ['on the lower half of the sum', { x: 330, y: 140 }],
  ['half over its edge', { x: 420, y: 100 }],
  ['over the edges of two', { x: 448, y: 33 }],
])('a layer that is added %s lies on none, however often', (_, at) => {
  const { app, state } = startApp();
  state().open(designFrom(tall));
  for (let i = 0; i < 6; i++) addNew(app, relu(app), { at });
  const { direction } = state();
  const design = designOf(state());
  const boxes = [...boxesOf(design, Object.keys(design.nodes), direction).values()];
  expect(boxes).toHaveLength(9);
  for (const [i, a] of boxes.entries())
    for (const b of boxes.slice(i + 1))
      expect(
        a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height,
        JSON.stringify([a, b]),
      ).toBe(false);
});

it('a layer stays where it is put when there is room', () => {
  const { app, state } = startApp();
  state().open(designFrom(tall));
  const id = addNew(app, relu(app), { at: { x: 88, y: 133 } });
  expect(designOf(state()).layout[id]).toEqual({ x: 0, y: 100 });
});
