/** A place on the canvas. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export const canvasColours = ['yellow', 'green', 'blue', 'purple', 'red', 'grey'] as const;
/** A colour of notes and frames, by name. */
export type CanvasColour = (typeof canvasColours)[number];

/** Width and height in the units of the canvas. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What has a place on the canvas, in its pixels at 100 %. */
interface Placed {
  /** The upper left corner. */
  readonly at: Point;
  readonly size: Size;
  readonly colour: CanvasColour;
}

/** A note on the canvas, Markdown. */
export interface CanvasNote extends Placed {
  /** Markdown. */
  readonly text: string;
  /** How high its letters are, in pixels at 100 %; as high as those of a node where it is left out. */
  readonly textSize?: number;
}

/** A coloured area behind the nodes that it surrounds. */
export interface CanvasFrame extends Placed {
  readonly title: string;
}

/** What stands on a canvas beside the nodes; nothing of it changes the network. */
export interface Canvas {
  readonly notes: readonly CanvasNote[];
  readonly frames: readonly CanvasFrame[];
}

export const emptyCanvas: Canvas = { notes: [], frames: [] };
export const noteColour: CanvasColour = 'yellow';
export const frameColour: CanvasColour = 'grey';

/** How high the letters of a note are where it does not say, at least and at most, in pixels at 100 %. */
export const noteTextSize = { usual: 13, least: 6, most: 200 } as const;

/** Files are untrusted: more than anyone reads. */
export const MAX_CANVAS_ITEMS = 2_000;
export const MAX_NOTE_LENGTH = 10_000;

export function isEmptyCanvas({ notes, frames }: Canvas): boolean {
  return notes.length === 0 && frames.length === 0;
}
