import type { Node } from '@xyflow/react';
import { Position } from '@xyflow/react';
import type { NodeFacts } from '../../../shared/analysis/facts.ts';
import { definitionOf, titleOf } from '../../../shared/blocks/index.ts';
import type { Point } from '../../../shared/graph/design.ts';
import { handleOffset, NODE_WIDTH, nodeHeight } from '../../layout/geometry.ts';
import type { FlowDirection } from '../../state/view-state.ts';

export interface LayerData extends Record<string, unknown> {
  readonly facts: NodeFacts;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly direction: FlowDirection;
}
export type LayerFlowNode = Node<LayerData, 'layer'>;

/** A layer as React Flow draws it. */
export function flowNode(
  facts: NodeFacts,
  inputs: readonly string[],
  position: Point,
  selected: boolean,
  direction: FlowDirection,
): LayerFlowNode {
  const { id, node } = facts;
  const outputs = definitionOf(node.kind)
    .outputs(node.params)
    .map(({ name }) => name);
  const right = direction === 'right';
  const height = right ? nodeHeight(Math.max(inputs.length, outputs.length)) : nodeHeight(1);
  const side = right ? height : NODE_WIDTH;
  const handles = [
    ...inputs.map((name, i) => {
      const offset = handleOffset(i, inputs.length, side);
      return {
        id: name,
        type: 'target' as const,
        position: right ? Position.Left : Position.Top,
        x: right ? 0 : offset,
        y: right ? offset : 0,
        width: 1,
        height: 1,
      };
    }),
    ...outputs.map((name, i) => {
      const offset = handleOffset(i, outputs.length, side);
      return {
        id: name,
        type: 'source' as const,
        position: right ? Position.Right : Position.Bottom,
        x: right ? NODE_WIDTH : offset,
        y: right ? offset : height,
        width: 1,
        height: 1,
      };
    }),
  ];
  return {
    id,
    type: 'layer',
    position: { x: position.x, y: position.y },
    width: NODE_WIDTH,
    height,
    measured: { width: NODE_WIDTH, height },
    handles,
    selected,
    data: { facts, inputs, outputs, direction },
    ariaLabel: `${id}, ${titleOf(node)}`,
  };
}
