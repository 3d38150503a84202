import { largestOf } from '../base/extremes.ts';
import type { Row } from './chains.ts';
import type { Columns } from './levels.ts';
import type { Graph, LayoutOptions, Link } from './model.ts';
import { cutsOf, type Ranks } from './ranks.ts';

/** The columns of a connected graph in rows, each as long as the wanted length allows; cut only where it can be. */
export function rowsOf(
  graph: Graph,
  ranks: Ranks,
  gap: LayoutOptions['gap'],
  wanted: number,
): readonly Row[] {
  const columns = columnsOf(ranks);
  return rowsBy(
    graph,
    ranks,
    cutAt(widthsOf(graph, ranks), cutsOf(graph, ranks, columns), gap.along, wanted),
  );
}

/** How many columns there are. */
export const columnsOf = ({ rankOf }: Ranks): number => largestOf(rankOf, -1) + 1;

function widthsOf({ along }: Graph, ranks: Ranks): readonly number[] {
  const widths = new Array<number>(columnsOf(ranks)).fill(0);
  for (const node of ranks.order)
    widths[ranks.rankOf[node]!] = Math.max(widths[ranks.rankOf[node]!]!, along[node]!);
  return widths;
}

/** The rows of each stretch of columns, each as long as is wanted of it, one stretch after another, of a graph that can be cut between them. */
export function rowsOfEach(
  graph: Graph,
  ranks: Ranks,
  gap: LayoutOptions['gap'],
  stretches: readonly (readonly [columns: Columns, wanted: number])[],
): readonly (readonly Row[])[] {
  const widths = widthsOf(graph, ranks);
  const cuts = cutsOf(graph, ranks, columnsOf(ranks));
  const rowOf: number[] = [];
  const counts: number[] = [];
  let before = 0;
  for (const [[first, last], wanted] of stretches) {
    const within = cutAt(widths.slice(first, last + 1), cuts.slice(first, last + 1), gap.along, wanted);
    for (const row of within) rowOf.push(before + row);
    counts.push((within.at(-1) ?? -1) + 1);
    before += counts.at(-1)!;
  }
  const rows = rowsBy(graph, ranks, rowOf);
  let at = 0;
  return counts.map((count) => {
    at += count;
    return rows.slice(at - count, at);
  });
}

function rowsBy(graph: Graph, { rankOf, order }: Ranks, rowOf: readonly number[]): readonly Row[] {
  const count = (rowOf.at(-1) ?? -1) + 1;
  const ends = Array.from({ length: count }, () => [Number.POSITIVE_INFINITY, 0] as [number, number]);
  for (const [column, row] of rowOf.entries()) {
    ends[row]![0] = Math.min(ends[row]![0], column);
    ends[row]![1] = column;
  }
  const rows = ends.map((of) => ({
    columns: of,
    nodes: [] as number[],
    inner: [] as Link[],
    entries: [] as Link[],
  }));
  for (const node of order) rows[rowOf[rankOf[node]!]!]!.nodes.push(node);
  for (const link of graph.wires) {
    const [a, b] = [rowOf[rankOf[link.from]!]!, rowOf[rankOf[link.to]!]!];
    rows[b]![a === b ? 'inner' : 'entries'].push(link);
  }
  // On a ring the order is not that of the columns.
  for (const row of rows) row.nodes.sort((a, b) => rankOf[a]! - rankOf[b]!);
  return rows;
}

/** The row of each column. */
function cutAt(
  widths: readonly number[],
  cuts: readonly boolean[],
  gap: number,
  wanted: number,
): readonly number[] {
  const rowOf: number[] = [];
  let [row, start, length, lastCut] = [0, 0, 0, -1];
  for (let column = 0; column < widths.length; column++) {
    length += widths[column]! + gap;
    if (length > wanted && lastCut >= start) {
      row++;
      for (let at = lastCut + 1; at < column; at++) rowOf[at] = row;
      length = 0;
      for (let at = lastCut + 1; at <= column; at++) length += widths[at]! + gap;
      start = lastCut + 1;
    }
    rowOf[column] = row;
    if (cuts[column] === true) lastCut = column;
  }
  return rowOf;
}
