import type { Node } from '@xyflow/react';
import { Position } from '@xyflow/react';
import type { NodeFacts } from '../../../shared/analysis/facts.ts';
import { formatSample } from '../../../shared/base/dims.ts';
import { definitionOf } from '../../../shared/blocks/index.ts';
import type { DesignNode, NodeId, Point } from '../../../shared/graph/design.ts';
import { isOpenInput } from '../../../shared/lint/summary.ts';
import { t } from '../../i18n/i18n.ts';
import { said } from '../../i18n/said.ts';
import { handleOffset, NODE_WIDTH, nodeHeight } from '../../layout/geometry.ts';
import { nodeName } from '../../state/names.ts';
import type { FlowDirection } from '../../state/view-state.ts';
import type { OpenLook } from './scopes.ts';

/** What is drawn of a node from afar. What else is known of it changes with all before it, and is told of elements alone. */
export interface LayerData extends Record<string, unknown> {
  readonly node: DesignNode;
  readonly broken: boolean;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly direction: FlowDirection;
  /** Which graph of the canvas it is of: '' is the one that the canvas is of. */
  readonly scope: string;
  /** How it is drawn where its inside is shown. */
  readonly open: OpenLook | undefined;
}
export type LayerFlowNode = Node<LayerData, 'layer'>;

export interface ShownData extends LayerData {
  readonly facts: NodeFacts;
}
/** One that is an element of the page. */
export type ShownLayer = Node<ShownData, 'layer'>;

/** Whether something is wrong with a node, more than that it waits for a wire. */
export const isBroken = ({ problems }: NodeFacts): boolean =>
  problems.some((problem) => !isOpenInput(problem));

/** How large a node is with so many ports. */
export const sizeOf = (inputs: number, outputs: number, direction: FlowDirection) => ({
  width: NODE_WIDTH,
  height: nodeHeight(direction === 'right' ? Math.max(inputs, outputs) : 1),
});

/** A node in words: its name, what it is, what it makes of its input, and what is wrong with it. */
function spoken({ id, node, inputs, outputs, problems }: NodeFacts): string {
  const shape = Object.values(outputs ?? {})[0] ?? (node.kind === 'output' ? inputs[0] : undefined);
  const wrong = problems.map(({ told }) => said(told.message));
  return [id, nodeName(node), shape ? formatSample(shape) : t('shape unknown'), ...wrong].join(', ');
}

/** A node without what is known of it: its ports, how large it is, and where they are at it. */
export interface NodeFrame
  extends Pick<LayerData, 'inputs' | 'outputs' | 'direction' | 'open'>,
    Required<Pick<LayerFlowNode, 'width' | 'height' | 'measured' | 'handles'>> {}

export function frameOf(
  node: DesignNode,
  inputs: readonly string[],
  direction: FlowDirection,
  open: OpenLook | undefined,
): NodeFrame {
  const outputs = definitionOf(node.kind)
    .outputs(node.params)
    .map(({ name }) => name);
  const right = direction === 'right';
  const { width, height } = open ?? sizeOf(inputs.length, outputs.length, direction);
  const side = right ? height : width;
  const handles = [
    ...inputs.map((name, i) => {
      const offset = open?.comesIn[i] ?? handleOffset(i, inputs.length, side);
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
      const offset = open?.goesOut ?? handleOffset(i, outputs.length, side);
      return {
        id: name,
        type: 'source' as const,
        position: right ? Position.Right : Position.Bottom,
        x: right ? width : offset,
        y: right ? offset : height,
        width: 1,
        height: 1,
      };
    }),
  ];
  return { inputs, outputs, direction, open, width, height, measured: { width, height }, handles };
}

/** A layer as React Flow places it; plain, for thousands are made when a design is opened. */
export function flowNode(
  id: NodeId,
  { node, broken }: Pick<LayerData, 'node' | 'broken'>,
  { inputs, outputs, direction, open, width, height, measured, handles }: NodeFrame,
  position: Point,
  selected: boolean,
): LayerFlowNode {
  return {
    width,
    height,
    measured,
    handles,
    id,
    type: 'layer',
    position: { x: position.x, y: position.y },
    selected,
    // What is beside the layers inside is the canvas: it is panned, and shown what the pointer does there.
    ...(open ? { style: { pointerEvents: 'none' as const } } : {}),
    data: { node, broken, inputs, outputs, direction, open, scope: '' },
    ariaRole: 'group',
  };
}

/** The same with all that is known of it, in words too. */
export const shownLayer = (layer: LayerFlowNode, facts: NodeFacts): ShownLayer => ({
  ...layer,
  data: { ...layer.data, facts },
  domAttributes: { 'aria-roledescription': t('node') },
  ariaLabel: spoken(facts),
});
