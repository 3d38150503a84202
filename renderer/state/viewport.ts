import type { NodeId, Point } from '../../shared/graph/design.ts';
import type { WindowBox } from './focus.ts';

/** What part of the design's plane is looked at: the pixels of its origin, and how large its units are drawn. */
export interface Camera extends Point {
  readonly zoom: number;
}

/** What the canvas lets others do with its view. Without a canvas, as on the start page, nothing happens. */
export interface Viewport {
  fit(animate?: boolean): void;
  /** To the scale of 100 %. */
  full(): void;
  zoomIn(): void;
  zoomOut(): void;
  /** Brings nodes into the middle, as large as they may be read well. */
  show(ids: readonly NodeId[]): void;
  /** Brings a node into view, without zooming, when it is not. */
  reveal(id: NodeId): void;
  /** Brings nodes into view when they are not; farther away only where they are too large to be seen together. */
  revealAll(ids: readonly NodeId[]): void;
  /** Where a node is in the window; undefined where it is not on the canvas. */
  boxOf(id: NodeId): WindowBox | undefined;
  /** The design's coordinates of the middle of the canvas. */
  middle(): Point;
  /** The design's coordinates of a point of the window. */
  at(x: number, y: number): Point;
  /** Looks at just this part, at once. */
  look(camera: Camera): void;
  /** Nodes glide to where they go, for as long as an arrangement takes. */
  glide(): void;
  /** Does something once what was edited last has been drawn. */
  afterDrawing(act: () => void): void;
}

const ORIGIN: Point = { x: 0, y: 0 };

const nowhere: Viewport = {
  fit() {},
  full() {},
  zoomIn() {},
  zoomOut() {},
  show() {},
  reveal() {},
  revealAll() {},
  boxOf: () => undefined,
  middle: () => ORIGIN,
  at: () => ORIGIN,
  look() {},
  glide() {},
  afterDrawing: (act) => act(),
};

export interface ViewportPort extends Viewport {
  /** Whoever draws the canvas answers from now on, until what is returned is called. */
  connect(canvas: Viewport): () => void;
}

/** The port between whoever wants to see something and the canvas that shows it. */
export function createViewport(): ViewportPort {
  let canvas = nowhere;
  return {
    fit: (animate) => canvas.fit(animate),
    full: () => canvas.full(),
    zoomIn: () => canvas.zoomIn(),
    zoomOut: () => canvas.zoomOut(),
    show: (ids) => canvas.show(ids),
    reveal: (id) => canvas.reveal(id),
    revealAll: (ids) => canvas.revealAll(ids),
    boxOf: (id) => canvas.boxOf(id),
    middle: () => canvas.middle(),
    at: (x, y) => canvas.at(x, y),
    look: (camera) => canvas.look(camera),
    glide: () => canvas.glide(),
    afterDrawing: (act) => canvas.afterDrawing(act),
    connect(next) {
      canvas = next;
      return () => {
        if (canvas === next) canvas = nowhere;
      };
    },
  };
}
