import type { Edge, Node } from '@xyflow/react';
import { Position } from '@xyflow/react';
import type { Analysis, NodeFacts } from '../../../shared/analysis/facts.ts';
import { formatSample } from '../../../shared/base/dims.ts';
import { definitionOf, titleOf } from '../../../shared/blocks/index.ts';
import type { Design, NodeId, Point, Wire } from '../../../shared/graph/design.ts';
import { routesAmong } from '../../../shared/layout/route.ts';
import { t } from '../../i18n/i18n.ts';
import { handleOffset, NODE_WIDTH, nodeHeight, shownInputs } from '../../layout/geometry.ts';
import type { FlowDirection } from '../../state/view-state.ts';

export interface LayerData extends Record<string, unknown> {
  readonly facts: NodeFacts;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly direction: FlowDirection;
}
export type LayerFlowNode = Node<LayerData, 'layer'>;

export interface WireData extends Record<string, unknown> {
  /** `64×56×56`, or `?` while it is unknown. */
  readonly label: string;
  readonly broken: boolean;
  /** The corners of a way past what stands between its ends, from end to end; undefined where nothing does. */
  readonly route: readonly Point[] | undefined;
}
export type WireFlowEdge = Edge<WireData, 'wire'>;

interface Made {
  readonly facts: NodeFacts;
  readonly key: string;
  readonly at: Point;
  readonly selected: boolean;
  readonly flow: LayerFlowNode;
}

/**
 * Turns the document into what React Flow draws. A node whose facts, ports, place and selection are those of before
 * keeps its object, so that only what changed is drawn again.
 */
export class FlowModel {
  #nodes = new Map<NodeId, Made>();
  #edges = new Map<string, WireFlowEdge>();
  #routes:
    | {
        readonly wires: Design['wires'];
        readonly placed: string;
        readonly routes: ReadonlyMap<string, readonly Point[] | undefined>;
      }
    | undefined;

  nodes(
    design: Design,
    analysis: Analysis,
    selection: ReadonlySet<NodeId>,
    direction: FlowDirection,
  ): LayerFlowNode[] {
    const next = new Map<NodeId, Made>();
    const flows: LayerFlowNode[] = [];
    let unplaced = 0;
    for (const [id, node] of Object.entries(design.nodes)) {
      const facts = analysis.facts.get(id)!;
      const wired = (analysis.topology.into.get(id) ?? []).map(({ to }) => to.port);
      const inputs = shownInputs(node, wired);
      const key = `${direction}/${inputs.join()}`;
      const at = design.layout[id] ?? { x: 240 * unplaced++, y: 0 };
      const selected = selection.has(id);
      const known = this.#nodes.get(id);
      const kept =
        known &&
        known.facts === facts &&
        known.key === key &&
        known.at.x === at.x &&
        known.at.y === at.y &&
        known.selected === selected;
      const made = kept
        ? known
        : { facts, key, at, selected, flow: flowNode(facts, inputs, at, selected, direction) };
      next.set(id, made);
      flows.push(made.flow);
    }
    this.#nodes = next;
    return flows;
  }

  /** The ways of all wires, worked out again where a node or a wire has come, gone or moved. */
  #routesOf({ wires }: Design): ReadonlyMap<string, readonly Point[] | undefined> {
    const known = this.#routes;
    const standing = [...this.#nodes.values()].map(({ flow }) => flow);
    const placed = standing
      .map(({ id, position, height }) => `${id} ${position.x} ${position.y} ${height}`)
      .join();
    if (known && known.wires === wires && known.placed === placed) return known.routes;
    const joined = Object.entries(wires).flatMap(([id, { from, to }]) => {
      const start = handleAt(this.#nodes.get(from.node)?.flow, from.port, 'source');
      const end = handleAt(this.#nodes.get(to.node)?.flow, to.port, 'target');
      return start && end ? [{ id, ends: { from: start, to: end } }] : [];
    });
    const boxes = standing.map(({ position, height = 0 }) => ({ ...position, width: NODE_WIDTH, height }));
    const direction = standing[0]?.data.direction ?? 'right';
    const ways = routesAmong(
      boxes,
      joined.map(({ ends }) => ends),
      direction,
    );
    const routes = new Map(joined.map(({ id }, i) => [id, ways[i]]));
    this.#routes = { wires, placed, routes };
    return routes;
  }

  edges(design: Design, analysis: Analysis, selection: ReadonlySet<string>, target?: string): WireFlowEdge[] {
    const next = new Map<string, WireFlowEdge>();
    const routes = this.#routesOf(design);
    for (const [id, wire] of Object.entries(design.wires)) {
      const fresh = flowEdge(id, wire, analysis, selection.has(id), id === target, routes.get(id));
      const known = this.#edges.get(id);
      next.set(id, known && sameEdge(known, fresh) ? known : fresh);
    }
    this.#edges = next;
    return [...next.values()];
  }
}

function flowNode(
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

function flowEdge(
  id: string,
  { from, to }: Wire,
  analysis: Analysis,
  selected: boolean,
  target: boolean,
  route: readonly Point[] | undefined,
): WireFlowEdge {
  const dims = analysis.facts.get(from.node)?.outputs?.[from.port];
  const problems = analysis.facts.get(to.node)?.problems ?? [];
  const broken = problems.some(
    ({ where }) => where.port === to.port || (where.port === undefined && where.param === undefined),
  );
  return {
    id,
    type: 'wire',
    source: from.node,
    sourceHandle: from.port,
    target: to.node,
    targetHandle: to.port,
    selected,
    className: target ? 'drop-target' : '',
    interactionWidth: 24,
    ariaLabel: t('Wire from {{from}} to {{to}}, {{shape}}', {
      from: from.node,
      to: to.node,
      shape: dims ? formatSample(dims) : t('shape unknown'),
    }),
    data: { label: dims ? formatSample(dims) : '?', broken, route },
  };
}

function sameEdge(a: WireFlowEdge, b: WireFlowEdge): boolean {
  return (
    a.source === b.source &&
    a.target === b.target &&
    a.sourceHandle === b.sourceHandle &&
    a.targetHandle === b.targetHandle &&
    a.selected === b.selected &&
    a.className === b.className &&
    a.ariaLabel === b.ariaLabel &&
    a.data?.label === b.data?.label &&
    a.data?.broken === b.data?.broken &&
    sameRoute(a.data?.route, b.data?.route)
  );
}

function sameRoute(a: readonly Point[] | undefined, b: readonly Point[] | undefined): boolean {
  if (a === b) return true;
  return a?.length === b?.length && !!a?.every(({ x, y }, i) => x === b?.[i]?.x && y === b?.[i]?.y);
}

/** Where the wire of a port begins or ends. */
function handleAt(
  flow: LayerFlowNode | undefined,
  port: string,
  type: 'source' | 'target',
): Point | undefined {
  const handle = flow?.handles?.find((each) => each.id === port && each.type === type);
  return flow && handle && { x: flow.position.x + handle.x, y: flow.position.y + handle.y };
}
