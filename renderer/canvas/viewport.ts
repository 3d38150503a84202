import type { ReactFlowInstance } from '@xyflow/react';
import type { NodeId } from '../../shared/graph/design.ts';
import { app, designOf } from '../store/app.ts';
import { around, boxesOf } from './boxes.ts';
import type { LayerFlowNode, WireFlowEdge } from './flow-model.ts';

type Flow = ReactFlowInstance<LayerFlowNode, WireFlowEdge>;
let flow: Flow | undefined;

/** The canvas hands itself over, so that commands can move the view. */
export function setFlow(instance: Flow | undefined): void {
  flow = instance;
}

const EASE = { duration: 220 } as const;

export const viewport = {
  fit(animate = true): void {
    void flow?.fitView({ padding: 0.12, maxZoom: 1.1, ...(animate ? EASE : {}) });
  },
  full(): void {
    void flow?.zoomTo(1, EASE);
  },
  zoomIn: (): void => void flow?.zoomIn(EASE),
  zoomOut: (): void => void flow?.zoomOut(EASE),
  show(ids: readonly NodeId[]): void {
    if (ids.length === 0) return;
    void flow?.fitView({ nodes: ids.map((id) => ({ id })), padding: 0.6, maxZoom: 1.1, ...EASE });
  },
  /** Brings a node into view, without zooming, when it is not. */
  reveal(id: NodeId): void {
    viewport.revealAll([id]);
  },
  /** Brings nodes into view when they are not; farther away only where they are too large to be seen together. */
  revealAll(ids: readonly NodeId[]): void {
    const pane = document.querySelector('.react-flow')?.getBoundingClientRect();
    const { direction } = app.getState();
    const box = around(boxesOf(designOf(app.getState()), ids, direction).values());
    if (!flow || !pane || !box) return;
    const from = flow.flowToScreenPosition(box);
    const zoom = flow.getZoom();
    const [width, height] = [box.width * zoom, box.height * zoom];
    if (width > pane.width || height > pane.height) {
      viewport.show(ids);
      return;
    }
    const inside =
      from.x > pane.left && from.x + width < pane.right && from.y > pane.top && from.y + height < pane.bottom;
    if (!inside) void flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, { zoom, ...EASE });
  },
  /** The design's coordinates of the middle of the canvas. */
  middle(): { readonly x: number; readonly y: number } {
    const pane = document.querySelector('.react-flow')?.getBoundingClientRect();
    if (!flow || !pane) return { x: 0, y: 0 };
    return flow.screenToFlowPosition({ x: pane.left + pane.width / 2, y: pane.top + pane.height / 2 });
  },
  at(x: number, y: number): { readonly x: number; readonly y: number } {
    return flow?.screenToFlowPosition({ x, y }) ?? { x: 0, y: 0 };
  },
};
