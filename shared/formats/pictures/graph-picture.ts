import { formatSample } from '../../base/dims.ts';
import { largestOf } from '../../base/extremes.ts';
import { layOut } from '../../layout/layout.ts';
import type { Flow, LayoutWire, Route } from '../../layout/model.ts';
import { families, grounds, type Theme } from './families.ts';
import { textWidth } from './metrics.ts';
import type { Outline, OutlineNode } from './outline.ts';
import type { Point, Scene, Shape } from './scene.ts';

export type Direction = Flow;

export interface GraphPictureOptions {
  readonly theme: Theme;
  readonly direction: Direction;
  readonly transparent?: boolean;
}

const MARGIN = 24;
const PAD_X = 12;
const TITLE_PIXELS = 13;
const LINE_PIXELS = 11;
const LINE_HEIGHT = 15;
const LABEL_PIXELS = 10;
/** Longer networks are wrapped to about the shape of a page or a screen. */
const ASPECT: Readonly<Record<Direction, number>> = { right: 1.7, down: 0.9 };
const GAP = { along: 36, across: 28, rows: 56 };

/** Maps of one size, but for the input's, which is that of no layer. */
function stageOf({ kind, output }: OutlineNode): { readonly stage?: string } {
  return output && output.length > 2 && kind !== 'input' ? { stage: output.slice(2).join('×') } : {};
}

/** The graph as boxes joined by wires with their shapes: the same every time. */
export function drawGraph(outline: Outline, { theme, direction, transparent }: GraphPictureOptions): Scene {
  const boxes = outline.nodes.map((node) => ({ id: node.id, ...extentOf(node), ...stageOf(node) }));
  const byId = new Map(outline.nodes.map((node) => [node.id, node]));
  const wires = outline.edges.map(
    (edge): LayoutWire => ({ ...edge, label: labelExtent(byId.get(edge.from)) }),
  );
  const aspect = outline.nodes.length < FEW ? {} : { aspect: ASPECT[direction] };
  const laid = layOut(boxes, wires, { direction, gap: GAP, ...aspect });
  const ground = grounds[theme];
  return {
    title: outline.name,
    widthPixels: Math.ceil(laid.width) + 2 * MARGIN,
    heightPixels: Math.ceil(laid.height) + 2 * MARGIN,
    background: transparent ? undefined : ground.page,
    shapes: [
      ...laid.routes.flatMap((route, i) =>
        route ? wireShapes(route, labelOf(byId.get(wires[i]!.from)), ground) : [],
      ),
      ...boxes.flatMap(({ id, width, height }) => {
        const { x, y } = laid.places.get(id)!;
        return boxOf(byId.get(id)!, { x: x + MARGIN, y: y + MARGIN, width, height }, theme);
      }),
    ],
  };
}

/** Networks of fewer boxes stay in one row. */
const FEW = 14;

/** The shape of what flows. */
function labelOf(source: OutlineNode | undefined): string {
  return source?.output ? formatSample(source.output) : '?';
}

function labelExtent(source: OutlineNode | undefined): { readonly width: number; readonly height: number } {
  return { width: Math.ceil(textWidth(labelOf(source), LABEL_PIXELS) * 1.06), height: LABEL_PIXELS + 4 };
}

function titleOf({ title, repeat }: OutlineNode): string {
  return repeat > 1 ? `${title} ×${repeat}` : title;
}

/** The node's own name, told only where it says more than the title. */
function linesOf(node: OutlineNode): readonly string[] {
  const name = node.repeat === 1 && node.kind !== node.id ? [node.id] : [];
  return [...node.lines, ...name];
}

function extentOf(node: OutlineNode): { readonly width: number; readonly height: number } {
  const widest = largestOf(
    linesOf(node).map((line) => textWidth(line, LINE_PIXELS)),
    textWidth(titleOf(node), TITLE_PIXELS, 'medium'),
  );
  return {
    width: Math.ceil(Math.max(72, widest * 1.06 + 2 * PAD_X)),
    height: 16 + TITLE_PIXELS + linesOf(node).length * LINE_HEIGHT,
  };
}

function boxOf(
  node: OutlineNode,
  at: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  theme: Theme,
): readonly Shape[] {
  const colours = families[theme][node.group];
  const middle = at.x + at.width / 2;
  const stack: Shape[] =
    node.repeat > 1
      ? [
          {
            kind: 'box',
            ...at,
            x: at.x + 3,
            y: at.y + 3,
            radius: 6,
            fill: colours.face,
            stroke: colours.solid,
          },
        ]
      : [];
  return [
    ...stack,
    {
      kind: 'box',
      ...at,
      radius: 6,
      fill: colours.face,
      stroke: colours.solid,
      id: node.id,
      tooltip: node.members.length > 1 ? node.members.join(', ') : node.id,
    },
    {
      kind: 'text',
      role: 'title',
      x: middle,
      y: at.y + 8 + TITLE_PIXELS - 2,
      text: titleOf(node),
      fontPixels: TITLE_PIXELS,
      weight: 'medium',
      anchor: 'middle',
      fill: colours.ink,
    },
    ...linesOf(node).map(
      (text, i): Shape => ({
        kind: 'text',
        role: 'label',
        x: middle,
        y: at.y + 8 + TITLE_PIXELS - 3 + (i + 1) * LINE_HEIGHT,
        text,
        fontPixels: LINE_PIXELS,
        anchor: 'middle',
        fill: colours.ink,
      }),
    ),
  ];
}

function wireShapes(
  { points, label }: Route,
  text: string,
  { line, muted }: { readonly line: string; readonly muted: string },
): readonly Shape[] {
  const path: Shape = {
    kind: 'path',
    points: points.map(({ x, y }): Point => [x + MARGIN, y + MARGIN]),
    stroke: line,
    strokePixels: 1.25,
    cornerPixels: 5,
    arrow: true,
  };
  if (!label) return [path];
  return [
    path,
    {
      kind: 'text',
      role: 'label',
      x: label.x + MARGIN,
      y: label.y + MARGIN + LABEL_PIXELS,
      text,
      fontPixels: LABEL_PIXELS,
      fill: muted,
    },
  ];
}
