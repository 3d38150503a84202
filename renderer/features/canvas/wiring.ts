import { createStore } from 'zustand/vanilla';
import { definitionOf } from '../../../shared/blocks/index.ts';
import type { NodeId, Point, PortRef } from '../../../shared/graph/design.ts';
import { freeInput } from '../../../shared/graph/edits.ts';
import { reachable } from '../../../shared/graph/topology.ts';
import { t } from '../../i18n/i18n.ts';
import { misfitAt } from '../../layout/fitting.ts';
import type { App } from '../../state/app.ts';
import { designOf } from '../../state/app-state.ts';
import { defineSlice } from '../../state/slice.ts';
import { focusedScope, fromCanvas } from './scopes.ts';

/** The end of a wire that stays where it is while the other one is drawn. */
export interface FixedEnd extends PortRef {
  /** Whether it is the one that feeds. */
  readonly feeds: boolean;
}

/** A pair of ports to be joined. */
export interface Joint {
  readonly from: PortRef;
  readonly to: PortRef;
}

/** Why two nodes cannot be joined; undefined when they can. */
export function refusal(app: App, from: NodeId, to: NodeId): string | undefined {
  if (from === to) return t('A layer cannot feed itself.');
  const { analysis } = app.getState();
  return reachable(analysis.topology, [to], 'after').has(from)
    ? t('It would close a cycle; feed-forward networks have none.')
    : undefined;
}

/** The nodes at which a wire from (or to) this one may not end: itself, what would close a cycle, what has no such port. */
export function illegalFor(app: App, id: NodeId, forward: boolean): ReadonlySet<NodeId> {
  const { analysis } = app.getState();
  const { nodes } = designOf(app.getState());
  const portless = Object.keys(nodes).filter((other) => !hasPort(app, other, forward));
  return new Set([id, ...portless, ...reachable(analysis.topology, [id], forward ? 'before' : 'after')]);
}

function hasPort(app: App, id: NodeId, input: boolean): boolean {
  const node = designOf(app.getState()).nodes[id]!;
  const { inputs, outputs } = definitionOf(node.kind);
  return input ? inputs.length > 0 : outputs(node.params).length > 0;
}

/** What comes of ending a wire at a node: the ports that it joins, or why it cannot; and what the layer would say of it. */
type Ending =
  | { readonly joint: Joint; readonly misfit: string | undefined }
  | { readonly joint: undefined; readonly why: string };

/** What comes of dropping a wire on a node, on one of its ports or anywhere on its body. */
function endingAt(app: App, end: FixedEnd, id: NodeId, port?: string): Ending {
  const design = designOf(app.getState());
  const node = design.nodes[id]!;
  const why = end.feeds ? refusal(app, end.node, id) : refusal(app, id, end.node);
  if (why !== undefined) return { joint: undefined, why };
  if (!hasPort(app, id, end.feeds))
    return {
      joint: undefined,
      why: end.feeds
        ? t('{{node}} takes no wire.', { node: id })
        : t('{{node}} gives nothing.', { node: id }),
    };
  const fixed = { node: end.node, port: end.port };
  if (!end.feeds) {
    const from = { node: id, port: port ?? definitionOf(node.kind).outputs(node.params)[0]!.name };
    return { joint: { from, to: fixed }, misfit: misfitAt(app, from, fixed) };
  }
  const to = { node: id, port: port ?? fittingInput(app, fixed, id) };
  return { joint: { from: fixed, to }, misfit: misfitAt(app, fixed, to) };
}

/** The same for something on the canvas; undefined where the wire begins there. */
export function endingOn(app: App, end: FixedEnd, target: string): Ending | undefined {
  const { scope, id } = fromCanvas(target);
  if (scope !== focusedScope(app).scope.id)
    return { joint: undefined, why: t('A wire ends in the block that it begins in.') };
  return id === end.node ? undefined : endingAt(app, end, id);
}

/** The free input that takes what comes, else the next free one; where all are taken, the first gives up its wire. */
function fittingInput(app: App, from: PortRef, id: NodeId): string {
  const design = designOf(app.getState());
  const { inputs } = definitionOf(design.nodes[id]!.kind);
  const taken = new Set(Object.values(design.wires).flatMap(({ to }) => (to.node === id ? to.port : [])));
  const free = inputs.flatMap(({ name, atLeast }) => (atLeast === undefined && !taken.has(name) ? name : []));
  return (
    free.find((port) => misfitAt(app, from, { node: id, port }) === undefined) ??
    freeInput(design, id) ??
    inputs[0]!.name
  );
}

/** Finds a wire of which there is but a picture. */
interface Pictured {
  wireAt(x: number, y: number): string | undefined;
}

export const picturedOf = defineSlice<Pictured>(() => createStore(() => ({ wireAt: () => undefined })));

/** The wire that is drawn at a point of the window. */
export function wireUnder(app: App, x: number, y: number): string | undefined {
  for (const element of document.elementsFromPoint(x, y)) {
    const edge = element.closest<SVGGElement>('.react-flow__edge');
    if (edge) return edge.dataset.id;
  }
  return picturedOf(app).getState().wireAt(x, y);
}

/** Where in the window a mouse or a finger is. */
export const pointOf = (event: MouseEvent | TouchEvent): Point => {
  const at = 'clientX' in event ? event : event.changedTouches[0];
  return { x: at?.clientX ?? 0, y: at?.clientY ?? 0 };
};
