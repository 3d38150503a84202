import type { NodeId, Point } from '../../graph/design.ts';
import type { Json } from '../../schema/codec.ts';
import type { Path } from './path.ts';
import { isObject, type Reading } from './reading.ts';

/** Where nodes stand on the canvas; places of nodes that are not there are left out. */
export function readLayout(
  reading: Reading,
  json: Json | undefined,
  path: Path,
  nodes: ReadonlyMap<NodeId, unknown>,
): Readonly<Record<NodeId, Point>> {
  if (json === undefined) return {};
  if (!isObject(json)) {
    reading.wrongType(path, 'layout', 'an object from node ids to [x, y]', json);
    return {};
  }
  const entries = Object.entries(json).flatMap(([id, place]) => {
    const [x, y] = Array.isArray(place) && place.length === 2 ? (place as readonly Json[]) : [];
    if (typeof x !== 'number' || typeof y !== 'number' || !Number.isFinite(x) || !Number.isFinite(y)) {
      reading.wrongType([...path, id], 'A position', 'a pair of numbers [x, y]', place);
      return [];
    }
    return nodes.has(id) ? [[id, { x, y }] as const] : [];
  });
  return Object.fromEntries(entries);
}
