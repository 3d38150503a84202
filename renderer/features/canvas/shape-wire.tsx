import { BaseEdge, type EdgeProps, getBezierPath, getSmoothStepPath, Position } from '@xyflow/react';
import { memo } from 'react';
import type { Point } from '../../../shared/graph/design.ts';
import { useDetail } from './detail.ts';
import type { WireFlowEdge } from './flow-model.ts';
import { labelSizes } from './wire-labels.ts';

/** A wire that carries the shape of what flows through it. */
export const ShapeWire = memo(function ShapeWire(props: EdgeProps<WireFlowEdge>) {
  const {
    id,
    data,
    source,
    target,
    selected,
    sourceX,
    sourceY,
    targetX,
    targetY,
    sourcePosition,
    targetPosition,
    interactionWidth,
  } = props;
  const right = sourcePosition === Position.Right;
  const ends = { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition };
  // A wire to the next line of a folded network runs between the lines, as a carriage returns.
  const back = right ? targetX < sourceX : targetY < sourceY;
  const route = data?.route;
  const [path, labelX, labelY] =
    route && isBetween(route, sourceX, sourceY, targetX, targetY)
      ? routePath(route)
      : back
        ? getSmoothStepPath({ ...ends, borderRadius: 12, offset: 24 })
        : getBezierPath(ends);
  const detail = useDetail();
  // While its ends are dragged the label goes along in the middle.
  const still = data?.ends && isBetween(data.ends, sourceX, sourceY, targetX, targetY);
  const label = still
    ? detail === 'all' || detail === 'cost'
      ? data.labels?.[detail]
      : undefined
    : { text: data?.label ?? '', x: labelX, y: labelY - 8 };
  const classes = [
    'wire',
    back ? 'is-back' : '',
    selected ? 'is-selected' : '',
    data?.broken ? 'is-broken' : '',
  ].join(' ');
  return (
    <g className={classes}>
      <BaseEdge id={id} path={path} interactionWidth={interactionWidth ?? 24} />
      <title>{`${source} → ${target}: ${data?.label}`}</title>
      {label ? (
        <text
          className="wire-shape"
          x={label.x}
          y={label.y}
          textAnchor="middle"
          dominantBaseline="central"
          style={{ fontSize: labelSizes[detail === 'all' ? 'all' : 'cost'] }}
        >
          {label.text}
        </text>
      ) : null}
    </g>
  );
});

/** Whether a route is still that of these ends: while nodes are dragged it is not. */
function isBetween(route: readonly Point[], ...ends: readonly [number, number, number, number]): boolean {
  const [start, end] = [route[0]!, route.at(-1)!];
  const [sourceX, sourceY, targetX, targetY] = ends;
  return (
    Math.hypot(start.x - sourceX, start.y - sourceY) < NEAR &&
    Math.hypot(end.x - targetX, end.y - targetY) < NEAR
  );
}

/** React Flow draws a wire from the edge of a port, which is so large. */
const NEAR = 12;
const CORNER = 10;

/** Straight pieces with round corners, and the middle of the longest for the label. */
function routePath(points: readonly Point[]): readonly [path: string, labelX: number, labelY: number] {
  let path = `M${points[0]!.x} ${points[0]!.y}`;
  let label = { x: points[0]!.x, y: points[0]!.y, length: 0 };
  for (let i = 1; i < points.length; i++) {
    const [before, here, next] = [points[i - 1]!, points[i]!, points[i + 1]];
    const length = Math.abs(here.x - before.x) + Math.abs(here.y - before.y);
    if (length > label.length) label = { x: (here.x + before.x) / 2, y: (here.y + before.y) / 2, length };
    if (!next) path += ` L${here.x} ${here.y}`;
    else {
      const [entry, exit] = [towards(here, before), towards(here, next)];
      path += ` L${entry.x} ${entry.y} Q${here.x} ${here.y} ${exit.x} ${exit.y}`;
    }
  }
  return [path, label.x, label.y];
}

/** A little way from a corner, at most half of the piece. */
function towards(corner: Point, other: Point): Point {
  const length = Math.hypot(other.x - corner.x, other.y - corner.y);
  const share = length === 0 ? 0 : Math.min(CORNER, length / 2) / length;
  return { x: corner.x + (other.x - corner.x) * share, y: corner.y + (other.y - corner.y) * share };
}
