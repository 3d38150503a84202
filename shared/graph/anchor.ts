import { smallestOf } from '../base/extremes.ts';
import type { Design, NodeId, Point } from './design.ts';

/**
 * The place of some nodes as one: that of the first that takes what comes in, so that a block stands where its chain began
 * even if that goes on in other rows; their corner where nothing comes in, or that node has no place.
 */
export function anchorOf(
  layout: Design['layout'],
  ids: Iterable<NodeId>,
  entry: NodeId | undefined,
): Point | undefined {
  const own = entry === undefined ? undefined : layout[entry];
  const points = [...ids].flatMap((id) => layout[id] ?? []);
  if (own || points.length === 0) return own;
  return { x: smallestOf(points.map(({ x }) => x)), y: smallestOf(points.map(({ y }) => y)) };
}
