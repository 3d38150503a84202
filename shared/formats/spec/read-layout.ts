import { messages } from '../../base/problem.ts';
import type { NodeId, Point } from '../../graph/design.ts';
import type { Json } from '../../schema/codec.ts';
import { MAX_COORDINATE } from './format.ts';
import type { Path } from './path.ts';
import { isObject, type Reading } from './reading.ts';

export const say = messages('formats/spec/read-layout', {
  'object-of-places': 'an object from node ids to [x, y]',
  'a-place': 'a pair of numbers [x, y], none beyond a trillion',
});

/** Where nodes stand on the canvas; places of nodes that are not there are left out. */
export function readLayout(
  reading: Reading,
  json: Json | undefined,
  path: Path,
  nodes: ReadonlyMap<NodeId, unknown>,
): Readonly<Record<NodeId, Point>> {
  if (json === undefined) return {};
  if (!isObject(json)) {
    reading.wrongType(path, 'layout', say.part('object-of-places'), json);
    return {};
  }
  const entries = Object.entries(json).flatMap(([id, place]) => {
    const [x, y] = Array.isArray(place) && place.length === 2 ? (place as readonly Json[]) : [];
    if (!isCoordinate(x) || !isCoordinate(y)) {
      reading.wrongType([...path, id], 'A position', say.part('a-place'), place);
      return [];
    }
    return nodes.has(id) ? [[id, { x, y }] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** A number of pixels from the middle of the canvas, near enough to be told from the next. */
export const isCoordinate = (value: Json | undefined): value is number =>
  typeof value === 'number' && Math.abs(value) <= MAX_COORDINATE;
