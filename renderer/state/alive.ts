import type { Design, NodeId } from '../../shared/graph/design.ts';

/** Selected nodes that are no more are not selected. */
export function alive(selection: readonly NodeId[], design: Design): readonly NodeId[] {
  return selection.every((id) => design.nodes[id]) ? selection : selection.filter((id) => design.nodes[id]);
}
