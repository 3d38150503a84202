import { applyNodeChanges, type NodeChange, type NodePositionChange, useStoreApi } from '@xyflow/react';
import { useCallback, useRef, useState } from 'react';
import type { CanvasItem } from '../../../shared/graph/canvas-edits.ts';
import { moveOnCanvas } from '../../../shared/graph/canvas-edits.ts';
import type { NodeId, Point } from '../../../shared/graph/design.ts';
import { useT } from '../../i18n/i18n.ts';
import { GRID } from '../../layout/geometry.ts';
import type { Box } from '../../layout/make-room.ts';
import type { App } from '../../state/app.ts';
import { designOf } from '../../state/app-state.ts';
import { useTheApp } from '../../state/use-app.ts';
import { copyBy } from './clipboard.ts';
import { alignmentOf, type Guide } from './guides.ts';
import type { CanvasFlowNode } from './item-model.ts';
import { itemOf } from './items.ts';
import { goesStraight, pressedInWindow } from './pointer.ts';
import { focusedScope, fromCanvas, inPlane, onCanvas, scopeAround } from './scopes.ts';
import { pointOf } from './wiring.ts';

/** Whether the middle of a node stands in a frame. */
function standsIn(frame: CanvasFlowNode, { position, width = 0, height = 0 }: CanvasFlowNode): boolean {
  const [x, y] = [position.x + width / 2 - frame.position.x, position.y + height / 2 - frame.position.y];
  return x >= 0 && y >= 0 && x <= (frame.width ?? 0) && y <= (frame.height ?? 0);
}

/**
 * What goes along with what is dragged, by its id: with frames all that stands in them and is not dragged itself; with the
 * first all else that is selected, of which React Flow knows only a part.
 */
function carriedBy(
  dragged: readonly CanvasFlowNode[],
  all: readonly CanvasFlowNode[],
): ReadonlyMap<string, readonly CanvasFlowNode[]> {
  const taken = new Set(dragged.map(({ id }) => id));
  const carried = new Map<string, readonly CanvasFlowNode[]>();
  const carry = (by: string, goes: (node: CanvasFlowNode) => boolean): void => {
    // What is inside of a block that is open goes with it by itself.
    const found = all.filter((node) => !taken.has(node.id) && node.parentId === undefined && goes(node));
    for (const { id } of found) taken.add(id);
    carried.set(by, [...(carried.get(by) ?? []), ...found]);
  };
  for (const frame of dragged) if (frame.type === 'frame') carry(frame.id, (node) => standsIn(frame, node));
  const [first] = dragged;
  if (first?.selected && first.parentId === undefined) carry(first.id, ({ selected }) => selected === true);
  return carried;
}

interface Moving {
  readonly nodes: CanvasFlowNode[];
  /** What the dragged stands in line with. */
  readonly guides: readonly Guide[];
  onDragStart(event: MouseEvent | TouchEvent, dragged: CanvasFlowNode[]): void;
  /** Takes what a drag or a resize changes; all else is for others. */
  onMove(changes: readonly NodeChange<CanvasFlowNode>[]): void;
  /** Puts what is dragged where it is; or where it `copies`, copies of it. */
  onDragStop(copies: boolean): void;
  /** Ends a drag without moving anything: what was dragged went elsewhere. */
  giveUp(): void;
}

/** How near to a line something has to be to be drawn to it, in pixels of the screen. */
const ALIGNED_PIXELS = 6;

const boxOf = (
  app: App,
  { id, position }: Pick<CanvasFlowNode, 'id' | 'position'>,
  { width = 0, height = 0 }: CanvasFlowNode,
): Box => ({ ...onCanvas(scopeAround(app, id), position), width, height });

/**
 * How far the pointer went before React Flow took it for a drag, in units of the design: a hand that begins fast has gone a
 * good way by then, which what it holds would lag behind it. On the grid, as what is dragged is.
 */
function wayBefore(app: App, event: MouseEvent | TouchEvent, zoom: number): Point {
  const at = pointOf(event);
  const pressed = pressedInWindow(app) ?? at;
  const onGrid = (pixels: number): number => Math.round(pixels / zoom / GRID) * GRID;
  return { x: onGrid(at.x - pressed.x), y: onGrid(at.y - pressed.y) };
}

const caughtUp = (change: NodePositionChange, { x, y }: Point): NodePositionChange =>
  change.position ? { ...change, position: { x: change.position.x + x, y: change.position.y + y } } : change;

/** The axis that what is dragged stays on, the one along which it went less far; none while it goes freely. */
function heldAxis(
  app: App,
  { position }: NodePositionChange,
  from: Point | undefined,
): 'x' | 'y' | undefined {
  if (!position || !from || !goesStraight(app)) return undefined;
  return Math.abs(position.x - from.x) < Math.abs(position.y - from.y) ? 'x' : 'y';
}

