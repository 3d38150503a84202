import type { Edge } from '@xyflow/react';
import type { Analysis } from '../../../shared/analysis/facts.ts';
import { formatSample } from '../../../shared/base/dims.ts';
import { atOnce } from '../../../shared/base/parts.ts';
import type { Design, NodeId, Point, Wire } from '../../../shared/graph/design.ts';
import type { Obstacle } from '../../../shared/layout/route.ts';
import { t } from '../../i18n/i18n.ts';
import { shownInputs } from '../../layout/geometry.ts';
import type { FlowDirection } from '../../state/view-state.ts';
import {
  flowNode,
  frameOf,
  isBroken,
  type LayerData,
  type LayerFlowNode,
  type NodeFrame,
} from './flow-node.ts';
import type { OpenLook } from './scopes.ts';
import { labelsOf, type WireLabel, type WireLabels } from './wire-labels.ts';
import { type Routed, WireRoutes } from './wire-routes.ts';

export interface WireData extends Record<string, unknown> {
  /** `64×56×56`, or `?` while it is unknown. */
  readonly label: string;
  readonly broken: boolean;
  /** The corners of a way past what stands between its ends, from end to end; undefined where nothing does. */
  readonly route: readonly Point[] | undefined;
  /** Where it begins and ends, which is not so while a node is dragged. */
  readonly ends: readonly Point[] | undefined;
  /** Where there is room for the label, and for how much of it. */
  readonly labels: WireLabels | undefined;
}
export type WireFlowEdge = Edge<WireData, 'wire'>;

interface Made {
  readonly wired: readonly Wire[];
  readonly frame: NodeFrame;
  readonly flow: LayerFlowNode;
}

/** All of a node that is drawn from afar, as it is now. */
interface Seen extends Pick<LayerData, 'node' | 'broken' | 'direction' | 'open'> {
  readonly id: NodeId;
  readonly wired: readonly Wire[];
  readonly at: Point;
  readonly selected: boolean;
}

const noWires: readonly Wire[] = [];
/** Nodes between two looks at the time. */
const PART = 256;

/**
 * Turns the document into what React Flow draws. A node whose layer, ports, place and selection are those of before
 * keeps its object, whatever changed in the layers before it, so that only what changed is drawn again.
 */
export class FlowModel {
  /** In the order of the design. */
  #made: readonly Made[] = [];
  #placed: LayerFlowNode[] = [];
  #blocks: Design['blocks'] = {};
  #edges = new Map<string, WireFlowEdge>();
  #direction: FlowDirection = 'right';
  readonly #routes = new WireRoutes();
  #labels:
    | {
        readonly placed: readonly LayerFlowNode[];
        readonly boxes: readonly Obstacle[];
        readonly wires: readonly Labelled[];
        readonly byId: ReadonlyMap<string, WireLabels>;
      }
    | undefined;

  nodes(...of: Parameters<FlowModel['making']>): LayerFlowNode[] {
    return atOnce(this.making(...of));
  }

