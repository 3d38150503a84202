import { BaseEdge, type EdgeProps, getBezierPath } from '@xyflow/react';
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
  const [path, labelX, labelY] = getBezierPath({
    sourceX,
    sourceY,
    targetX,
    targetY,
    sourcePosition,
    targetPosition,
  });
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
