import { getViewportForBounds, type ReactFlowInstance } from '@xyflow/react';
import type { Point } from '../../../shared/graph/design.ts';
import { around } from '../../layout/boxes.ts';
import type { Box } from '../../layout/make-room.ts';
import { lessMotion } from '../../parts/motion.ts';
import type { App } from '../../state/app.ts';
import type { Viewport } from '../../state/viewport.ts';
import type { WireFlowEdge } from './flow-model.ts';
import type { CanvasFlowNode } from './item-model.ts';
import { boxesOnCanvas, focusedScope, focusOn, inPlane, scopeAt, scopesOf } from './scopes.ts';
import { leastZoom } from './zoom.ts';

/** How a view moves to another. */
const ease = () => (lessMotion() ? undefined : { duration: 220 });
const GLIDE_MS = 300;
/** What is fitted is not blown up beyond this. */
const MOST_FITTED = 1.1;

type Padding = NonNullable<Parameters<typeof getViewportForBounds>[5]>;

/** Air around what is fitted, as a share of it, and from the zoom buttons, in pixels of the screen. */
const FIT_PADDING = 0.12;
const BESIDE = 8;

/** What is brought into sight keeps so far from the edge, in pixels of the screen. */
const SEEN_AIR = 16;

/** How far something has to go to lie between two edges; 0 where it does. */
function intoSight(from: number, length: number, start: number, end: number): number {
  if (from > start && from + length < end) return 0;
  return from <= start ? start + SEEN_AIR - from : end - SEEN_AIR - from - length;
}

const canvases = new WeakMap<App, (x: number, y: number) => Point>();

/** Looks at the innermost graph at a point of the window. */
export function focusAt(app: App, x: number, y: number): void {
  const onCanvas = canvases.get(app);
  if (onCanvas && app.getState().inPlace.size > 0) focusOn(app, scopeAt(app, onCanvas(x, y)));
}

/** The view of React Flow, drawn in this element, as others may move it. */
export function flowViewport(
  app: App,
  flow: ReactFlowInstance<CanvasFlowNode, WireFlowEdge>,
  pane: HTMLElement,
): Viewport {
  const boxes = (ids: readonly string[]): readonly Box[] => boxesOnCanvas(app, ids);
  const inDesign = (at: Point): Point => inPlane(app, focusedScope(app), at);
  const fitTo = (box: Box | undefined, padding: Padding, animate: boolean): void => {
    const { width, height } = pane.getBoundingClientRect();
    if (!box || width === 0) return;
    const view = getViewportForBounds(box, width, height, leastZoom(box), MOST_FITTED, padding);
    void flow.setViewport(view, animate ? ease() : undefined);
  };
  /** Air around all: beside the zoom buttons where they would lie over a layer. */
  const airAround = (box: Box, layers: readonly Box[]): Padding => {
    const { width, height, left, top } = pane.getBoundingClientRect();
    const buttons = pane.querySelector('.react-flow__controls')?.getBoundingClientRect();
    if (!buttons || width === 0) return FIT_PADDING;
    const { x, y, zoom } = getViewportForBounds(box, width, height, leastZoom(box), MOST_FITTED, FIT_PADDING);
    const isOver = layers.some(
      (layer) =>
        left + x + layer.x * zoom < buttons.right + BESIDE &&
        top + y + (layer.y + layer.height) * zoom > buttons.top - BESIDE,
    );
    const share = `${50 * FIT_PADDING}%` as const;
    return isOver
      ? { left: `${Math.ceil(buttons.right - left + BESIDE)}px`, right: share, y: share }
      : FIT_PADDING;
  };
  const show = (ids: readonly string[]): void => fitTo(around(boxes(ids)), 0.6, true);
  const fit = (animate = true): void => {
    const { design, boxes: placed } = scopesOf(app).base;
    const { canvas } = design;
    const items = [...canvas.notes, ...canvas.frames].map(({ at, size }) => ({ ...at, ...size }));
    const layers = [...placed().values()];
    const box = around([...layers, ...items]);
    if (box) fitTo(box, airAround(box, layers), animate);
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
    const across = intoSight(from.x, width, left, right);
    const down = intoSight(from.y, height, top, bottom);
    if (across === 0 && down === 0) return;
    // What is seen in part is moved into sight and no further: it was put where the pointer is. What is elsewhere is gone to.
    if (Math.abs(across) > width + 2 * SEEN_AIR || Math.abs(down) > height + 2 * SEEN_AIR) {
      void flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, { zoom, ...ease() });
      return;
    }
    const { x, y } = flow.getViewport();
    void flow.setViewport({ x: x + across, y: y + down, zoom }, ease());
  };
  canvases.set(app, (x, y) => flow.screenToFlowPosition({ x, y }));
  return {
    fit,
    full: () => void flow.zoomTo(1, ease()),
    zoomIn: () => void flow.zoomIn(ease()),
    zoomOut: () => void flow.zoomOut(ease()),
    show,
    reveal: (id) => revealAll([id]),
    revealAll,
    boxOf(id) {
      const [box] = boxes([id]);
      if (!box) return undefined;
      const zoom = flow.getZoom();
      return { ...flow.flowToScreenPosition(box), width: box.width * zoom, height: box.height * zoom };
    },
    middle() {
      const { left, top, width, height } = pane.getBoundingClientRect();
      return inDesign(flow.screenToFlowPosition({ x: left + width / 2, y: top + height / 2 }));
    },
    at: (x, y) => inDesign(flow.screenToFlowPosition({ x, y })),
    look: (camera) => void flow.setViewport(camera),
    glide() {
      pane.classList.add('is-arranging');
      setTimeout(() => pane.classList.remove('is-arranging'), GLIDE_MS);
    },
    afterDrawing: (act) => void requestAnimationFrame(act),
  };
}
