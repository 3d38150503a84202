import type { Design, NodeId } from '../../shared/graph/design.ts';
import type { DocumentSlice } from './document-state.ts';
import { pathOf } from './view.ts';

/**
 * How many of a trail lead to what the canvas is to be drawn of: as many as now, where what comes after them is open in
 * place; else the fewest of which that is true.
 */
export function baseOf(
  { trail: now, base, inPlace }: Pick<DocumentSlice, 'trail' | 'base' | 'inPlace'>,
  trail: readonly NodeId[],
): number {
  const canvas = now.slice(0, base);
  const opened = (from: number): boolean =>
    trail.slice(from).every((_, i) => inPlace.has(pathOf(trail.slice(0, from + i + 1))));
  if (canvas.every((id, i) => id === trail[i]) && opened(base)) return base;
  const fewest = trail.findIndex((_, from) => opened(from));
  return fewest === -1 ? trail.length : fewest;
}

/** The paths of what is open after blocks of the design got other names: a renamed node is the same object. */
export function renamedIn(paths: ReadonlySet<string>, before: Design, after: Design): ReadonlySet<string> {
  const gone = [...paths].filter((path) => !after.nodes[firstOf(path)]);
  if (gone.length === 0) return paths;
  return new Set(
    [...paths].map((path) => {
      const first = firstOf(path);
      const node = before.nodes[first];
      if (after.nodes[first] || !node) return path;
      const name = Object.keys(after.nodes).find((id) => after.nodes[id] === node && !before.nodes[id]);
      return name === undefined ? path : name + path.slice(first.length);
    }),
  );
}

const firstOf = (path: string): NodeId => path.split('/', 1)[0]!;
