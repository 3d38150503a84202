import { definitionOf } from '../../../shared/blocks/index.ts';
import { families, type Theme } from '../../../shared/formats/pictures/families.ts';
import type { Box } from '../../layout/make-room.ts';
import type { LayerFlowNode } from './flow-node.ts';
import type { Spatial, WireWay } from './spatial.ts';

/** How a view looks at the design: a point of it lies at `x + zoom · point` in pixels of the pane. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** All that a picture is drawn from. */
export interface Scene {
  readonly spatial: Spatial;
  readonly theme: Theme;
  /** Nodes that others draw just now, and their wires with them. */
  readonly without: ReadonlySet<string>;
  /** Nodes that something is found at, or that the rule which is being written looks at: lit, however small they are. */
  readonly marks: ReadonlyMap<string, Mark>;
  /** Of nodes that what is thought of would change: by how much, in place of their names. */
  readonly moved: ReadonlyMap<string, readonly string[]>;
}

/** What lights a node, each in its ink. */
export type Mark = 'looked-at' | 'warning' | 'broken' | 'error';

interface Inks extends Readonly<Record<Mark, string>> {
  readonly wire: string;
  readonly chosen: string;
}

/** The same as in theme.css; a canvas cannot read style sheets without being laid out. */
const inks: Readonly<Record<Theme, Inks>> = {
  light: {
    wire: '#c3cad6',
    chosen: '#2563c9',
    'looked-at': '#2563c9',
    warning: '#8a5a00',
    broken: '#8a5a00',
    error: '#b3261e',
  },
  dark: {
    wire: '#434b5a',
    chosen: '#6ea4ff',
    'looked-at': '#6ea4ff',
    warning: '#f0bd55',
    broken: '#f0bd55',
    error: '#ff8a80',
  },
};

/** A node is at least so large that it is seen, in pixels of the screen. */
const LEAST_NODE = 1.5;
/** What is lit has an edge that is so far out and so thick, in pixels of the screen, at whatever zoom. */
const LIT = { out: 3, thick: 2 } as const;
/** From this zoom on a node has a face and an edge, and from that size on a name. */
const EDGED = 0.11;
const NAMED = { width: 46, height: 13, font: 11 } as const;
/** How wide a letter is on average, to its height. */
const LETTER = 0.58;
/** So much is drawn before it is asked whether there is time for more. */
const BATCH = 250;

/**
 * Draws what of a scene lies in a view of so many pixels, a batch at a time: wires first, then nodes by family. It yields
 * between batches, so that a drawing can go on in the next frame, or be given up.
 */
export function* draw(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { x, y, zoom }: View,
  width: number,
  height: number,
): Generator<void> {
  const { spatial, theme, without, marks, moved } = scene;
  const part: Box = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
  const across = (at: number): number => x + zoom * at;
  const down = (at: number): number => y + zoom * at;
  let since = 0;
  context.fillStyle = inks[theme].wire;
  context.strokeStyle = inks[theme].wire;
  context.lineWidth = Math.max(0.6, 1.6 * zoom);
  for (const way of spatial.waysIn(part)) {
    const wire = spatial.ways[way]!;
    if (!without.has(wire.id)) drawWire(context, wire, across, down);
    if (++since % BATCH === 0) yield;
  }
  const byGroup = new Map<string, LayerFlowNode[]>();
  const lit: (readonly [box: Box, mark: Mark])[] = [];
  for (const at of spatial.nodesIn(part)) {
    const node = spatial.nodes[at]!;
    if (without.has(node.id)) continue;
    const { group } = definitionOf(node.data.node.kind);
    const mates = byGroup.get(group);
    if (mates) mates.push(node);
    else byGroup.set(group, [node]);
  }
  for (const [group, nodes] of byGroup) {
    const { solid, face, ink } = families[theme][group as keyof (typeof families)[Theme]];
    for (const node of nodes) {
      const box = {
        x: across(node.position.x),
        y: down(node.position.y),
        width: Math.max(LEAST_NODE, (node.width ?? 0) * zoom),
        height: Math.max(LEAST_NODE, (node.height ?? 0) * zoom),
      };
      context.fillStyle = zoom < EDGED ? solid : face;
      context.fillRect(box.x, box.y, box.width, box.height);
      const lines = moved.get(node.id);
      const mark = lines === undefined ? marks.get(node.id) : 'looked-at';
      if (mark) lit.push([box, mark]);
      const isChosen = node.selected === true;
      const isWrong = node.data.broken;
      if (isChosen || isWrong) edge(context, box, isWrong ? inks[theme].error : inks[theme].chosen, 2);
      else if (zoom >= EDGED) edge(context, box, solid, 1);
      if (box.width >= NAMED.width && box.height >= NAMED.height) name(context, lines ?? [node.id], box, ink);
      if (++since % BATCH === 0) yield;
    }
  }
  // Over all others, since from afar a neighbour would lie on them.
  for (const [{ x: left, y: top, width: wide, height: high }, mark] of lit) {
    const { out, thick } = LIT;
    const around = { x: left - out, y: top - out, width: wide + 2 * out, height: high + 2 * out };
    edge(context, around, inks[theme][mark], thick);
    if (++since % BATCH === 0) yield;
  }
}

/** Pieces along the axes, which are nearly all, are filled as thin boxes: that is ten times as fast as a line. */
function drawWire(
  context: CanvasRenderingContext2D,
  { points }: WireWay,
  across: (at: number) => number,
  down: (at: number) => number,
): void {
  const thick = context.lineWidth;
  let lined = false;
  for (let i = 1; i < points.length; i++) {
    const [ax, ay, bx, by] = [
      across(points[i - 1]!.x),
      down(points[i - 1]!.y),
      across(points[i]!.x),
      down(points[i]!.y),
    ];
    if (Math.abs(ay - by) < 0.5) context.fillRect(Math.min(ax, bx), ay - thick / 2, Math.abs(ax - bx), thick);
    else if (Math.abs(ax - bx) < 0.5)
      context.fillRect(ax - thick / 2, Math.min(ay, by), thick, Math.abs(ay - by));
    else {
      if (!lined) context.beginPath();
      lined = true;
      context.moveTo(ax, ay);
      context.lineTo(bx, by);
    }
  }
  if (lined) context.stroke();
}

function edge(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: Box,
  ink: string,
  thick: number,
): void {
  context.fillStyle = ink;
  context.fillRect(x, y, width, thick);
  context.fillRect(x, y + height - thick, width, thick);
  context.fillRect(x, y, thick, height);
  context.fillRect(x + width - thick, y, thick, height);
}

/** As much of a name as fits; all of it is told where the pointer rests. */
function name(
  context: CanvasRenderingContext2D,
  lines: readonly string[],
  { x, y, width, height }: Box,
  ink: string,
): void {
  const row = height / lines.length;
  const size = Math.min(NAMED.font, lines.length === 1 ? height - 3 : row);
  context.font = `600 ${size}px system-ui, sans-serif`;
  context.fillStyle = ink;
  context.textBaseline = 'middle';
  const letters = Math.floor((width - 6) / (size * LETTER));
  for (const [place, text] of lines.entries()) {
    const shown = text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
    context.fillText(shown, x + 3, y + (place + 0.5) * row);
  }
}
