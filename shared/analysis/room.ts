import { type Issue, isIssue, messages } from '../base/problem.ts';
import { repeatOf } from '../blocks/expansion.ts';
import { hasInside } from '../blocks/index.ts';
import { definitionsFor, layersIn, MAX_LAYERS_INSIDE } from '../graph/definitions.ts';
import type { Design, NodeId } from '../graph/design.ts';

export const say = messages('analysis/room', {
  'design-too-large': [
    'With this block opened the design would have more than {{most}} layers.',
    'Repeat blocks less often, or make them smaller.',
  ],
});

/** Layers of a whole design, blocks opened: more would be waited for. */
export const MAX_LAYERS = 400_000;

const none: ReadonlyMap<NodeId, Issue> = new Map();

const full = say('design-too-large', { most: MAX_LAYERS.toLocaleString('en-US') });

/**
 * The nodes that are not opened, because those before them in the order already stand for as many layers as a design may
 * have. A few short blocks can stand for more than there is memory for, so that this is counted before anything is opened.
 */
export function roomFor(
  { nodes, blocks }: Pick<Design, 'nodes' | 'blocks'>,
  order: readonly NodeId[],
): ReadonlyMap<NodeId, Issue> {
  let refused: Map<NodeId, Issue> | undefined;
  let layers = 0;
  for (const id of order) {
    const node = nodes[id]!;
    // What a block that comes with the program holds once is little: only what repeats can be much.
    const counted = hasInside(node.kind) && (node.kind === 'userBlock' || repeatOf(node.params) > 1);
    if (!counted || isIssue(definitionsFor(node, blocks))) continue;
    const own = layersIn(node, blocks);
    // One node that holds too much is refused for itself, and takes no room.
    if (own > MAX_LAYERS_INSIDE) continue;
    if (layers + own <= MAX_LAYERS) layers += own;
    else {
      refused ??= new Map();
      refused.set(id, full);
    }
  }
  return refused ?? none;
}
