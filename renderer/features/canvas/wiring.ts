import { definitionOf } from '../../../shared/blocks/index.ts';
import type { NodeId } from '../../../shared/graph/design.ts';
import { reachable } from '../../../shared/graph/topology.ts';
import type { App } from '../../state/app.ts';
import { designOf } from '../../state/app-state.ts';

/** Why two ports cannot be joined; undefined when they can. */
export function refusal(app: App, from: NodeId, to: NodeId): 'itself' | 'cycle' | undefined {
  if (from === to) return 'itself';
  const { analysis } = app.getState();
  return reachable(analysis.topology, [to], 'after').has(from) ? 'cycle' : undefined;
}

/** The nodes at which a wire from (or to) this one may not end: itself, what would close a cycle, what has no such port. */
export function illegalFor(app: App, id: NodeId, forward: boolean): ReadonlySet<NodeId> {
  const { analysis } = app.getState();
  const { nodes } = designOf(app.getState());
  const portless = Object.keys(nodes).filter((other) => {
    const node = nodes[other]!;
    const { inputs, outputs } = definitionOf(node.kind);
    return forward ? inputs.length === 0 : outputs(node.params).length === 0;
  });
  return new Set([id, ...portless, ...reachable(analysis.topology, [id], forward ? 'before' : 'after')]);
}

/** The wire that is drawn at a point of the window. */
export function wireUnder(x: number, y: number): string | undefined {
  for (const element of document.elementsFromPoint(x, y)) {
    const edge = element.closest<SVGGElement>('.react-flow__edge');
    if (edge) return edge.dataset.id;
  }
  return undefined;
}
