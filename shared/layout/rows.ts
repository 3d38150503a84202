import { largestOf } from '../base/extremes.ts';
import type { Row } from './chains.ts';
import type { Graph, LayoutOptions, Link } from './model.ts';
import { cutsOf, type Ranks } from './ranks.ts';

/** The columns of a connected graph in rows, each as long as the wanted length allows; cut only where it can be. */
export function rowsOf(
  graph: Graph,
  ranks: Ranks,
  gap: LayoutOptions['gap'],
  wanted: number,
): readonly Row[] {
  const { rankOf, order } = ranks;
  const columns = largestOf(rankOf, -1) + 1;
  const widths = new Array<number>(columns).fill(0);
  for (const node of order) widths[rankOf[node]!] = Math.max(widths[rankOf[node]!]!, graph.along[node]!);
  const rowOf = cutAt(widths, cutsOf(graph, ranks, columns), gap.along, wanted);
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
