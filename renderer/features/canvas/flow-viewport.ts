import { getViewportForBounds, type ReactFlowInstance } from '@xyflow/react';
import { around, boxesOf } from '../../layout/boxes.ts';
import type { Box } from '../../layout/make-room.ts';
import type { App } from '../../state/app.ts';
import { designOf } from '../../state/app-state.ts';
import type { Viewport } from '../../state/viewport.ts';
import type { WireFlowEdge } from './flow-model.ts';
import type { CanvasFlowNode } from './item-model.ts';
import { leastZoom } from './zoom.ts';

const EASE = { duration: 220 } as const;
const GLIDE_MS = 300;
/** What is fitted is not blown up beyond this. */
const MOST_FITTED = 1.1;

/** The view of React Flow, drawn in this element, as others may move it. */
export function flowViewport(
  app: App,
  flow: ReactFlowInstance<CanvasFlowNode, WireFlowEdge>,
  pane: HTMLElement,
): Viewport {
  const boxes = (ids: readonly string[]): readonly Box[] => {
    const { direction } = app.getState();
    return [...boxesOf(designOf(app.getState()), ids, direction).values()];
  };
  const fitTo = (box: Box | undefined, padding: number, animate: boolean): void => {
    const { width, height } = pane.getBoundingClientRect();
    if (!box || width === 0) return;
    const view = getViewportForBounds(box, width, height, leastZoom(box), MOST_FITTED, padding);
    void flow.setViewport(view, animate ? EASE : undefined);
  };
  const show = (ids: readonly string[]): void => fitTo(around(boxes(ids)), 0.6, true);
  const fit = (animate = true): void => {
    const { nodes, canvas } = designOf(app.getState());
    const items = [...canvas.notes, ...canvas.frames].map(({ at, size }) => ({ ...at, ...size }));
    fitTo(around([...boxes(Object.keys(nodes)), ...items]), 0.12, animate);
  };
  const revealAll = (ids: readonly string[]): void => {
    const { left, right, top, bottom } = pane.getBoundingClientRect();
    const box = around(boxes(ids));
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
    fit,
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
    look: (camera) => void flow.setViewport(camera),
    glide() {
      pane.classList.add('is-arranging');
      setTimeout(() => pane.classList.remove('is-arranging'), GLIDE_MS);
    },
    afterDrawing: (act) => void requestAnimationFrame(act),
  };
}
