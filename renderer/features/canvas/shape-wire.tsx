import { BaseEdge, type EdgeProps, getBezierPath, getSmoothStepPath, Position } from '@xyflow/react';
import { memo } from 'react';
import type { WireFlowEdge } from './flow-model.ts';

/** A wire that carries the shape of what flows through it. */
export const ShapeWire = memo(function ShapeWire(props: EdgeProps<WireFlowEdge>) {
  const {
    id,
    data,
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
  const [path, labelX, labelY] = back
    ? getSmoothStepPath({ ...ends, borderRadius: 12, offset: 24 })
    : getBezierPath(ends);
  const classes = ['wire', selected ? 'is-selected' : '', data?.broken ? 'is-broken' : ''].join(' ');
  return (
    <g className={classes}>
      <BaseEdge id={id} path={path} interactionWidth={interactionWidth ?? 24} />
      <text className="wire-shape" x={labelX} y={labelY - 6} textAnchor="middle">
        {data?.label}
      </text>
    </g>
  );
});