/** While nodes are dragged React Flow moves copies of its own; the document learns of it once, at the end. */
export function useMoving(derived: CanvasFlowNode[], resting: readonly CanvasFlowNode[]): Moving {
  const app = useTheApp();
  const t = useT();
  const store = useStoreApi();
  const [moving, setMoving] = useState<CanvasFlowNode[]>();
  const [guides, setGuides] = useState<readonly Guide[]>([]);
  const latest = useRef<CanvasFlowNode[]>(undefined);
  const carried = useRef<ReadonlyMap<string, readonly CanvasFlowNode[]>>(new Map());
  const behind = useRef<Point>({ x: 0, y: 0 });
  const show = (nodes: CanvasFlowNode[] | undefined): void => {
    latest.current = nodes;
    setMoving(nodes);
  };

  const onDragStart = (event: MouseEvent | TouchEvent, dragged: CanvasFlowNode[]): void => {
    carried.current = carriedBy(dragged, derived);
    behind.current = wayBefore(app, event, store.getState().transform[2]);
  };

  const alongWith = ({ id, position }: NodePositionChange): NodePositionChange[] => {
    const from = derived.find((node) => node.id === id)?.position;
    if (!position || !from) return [];
    return (carried.current.get(id) ?? []).map((node) => ({
      id: node.id,
      type: 'position',
      dragging: true,
      position: {
        x: node.position.x + position.x - from.x,
        y: node.position.y + position.y - from.y,
      },
    }));
  };

  /** Keeps what is dragged on the axis that it is held to. */
  const onAxis = (
    moves: readonly NodePositionChange[],
    held: 'x' | 'y' | undefined,
  ): readonly NodePositionChange[] =>
    held === undefined
      ? moves
      : moves.map((move) => {
          const from = derived.find(({ id }) => id === move.id)?.position;
          return move.position && from
            ? { ...move, position: { ...move.position, [held]: from[held] } }
            : move;
        });

  /** Moves all that is dragged a little further, where the first of it comes into line with something at rest. */
  const aligned = (asked: readonly NodePositionChange[]): readonly NodePositionChange[] => {
    const node = derived.find(({ id }) => id === asked[0]?.id);
    const held = asked[0] && heldAxis(app, asked[0], node?.position);
    const moves = onAxis(asked, held);
    const [first] = moves;
    if (!first?.position || !node || node.type === 'frame') return moves;
    const dragged = new Set(moves.map(({ id }) => id));
    const others = resting
      .filter(({ id, type, parentId }) => type !== 'frame' && parentId === node.parentId && !dragged.has(id))
      .map((other) => boxOf(app, other, other));
    const within = ALIGNED_PIXELS / store.getState().transform[2];
    const {
      dx,
      dy,
      guides: lines,
    } = alignmentOf(boxOf(app, { id: node.id, position: first.position }, node), others, within);
    setGuides(lines.filter(({ axis }) => axis !== held));
    const further = moves.map((move) =>
      move.position
        ? { ...move, position: { x: Math.round(move.position.x + dx), y: Math.round(move.position.y + dy) } }
        : move,
    );
    return onAxis(further, held);
  };

  const onMove = (changes: readonly NodeChange<CanvasFlowNode>[]): void => {
    const resizing = changes.some((change) => change.type === 'dimensions' && change.resizing !== undefined);
    const drags = aligned(
      changes.flatMap((change) =>
        change.type === 'position' && change.dragging ? [caughtUp(change, behind.current)] : [],
      ),
    );
    const moves = changes.flatMap((change): NodeChange<CanvasFlowNode>[] => {
      if (change.type === 'position' && change.dragging) {
        const drag = drags.find(({ id }) => id === change.id) ?? change;
        return [drag, ...alongWith(drag)];
      }
      if (resizing && (change.type === 'position' || change.type === 'dimensions')) return [change];
      return [];
    });
    if (moves.length === 0) return;
    const done = changes.some((change) => change.type === 'dimensions' && change.resizing === false);
    show(done ? undefined : applyNodeChanges(moves, latest.current ?? derived));
  };

  const giveUp = useCallback((): void => {
    latest.current = undefined;
    setMoving(undefined);
    setGuides([]);
    carried.current = new Map();
  }, []);

  const onDragStop = useCallback(
    (copies: boolean): void => {
      const { canvas, layout } = designOf(app.getState());
      const around = focusedScope(app);
      const before = new Map(derived.map((node) => [node.id, node.position]));
      const nodes: Record<NodeId, Point> = {};
      const items: (CanvasItem & { readonly at: Point })[] = [];
      for (const { id, position } of latest.current ?? []) {
        const at = { x: Math.round(position.x), y: Math.round(position.y) };
        const item = itemOf(id);
        const was = item ? canvas[item.part][item.index]?.at : before.get(id);
        if (was && was.x === at.x && was.y === at.y) continue;
        const own = fromCanvas(id);
        if (item) items.push({ ...item, at });
        else if (own.scope === around.scope.id)
          nodes[own.id] = inPlane(app, around, onCanvas(around, at), own.id);
      }
      giveUp();
      const [first] = Object.entries(nodes);
      const from = first && layout[first[0]];
      if (copies && from) copyBy(app, Object.keys(nodes), { x: first[1].x - from.x, y: first[1].y - from.y });
      else if (Object.keys(nodes).length + items.length > 0)
        app.getState().edit(t('Move'), moveOnCanvas(items, nodes));
    },
    [app, t, giveUp, derived],
  );

  return { nodes: moving ?? derived, guides, onDragStart, onMove, onDragStop, giveUp };
}
