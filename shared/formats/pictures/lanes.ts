import { largestOf } from '../../base/extremes.ts';

/**
 * Where the branches beside each other run, so that each is drawn as one straight line. Columns that branches run through
 * form a stretch, in which there are as many tracks as its widest column has nodes; tracks count downwards from 0, and a
 * node alone between branches may lie half way between two.
 */
export interface Lanes<N> {
  readonly stretches: readonly {
    /** Nodes with their tracks, column by column. */
    readonly columns: readonly (readonly { readonly node: N; readonly track: number }[])[];
    readonly tracks: number;
  }[];
}

/** `sourcesOf` gives what a node reads from; columns are sorted so that sources come first. */
export function lanesOf<N>(
  columns: readonly (readonly N[])[],
  sourcesOf: (node: N) => readonly N[],
): Lanes<N> {
  const columnOf = new Map(columns.flatMap((nodes, column) => nodes.map((node) => [node, column] as const)));
  const passed = columns.map(() => false);
  for (const [column, nodes] of columns.entries()) {
    for (const source of nodes.flatMap((node) => sourcesOf(node)))
      for (let at = columnOf.get(source)! + 1; at < column; at++) passed[at] = true;
  }
  const stretches: (readonly N[])[][] = [];
  let open = false;
  for (const [column, nodes] of columns.entries()) {
    const branched = nodes.length > 1 || passed[column]!;
    if (branched && open) stretches.at(-1)!.push(nodes);
    else stretches.push([nodes]);
    open = branched;
  }
  return { stretches: stretches.map((stretch) => trackedStretch(stretch, sourcesOf)) };
}

function trackedStretch<N>(
  stretch: readonly (readonly N[])[],
  sourcesOf: (node: N) => readonly N[],
): Lanes<N>['stretches'][number] {
  const tracks = largestOf(stretch.map((nodes) => nodes.length));
  const trackOf = new Map<N, number>();
  for (const nodes of stretch) {
    for (const [node, track] of tracksOf(nodes, tracks, trackOf, sourcesOf)) trackOf.set(node, track);
  }
  return {
    columns: stretch.map((nodes) => nodes.map((node) => ({ node, track: trackOf.get(node)! }))),
    tracks,
  };
}

function tracksOf<N>(
  nodes: readonly N[],
  tracks: number,
  before: ReadonlyMap<N, number>,
  sourcesOf: (node: N) => readonly N[],
): readonly (readonly [N, number])[] {
  const [only, ...more] = nodes;
  const inherited = (node: N): number | undefined => {
    const [source, ...others] = sourcesOf(node);
    return source === undefined || others.length > 0 ? undefined : before.get(source);
  };
  if (only !== undefined && more.length === 0) return [[only, inherited(only) ?? (tracks - 1) / 2]];
  if (nodes.length === tracks) return nodes.map((node, track) => [node, track]);
  const taken = new Set<number>();
  const kept = nodes.map((node) => {
    const track = inherited(node);
    if (track === undefined || !Number.isInteger(track) || taken.has(track)) return undefined;
    taken.add(track);
    return track;
  });
  const free = Array.from({ length: tracks }, (_, track) => track).filter((track) => !taken.has(track));
  return nodes.map((node, i) => [node, kept[i] ?? free.shift()!]);
}
