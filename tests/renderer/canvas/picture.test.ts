import { expect, it } from 'vitest';
import { FlowModel } from '../../../renderer/features/canvas/flow-model.ts';
import type { LayerFlowNode } from '../../../renderer/features/canvas/flow-node.ts';
import { draw, type Scene } from '../../../renderer/features/canvas/picture.ts';
import { Spatial } from '../../../renderer/features/canvas/spatial.ts';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { emptyDesign } from '../../../shared/graph/design.ts';
import { newNode } from '../../../shared/graph/edits.ts';

/** A thousand layers in rows of a hundred. */
function rows(): readonly LayerFlowNode[] {
  const ids = Array.from({ length: 1000 }, (_, i) => `relu${i}`);
  const design = {
    ...emptyDesign,
    nodes: Object.fromEntries(ids.map((id) => [id, newNode('relu')])),
    layout: Object.fromEntries(
      ids.map((id, i) => [id, { x: 260 * (i % 100), y: 160 * Math.floor(i / 100) }]),
    ),
  };
  return new FlowModel().nodes(design, analyze(design), new Set(), 'right');
}

it('lights what is found from however far away, over its neighbours', () => {
  const painted: { readonly ink: unknown; readonly width: number; readonly height: number }[] = [];
  const canvas = {
    fillStyle: '' as unknown,
    fillRect: (_x: number, _y: number, width: number, height: number) =>
      painted.push({ ink: canvas.fillStyle, width, height }),
  };
  const marks: Scene['marks'] = new Map([
    ['relu7', 'warning'],
    ['relu512', 'looked-at'],
  ]);
  const moved: Scene['moved'] = new Map();
  const scene: Scene = { spatial: new Spatial(rows(), []), theme: 'light', without: new Set(), marks, moved };
  const view = { x: 0, y: 0, zoom: 0.01 };
  for (const _ of draw(canvas as unknown as CanvasRenderingContext2D, scene, view, 300, 200));
  // Nodes first, each a box; then four sides around each of the two, of the colours of a warning and of a choice.
  expect(painted.slice(-8).map(({ ink }) => ink)).toEqual([
    ...Array.from({ length: 4 }, () => '#8a5a00'),
    ...Array.from({ length: 4 }, () => '#2563c9'),
  ]);
  for (const { width, height } of painted.slice(-8)) expect(Math.min(width, height)).toBe(2);
  // A layer is 1.76 pixels wide there, and too low to be seen; what lights it is 6 pixels more.
  expect(painted.at(-8)!.width).toBeCloseTo(1.76 + 6, 9);
});
