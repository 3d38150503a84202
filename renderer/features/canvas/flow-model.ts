import type { Edge } from '@xyflow/react';
import type { Analysis, NodeFacts } from '../../../shared/analysis/facts.ts';
import { formatSample } from '../../../shared/base/dims.ts';
import type { Design, DesignNode, NodeId, Point, Wire } from '../../../shared/graph/design.ts';
import { t } from '../../i18n/i18n.ts';
import { shownInputs } from '../../layout/geometry.ts';
import type { FlowDirection } from '../../state/view-state.ts';
import { flowNode, type LayerFlowNode } from './flow-node.ts';
import { type Routed, WireRoutes } from './wire-routes.ts';

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
  readonly wired: readonly Wire[];
  readonly direction: FlowDirection;
  readonly at: Point;
  readonly selected: boolean;
  readonly flow: LayerFlowNode;
}

const noWires: readonly Wire[] = [];

/**
 * Turns the document into what React Flow draws. A node whose facts, ports, place and selection are those of before
 * keeps its object, so that only what changed is drawn again.
 */
export class FlowModel {
  #made = new Map<NodeId, Made>();
  #flows: ReadonlyMap<NodeId, LayerFlowNode> = new Map();
  #placed: LayerFlowNode[] = [];
  #edges = new Map<string, WireFlowEdge>();
  #direction: FlowDirection = 'right';
  readonly #routes = new WireRoutes();

  nodes(
    design: Design,
    analysis: Analysis,
    selection: ReadonlySet<NodeId>,
    direction: FlowDirection,
  ): LayerFlowNode[] {
    const next = new Map<NodeId, Made>();
    const flows = new Map<NodeId, LayerFlowNode>();
    let unplaced = 0;
    for (const [id, node] of Object.entries(design.nodes)) {
      const facts = analysis.facts.get(id)!;
      const wired = analysis.topology.into.get(id) ?? noWires;
      const at = design.layout[id] ?? { x: 240 * unplaced++, y: 0 };
      const selected = selection.has(id);
      const known = this.#made.get(id);
      const made =
        known &&
        known.facts === facts &&
        known.wired === wired &&
        known.direction === direction &&
        known.at.x === at.x &&
        known.at.y === at.y &&
        known.selected === selected
          ? known
          : this.#make(known, { facts, node, wired, at, selected, direction });
      next.set(id, made);
      flows.set(id, made.flow);
    }
    this.#made = next;
    this.#direction = direction;
    const placed = [...flows.values()];
    // What is made from all of them is kept as long as they all are.
    if (placed.length === this.#placed.length && placed.every((flow, i) => flow === this.#placed[i]))
      return this.#placed;
    this.#flows = flows;
    this.#placed = placed;
    return placed;
  }

  #make(
    known: Made | undefined,
    { node, ...made }: Omit<Made, 'flow'> & { readonly node: DesignNode },
  ): Made {
    const { facts, wired, at, selected, direction } = made;
    const inputs = shownInputs(
      node,
      wired.map(({ to }) => to.port),
    );
    const same =
      known &&
      known.facts === facts &&
      known.direction === direction &&
      known.at.x === at.x &&
      known.at.y === at.y &&
      known.selected === selected &&
      known.flow.data.inputs.join() === inputs.join();
    return { ...made, flow: same ? known.flow : flowNode(facts, inputs, at, selected, direction) };
  }

  /** The ways of all wires among the nodes that were asked for last. */
  ways(wires: Design['wires']): ReadonlyMap<string, Routed> {
    return this.#routes.update(wires, this.#flows, this.#direction);
  }

  /** The wires, or those `among` them. */
  edges(
    design: Design,
    analysis: Analysis,
    selection: ReadonlySet<string>,
    target: string | undefined,
    among: ReadonlySet<string> | undefined,
  ): WireFlowEdge[] {
    const next = new Map<string, WireFlowEdge>();
    const ways = this.ways(design.wires);
    for (const id of among ?? Object.keys(design.wires)) {
      const wire = design.wires[id];
      if (!wire) continue;
      const fresh = flowEdge(id, wire, analysis, selection.has(id), id === target, ways.get(id)?.route);
      const known = this.#edges.get(id);
      next.set(id, known && sameEdge(known, fresh) ? known : fresh);
    }
    this.#edges = next;
    return [...next.values()];
  }
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
