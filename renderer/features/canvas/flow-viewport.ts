import type { ReactFlowInstance } from '@xyflow/react';
import { around, boxesOf } from '../../layout/boxes.ts';
import type { App } from '../../state/app.ts';
import { designOf } from '../../state/app-state.ts';
import type { Viewport } from '../../state/viewport.ts';
import type { WireFlowEdge } from './flow-model.ts';
import type { CanvasFlowNode } from './item-model.ts';

const EASE = { duration: 220 } as const;
const GLIDE_MS = 300;

/** The view of React Flow, drawn in this element, as others may move it. */
export function flowViewport(
  app: App,
  flow: ReactFlowInstance<CanvasFlowNode, WireFlowEdge>,
  pane: HTMLElement,
): Viewport {
  const show = (ids: readonly string[]): void => {
    if (ids.length === 0) return;
    void flow.fitView({ nodes: ids.map((id) => ({ id })), padding: 0.6, maxZoom: 1.1, ...EASE });
  };
  const revealAll = (ids: readonly string[]): void => {
    const { left, right, top, bottom } = pane.getBoundingClientRect();
    const { direction } = app.getState();
    const box = around(boxesOf(designOf(app.getState()), ids, direction).values());
    if (!box) return;
    const from = flow.flowToScreenPosition(box);
    const zoom = flow.getZoom();
    const [width, height] = [box.width * zoom, box.height * zoom];
    if (width > right - left || height > bottom - top) {
      show(ids);
      return;
    }
    const inside = from.x > left && from.x + width < right && from.y > top && from.y + height < bottom;
    if (!inside) void flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, { zoom, ...EASE });
  };
  return {
    fit: (animate = true) => void flow.fitView({ padding: 0.12, maxZoom: 1.1, ...(animate ? EASE : {}) }),
    full: () => void flow.zoomTo(1, EASE),
    zoomIn: () => void flow.zoomIn(EASE),
    zoomOut: () => void flow.zoomOut(EASE),
    show,
    reveal: (id) => revealAll([id]),
    revealAll,
    middle() {
      const { left, top, width, height } = pane.getBoundingClientRect();
      return flow.screenToFlowPosition({ x: left + width / 2, y: top + height / 2 });
    },
    at: (x, y) => flow.screenToFlowPosition({ x, y }),
    glide() {
      pane.classList.add('is-arranging');
      setTimeout(() => pane.classList.remove('is-arranging'), GLIDE_MS);
    },
    afterDrawing: (act) => void requestAnimationFrame(act),
  };
}
