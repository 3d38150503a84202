import type { FlatNetwork } from '../../analysis/flatten.ts';

/**
 * The layer whose output stands for a node: the layer itself, or for a block the layer inside it that feeds what comes
 * after the block. Undefined where the network has no such node, or where it is bypassed.
 */
export function layerOfNode({ steps }: FlatNetwork, node: string): string | undefined {
  if (steps.some(({ id }) => id === node)) return node;
  const inside = `${node}/`;
  const last = steps.findLast(({ id }) => id.startsWith(inside))?.id;
  const leaving = steps
    .filter(({ id }) => !id.startsWith(inside))
    .flatMap(({ inputs }) => inputs.map(({ step }) => steps[step]!.id))
    .find((id) => id.startsWith(inside));
  return leaving ?? last;
}

/** The layers inside a block, in the order in which they run; none for a layer. */
export function layersInside({ steps }: FlatNetwork, node: string): readonly string[] {
  return steps.flatMap(({ id }) => (id.startsWith(`${node}/`) ? [id] : []));
}