  /** The same a part at a time. */
  *making(
    design: Design,
    analysis: Analysis,
    selection: ReadonlySet<NodeId>,
    direction: FlowDirection,
    looks: ReadonlyMap<NodeId, OpenLook> = new Map(),
  ): Generator<void, LayerFlowNode[]> {
    const next: Made[] = [];
    const placed: LayerFlowNode[] = [];
    // Nearly always all stand where they stood, and are found without a table.
    let byId: ReadonlyMap<NodeId, Made> | undefined;
    let unplaced = 0;
    for (const id of Object.keys(design.nodes)) {
      const place = next.length;
      if (place % PART === PART - 1) yield;
      const node = design.nodes[id]!;
      const seen: Seen = {
        id,
        node,
        broken: isBroken(analysis.facts.get(id)!),
        wired: analysis.topology.into.get(id) ?? noWires,
        at: design.layout[id] ?? { x: 240 * unplaced++, y: 0 },
        selected: selection.has(id),
        open: looks.get(id),
        direction,
      };
      let known: Made | undefined = this.#made[place];
      if (known?.flow.id !== id) {
        byId ??= new Map(this.#made.map((made) => [made.flow.id, made]));
        known = byId.get(id);
      }
      const made =
        known && this.#isFramed(known, seen, design.blocks) && isSo(known.flow, seen)
          ? known
          : this.#make(known, seen, design.blocks);
      next.push(made);
      placed.push(made.flow);
    }
    this.#made = next;
    this.#blocks = design.blocks;
    this.#direction = direction;
    // What is made from all of them is kept as long as they all are.
    if (placed.length === this.#placed.length && placed.every((flow, i) => flow === this.#placed[i]))
      return this.#placed;
    this.#placed = placed;
    return placed;
  }

  /** Whether all is as it was that a node's ports and size are made from. */
  #isFramed({ wired, frame, flow }: Made, seen: Seen, blocks: Design['blocks']): boolean {
    return (
      flow.data.node === seen.node &&
      wired === seen.wired &&
      frame.direction === seen.direction &&
      sameLook(frame.open, seen.open) &&
      (seen.node.kind !== 'userBlock' || this.#blocks === blocks)
    );
  }

  #make(known: Made | undefined, seen: Seen, blocks: Design['blocks']): Made {
    const { id, node, wired, at, selected, open, direction } = seen;
    const ports = wired.map(({ to }) => to.port);
    const fresh =
      known && this.#isFramed(known, seen, blocks)
        ? known.frame
        : frameOf(node, shownInputs(node, ports, blocks), direction, open);
    const isSame = known !== undefined && sameFrame(known.frame, fresh);
    const frame = isSame ? known.frame : fresh;
    const flow = isSame && isSo(known.flow, seen) ? known.flow : flowNode(id, seen, frame, at, selected);
    return { wired, frame, flow };
  }

  /** The ways of all wires among the nodes that were asked for last. */
  ways(wires: Design['wires']): ReadonlyMap<string, Routed> {
    return atOnce(this.leading(wires));
  }

  /** The same a part at a time. */
  leading(wires: Design['wires']): Generator<void, ReadonlyMap<string, Routed>> {
    return this.#routes.updating(wires, this.#placed, this.#direction);
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
    const ids = [...(among ?? Object.keys(design.wires))].filter((id) => design.wires[id]);
    const labels = this.#labelsOf(ids, design, analysis, ways);
    for (const id of ids) {
      const wire = design.wires[id]!;
      const { route, points } = ways.get(id) ?? {};
      const fresh = flowEdge(id, wire, analysis, {
        selected: selection.has(id),
        target: id === target,
        route,
        ends: points && [points[0]!, points.at(-1)!],
        labels: labels.get(id),
      });
      const known = this.#edges.get(id);
      next.set(id, known && sameEdge(known, fresh) ? known : fresh);
    }
    this.#edges = next;
    return [...next.values()];
  }

  /** Where the labels of some wires are, placed anew where anything that they keep off has moved. */
  #labelsOf(
    ids: readonly string[],
    design: Design,
    analysis: Analysis,
    ways: ReadonlyMap<string, Routed>,
  ): ReadonlyMap<string, WireLabels> {
    const wires = ids.flatMap((id) => {
      const way = ways.get(id);
      return way ? [{ way, label: labelOf(design.wires[id]!, analysis) }] : [];
    });
    const last = this.#labels;
    const same =
      last?.wires.length === wires.length &&
      last.wires.every(({ way, label }, i) => way === wires[i]!.way && label === wires[i]!.label);
    if (same && last.placed === this.#placed) return last.byId;
    const near = new Set(wires.length < ways.size ? ids.flatMap((id) => endsOf(design.wires[id]!)) : []);
    const boxes = this.#placed
      .filter(({ id }) => near.size === 0 || near.has(id))
      .map(({ position, width = 0, height = 0 }) => ({ ...position, width, height }));
    // Most often something else than its place is new of a node.
    const isKept = same && sameBoxes(last.boxes, boxes);
    const byId = isKept ? last.byId : labelledAmong(boxes, wires, this.#direction);
    this.#labels = { placed: this.#placed, boxes, wires, byId };
    return byId;
  }
}

interface Labelled {
  readonly way: Routed;
  readonly label: string;
}

function labelledAmong(
  boxes: readonly Obstacle[],
  wires: readonly Labelled[],
  direction: FlowDirection,
): ReadonlyMap<string, WireLabels> {
  const placed = labelsOf(boxes, wires, direction);
  return new Map(wires.map(({ way }, i) => [way.id, placed[i]!]));
}

const sameBoxes = (a: readonly Obstacle[], b: readonly Obstacle[]): boolean =>
  a.length === b.length &&
  a.every((box, i) => {
    const { x, y, width, height } = b[i]!;
    return box.x === x && box.y === y && box.width === width && box.height === height;
  });

const sameLook = (a: OpenLook | undefined, b: OpenLook | undefined): boolean =>
  a === b ||
  (a?.width === b?.width &&
    a?.height === b?.height &&
    String(a?.comesIn) === String(b?.comesIn) &&
    a?.goesOut === b?.goesOut);

const sameFrame = (a: NodeFrame, b: NodeFrame): boolean =>
  a === b ||
  (a.direction === b.direction &&
    sameLook(a.open, b.open) &&
    a.inputs.join() === b.inputs.join() &&
    a.outputs.join() === b.outputs.join());

const isSo = ({ data, position, selected }: LayerFlowNode, seen: Seen): boolean =>
  data.node === seen.node &&
  data.broken === seen.broken &&
  position.x === seen.at.x &&
  position.y === seen.at.y &&
  selected === seen.selected;

interface Looks extends Pick<WireData, 'route' | 'ends' | 'labels'> {
  readonly selected: boolean;
  /** A layer is held over it. */
  readonly target: boolean;
}

const endsOf = ({ from, to }: Wire): readonly NodeId[] => [from.node, to.node];

/** The shape of what flows through a wire. */
function labelOf({ from }: Wire, analysis: Analysis): string {
  const dims = analysis.facts.get(from.node)?.outputs?.[from.port];
  return dims ? formatSample(dims) : '?';
}

function flowEdge(
  id: string,
  { from, to }: Wire,
  analysis: Analysis,
  { selected, target, route, ends, labels }: Looks,
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
    domAttributes: { 'aria-roledescription': t('wire') },
    ariaLabel: t('Wire from {{from}} to {{to}}, {{shape}}', {
      from: from.node,
      to: to.node,
      shape: dims ? formatSample(dims) : t('shape unknown'),
    }),
    data: { label: labelOf({ from, to }, analysis), broken, route, ends, labels },
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
    sameLabel(a.data?.labels?.all, b.data?.labels?.all) &&
    sameLabel(a.data?.labels?.cost, b.data?.labels?.cost) &&
    sameRoute(a.data?.route, b.data?.route) &&
    sameRoute(a.data?.ends, b.data?.ends)
  );
}

const sameLabel = (a: WireLabel | undefined, b: WireLabel | undefined): boolean =>
  a?.text === b?.text && a?.x === b?.x && a?.y === b?.y;

function sameRoute(a: readonly Point[] | undefined, b: readonly Point[] | undefined): boolean {
  if (a === b) return true;
  return a?.length === b?.length && !!a?.every(({ x, y }, i) => x === b?.[i]?.x && y === b?.[i]?.y);
}
