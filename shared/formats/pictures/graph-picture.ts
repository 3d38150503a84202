import type { ELK, ElkEdgeSection, ElkNode } from 'elkjs/lib/elk-api';
import { formatSample } from '../../base/dims.ts';
import { families, grounds, type Theme } from './families.ts';
import { textWidth } from './metrics.ts';
import type { Outline, OutlineNode } from './outline.ts';
import type { Point, Scene, Shape } from './scene.ts';

export type Direction = 'right' | 'down';

export interface GraphPictureOptions {
  readonly theme: Theme;
  readonly direction: Direction;
  readonly transparent?: boolean;
  /** elkjs: in a worker in the app, in the process in the command. */
  readonly elk: Pick<ELK, 'layout'>;
}

const MARGIN = 24;
const PAD_X = 12;
const TITLE_PIXELS = 13;
const LINE_PIXELS = 11;
const LINE_HEIGHT = 15;
const LABEL_PIXELS = 10;
const MOST_PLACED_FINELY = 200;

/** The graph as boxes joined by wires with their shapes: layered, orthogonal, the same every time. */
export async function drawGraph(outline: Outline, options: GraphPictureOptions): Promise<Scene> {
  const laid = await options.elk.layout(toElk(outline, options.direction));
  const ground = grounds[options.theme];
  const byId = new Map(outline.nodes.map((node) => [node.id, node]));
  const shapes: Shape[] = [
    ...(laid.edges ?? []).flatMap((edge) => [
      ...(edge.sections ?? []).map((section): Shape => wire(section, ground.line)),
      ...(edge.labels ?? []).map(
        ({ x, y, width, text }): Shape => ({
          kind: 'text',
          role: 'label',
          x: (x ?? 0) + (width ?? 0) / 2,
          y: (y ?? 0) + LABEL_PIXELS,
          text: text ?? '',
          fontPixels: LABEL_PIXELS,
          anchor: 'middle',
          fill: ground.muted,
        }),
      ),
    ]),
    ...(laid.children ?? []).flatMap(({ id, x, y, width, height }) =>
      boxOf(byId.get(id)!, { x: x ?? 0, y: y ?? 0, width: width ?? 0, height: height ?? 0 }, options.theme),
    ),
  ];
  return {
    title: outline.name,
    widthPixels: Math.ceil(laid.width ?? 0),
    heightPixels: Math.ceil(laid.height ?? 0),
    background: options.transparent ? undefined : ground.page,
    shapes,
  };
}

function toElk(outline: Outline, direction: Direction): ElkNode {
  const byId = new Map(outline.nodes.map((node) => [node.id, node]));
  return {
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': direction === 'right' ? 'RIGHT' : 'DOWN',
      'elk.edgeRouting': 'ORTHOGONAL',
      'elk.randomSeed': '1',
      'elk.padding': `[top=${MARGIN},left=${MARGIN},bottom=${MARGIN},right=${MARGIN}]`,
      'elk.spacing.nodeNode': '28',
      'elk.spacing.edgeNode': '18',
      'elk.spacing.edgeLabel': '4',
      'elk.layered.spacing.nodeNodeBetweenLayers': '18',
      'elk.layered.spacing.edgeNodeBetweenLayers': '14',
      // The finer placement takes seconds on hundreds of nodes.
      'elk.layered.nodePlacement.strategy':
        outline.nodes.length > MOST_PLACED_FINELY ? 'BRANDES_KOEPF' : 'NETWORK_SIMPLEX',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
    },
    children: outline.nodes.map((node) => ({ id: node.id, ...extentOf(node) })),
    edges: outline.edges.map(({ from, to }, i) => {
      const dims = byId.get(from)?.output;
      const text = dims ? formatSample(dims) : '?';
      return {
        id: `edge${i}`,
        sources: [from],
        targets: [to],
        labels: [
          { id: `label${i}`, text, width: textWidth(text, LABEL_PIXELS) + 8, height: LABEL_PIXELS + 4 },
        ],
      };
    }),
  };
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
  const widest = Math.max(
    textWidth(titleOf(node), TITLE_PIXELS, 'medium'),
    ...linesOf(node).map((line) => textWidth(line, LINE_PIXELS)),
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

function wire({ startPoint, bendPoints = [], endPoint }: ElkEdgeSection, stroke: string): Shape {
  const points = [startPoint, ...bendPoints, endPoint].map(({ x, y }): Point => [x, y]);
  return { kind: 'path', points, stroke, strokePixels: 1.25, cornerPixels: 5, arrow: true };
}
