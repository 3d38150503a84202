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
    cutAt(widthsOf(graph, ranks), endsOf(graph, ranks, cutsOf(graph, ranks, columns)), gap.along, wanted),
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
  const ends = endsOf(graph, ranks, cutsOf(graph, ranks, columnsOf(ranks)));
  const rowOf: number[] = [];
  const counts: number[] = [];
  let before = 0;
  for (const [[first, last], wanted] of stretches) {
    const within = cutAt(widths.slice(first, last + 1), ends.slice(first, last + 1), gap.along, wanted);
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

/** What a row costs that ends after a column: less where a stage ends there too; undefined where no row may end. */
function endsOf({ stages }: Graph, { rankOf, order }: Ranks, cuts: readonly boolean[]): readonly End[] {
  const stageOf = new Array<string | undefined>(cuts.length);
  for (const node of order) stageOf[rankOf[node]!] ??= stages[node];
  return cuts.map((can, column) => {
    if (!can) return undefined;
    const [here, next] = [stageOf[column], stageOf[column + 1]];
    return here !== undefined && here === next ? WITHIN_STAGE : 0;
  });
}

type End = number | undefined;

/** A row that ends within a stage is as bad as one a third longer or shorter than is wanted. */
const WITHIN_STAGE = 0.1;
/** No row is longer than so many times what is wanted, unless it cannot be cut. */
const LONGEST = 1.45;
/** The last row may well be short. */
const LAST = 0.3;

/**
 * The row of each column, so that the squares of what rows lack or exceed of the wanted length, and what their ends cost,
 * are least in sum. The work grows as the columns times those of a row.
 */
function cutAt(
  widths: readonly number[],
  ends: readonly End[],
  gap: number,
  wanted: number,
): readonly number[] {
  const count = widths.length;
  if (count === 0 || !Number.isFinite(wanted)) return widths.map(() => 0);
  const starts: number[] = [0];
  const best: number[] = [0];
  // The start of the last row of the columns before each start.
  const before: number[] = [0];
  for (let column = 0; column < count; column++) {
    const end = column === count - 1 ? 0 : ends[column];
    if (end === undefined) continue;
    let [least, from, length] = [Number.POSITIVE_INFINITY, 0, 0];
    let at = column + 1;
    for (let i = starts.length - 1; i >= 0; i--) {
      for (; at > starts[i]!; at--) length += widths[at - 1]! + gap;
      if (length > LONGEST * wanted && i < starts.length - 1) break;
      const off = (length / wanted - 1) ** 2;
      const cost = best[i]! + end + (column === count - 1 && length < wanted ? LAST * off : off);
      if (cost < least) [least, from] = [cost, i];
    }
    starts.push(column + 1);
    best.push(least);
    before.push(from);
  }
  const firsts: number[] = [];
  for (let i = starts.length - 1; i > 0; i = before[i]!) firsts.push(starts[before[i]!]!);
  firsts.reverse();
  let row = 0;
  return widths.map((_, column) => {
    if (firsts[row + 1] === column) row++;
    return row;
  });
}
