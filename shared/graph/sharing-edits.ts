import type { Design, NodeId } from './design.ts';
import type { Edit } from './edits.ts';
import { handOn, ownerOf, sharersOf, withWeights } from './shared-weights.ts';

/** Makes nodes use the weights of another; one whose weights are used already hands them on to that one as well. */
export function shareWeights(ids: Iterable<NodeId>, owner: NodeId): Edit {
  return (draft) => {
    const first = ownerOf(draft.nodes as Design['nodes'], owner);
    for (const id of ids) {
      const node = draft.nodes[id];
      if (!node || id === first) continue;
      for (const sharer of sharersOf(draft.nodes as Design['nodes'], id))
        draft.nodes[sharer]!.weights = first;
      node.weights = first;
    }
  };
}

/** Gives nodes weights of their own. The one that the others have them from gives them to the first of those. */
export function unlinkWeights(ids: Iterable<NodeId>): Edit {
  return (draft) => {
    for (const id of ids) {
      const node = draft.nodes[id];
      if (!node) continue;
      if (node.weights === undefined) handOn(draft.nodes, new Set([id]));
      else draft.nodes[id] = withWeights(node, undefined);
    }
  };
}
