import type { ReactFlowInstance } from '@xyflow/react';
import type { NodeId } from '../../shared/graph/design.ts';
import { app, designOf } from '../store/app.ts';
import type { LayerFlowNode, WireFlowEdge } from './flow-model.ts';
import { NODE_HEIGHT, NODE_WIDTH } from './geometry.ts';

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
    const pane = document.querySelector('.react-flow')?.getBoundingClientRect();
    const corner = designOf(app.getState()).layout[id];
    if (!flow || !pane || !corner) return;
    const middle = { x: corner.x + NODE_WIDTH / 2, y: corner.y + NODE_HEIGHT / 2 };
    const at = flow.flowToScreenPosition(middle);
    const inside =
      at.x > pane.left + 90 && at.x < pane.right - 90 && at.y > pane.top + 50 && at.y < pane.bottom - 50;
    if (!inside) void flow.setCenter(middle.x, middle.y, { zoom: flow.getZoom(), ...EASE });
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
