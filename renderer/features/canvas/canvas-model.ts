import type { NodeId, Point } from '../../../shared/graph/design.ts';
import type { FlowDirection } from '../../state/view-state.ts';
import { drawnAhead } from './drawn-ahead.ts';
import { FlowModel, type WireFlowEdge } from './flow-model.ts';
import type { LayerFlowNode } from './flow-node.ts';
import { canvasId, fromCanvas, type PlacedScope, type Scopes } from './scopes.ts';
import type { Spatial } from './spatial.ts';
import type { WireLabel } from './wire-labels.ts';
import type { Routed } from './wire-routes.ts';

const nothing: ReadonlySet<string> = new Set();

/** All graphs of a canvas as React Flow draws them, each by a model of its own: wires keep off what is in their graph. */
export class CanvasModel {
  readonly #models = new Map<string, FlowModel>();
  readonly #nodes = new WeakMap<LayerFlowNode, Mapped<LayerFlowNode>>();
  readonly #edges = new WeakMap<WireFlowEdge, Mapped<WireFlowEdge>>();
  /** Where things stand in what was made ready before it was shown. */
  spatialAhead: Spatial | undefined;

  /** The nodes of what the canvas is of, and those inside of what is open in it. */
  nodes(
    { base, all }: Scopes,
    focus: string,
    selection: ReadonlySet<NodeId>,
    direction: FlowDirection,
  ): { readonly placed: LayerFlowNode[]; readonly inner: readonly LayerFlowNode[] } {
    const ahead = this.#models.size === 0 ? drawnAhead(base.design) : undefined;
    if (ahead) {
      this.#models.set('', ahead.model);
      this.spatialAhead = ahead.spatial;
    }
    const there = new Set(all.map(({ scope }) => scope.id));
    for (const id of this.#models.keys()) if (!there.has(id)) this.#models.delete(id);
    const [placed = [], ...inner] = all.map((each) => {
      const { scope } = each;
      const chosen = scope.path === focus ? selection : nothing;
      const nodes = this.#model(scope.id).nodes(scope.design, scope.analysis, chosen, direction, scope.looks);
      return scope.id === '' ? nodes : nodes.map((node) => this.#inFrame(node, each));
    });
    return { placed, inner: inner.flat() };
  }

  /** The ways of the wires of what the canvas is of. */
  ways({ base }: Scopes): ReadonlyMap<string, Routed> {
    return this.#model('').ways(base.design.wires);
  }

  /** The wires; of what the canvas is of only those `among` them, where that is told. */
  edges(
    { all }: Scopes,
    focus: string,
    selection: ReadonlySet<string>,
    target: string | undefined,
    among: ReadonlySet<string> | undefined,
  ): WireFlowEdge[] {
    return all.flatMap((each) => {
      const { scope } = each;
      const chosen = scope.path === focus ? selection : nothing;
      const aimed = target === undefined ? undefined : fromCanvas(target);
      const own = aimed?.scope === scope.id ? aimed.id : undefined;
      const some = scope.id === '' ? among : undefined;
      const edges = this.#model(scope.id).edges(scope.design, scope.analysis, chosen, own, some);
      return scope.id === '' ? edges : edges.map((edge) => this.#onFrame(edge, each));
    });
  }

  #model(id: string): FlowModel {
    const known = this.#models.get(id);
    if (known) return known;
    const model = new FlowModel();
    this.#models.set(id, model);
    return model;
  }

  #inFrame(node: LayerFlowNode, { scope, node: frame, corner, origin }: PlacedScope): LayerFlowNode {
    const inset = { x: origin.x - corner.x, y: origin.y - corner.y };
    const key = `${frame} ${inset.x} ${inset.y}`;
    return kept(this.#nodes, node, key, () => ({
      ...node,
      id: canvasId(scope, node.id),
      ...(frame === undefined ? {} : { parentId: frame }),
      position: { x: node.position.x + inset.x, y: node.position.y + inset.y },
      draggable: !scope.sealed,
      connectable: !scope.sealed,
      data: { ...node.data, scope: scope.id },
    }));
  }

  #onFrame(edge: WireFlowEdge, { scope, origin }: PlacedScope): WireFlowEdge {
    const key = `${scope.id} ${origin.x} ${origin.y}`;
    const along = (points: readonly Point[] | undefined): readonly Point[] | undefined =>
      points?.map(({ x, y }) => ({ x: x + origin.x, y: y + origin.y }));
    const label = (at: WireLabel | undefined): WireLabel | undefined =>
      at && { ...at, x: at.x + origin.x, y: at.y + origin.y };
    const { data } = edge;
    return kept(this.#edges, edge, key, () => ({
      ...edge,
      id: canvasId(scope, edge.id),
      source: canvasId(scope, edge.source),
      target: canvasId(scope, edge.target),
      reconnectable: !scope.sealed,
      ...(data
        ? {
            data: {
              ...data,
              route: along(data.route),
              ends: along(data.ends),
              labels: data.labels && { all: label(data.labels.all), cost: label(data.labels.cost) },
            },
          }
        : {}),
    }));
  }
}

interface Mapped<Value> {
  readonly key: string;
  readonly value: Value;
}

/** What was made of something before, as long as it would be the same. */
function kept<Value extends object>(
  cache: WeakMap<Value, Mapped<Value>>,
  from: Value,
  key: string,
  make: () => Value,
): Value {
  const before = cache.get(from);
  if (before?.key === key) return before.value;
  const value = make();
  cache.set(from, { key, value });
  return value;
}
