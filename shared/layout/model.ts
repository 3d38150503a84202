/** What is laid out: boxes of known sizes and the wires between them. */
export interface LayoutNode {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** What it gives maps of, such as `56×56`: rows rather end where that changes. */
  readonly stage?: string;
}

export interface LayoutWire {
  readonly from: string;
  readonly to: string;
  /** The extent of the text beside the wire where it leaves its source; wires of one source share it. */
  readonly label?: { readonly width: number; readonly height: number };
}

export type Flow = 'right' | 'down';

export interface LayoutOptions {
  readonly direction: Flow;
  /** Width to height of the whole, for which rows are wrapped where the network can be cut; undefined keeps one row. */
  readonly aspect?: number;
  /** Least distances in pixels: between columns along the flow, between lanes across it, and between rows. */
  readonly gap: { readonly along: number; readonly across: number; readonly rows: number };
}

/** All that a layout is made from: what a worker is sent. */
export interface LayoutJob {
  readonly nodes: readonly LayoutNode[];
  readonly wires: readonly LayoutWire[];
  readonly options: LayoutOptions;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Route {
  /** From the source's side to the target's, in straight pieces along the axes. */
  readonly points: readonly Point[];
  /** The corner of the label's room; undefined where another wire of the source has it. */
  readonly label?: Point;
}

/** Everything starts at 0, 0. Pixels, y downwards. */
export interface Layout {
  /** The upper left corner of each node. */
  readonly places: ReadonlyMap<string, Point>;
  /** One for each wire, in their order; undefined for a wire with an end that is not there. */
  readonly routes: readonly (Route | undefined)[];
  readonly width: number;
  readonly height: number;
}

/** The graph by number: along the flow and across it, whichever way the flow goes. */
export interface Graph {
  readonly along: readonly number[];
  readonly across: readonly number[];
  readonly stages: readonly (string | undefined)[];
  /** `from` and `to` are places in these lists. */
  readonly wires: readonly Link[];
}

export interface Link {
  /** Place in the list of wires that was given. */
  readonly wire: number;
  readonly from: number;
  readonly to: number;
  readonly labelAlong: number;
  readonly labelAcross: number;
}
