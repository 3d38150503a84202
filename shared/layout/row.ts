import type { Row } from './chains.ts';
import { partsOf } from './chains.ts';
import { slotsFor, type Upright } from './gutters.ts';
import { type Lanes, lanesOf } from './lanes.ts';
import type { Graph, LayoutOptions, Link } from './model.ts';
import type { Ranks } from './ranks.ts';

/** A point along the flow and across it. */
export type FlowPoint = readonly [along: number, across: number];

/** A row by itself: along the flow from 0, the spine at 0 across. */
export interface PlacedRow {
  /** Where each node begins along the flow. */
  readonly startOf: ReadonlyMap<number, number>;
  readonly middleOf: ReadonlyMap<number, number>;
  /** Of each inner link and, from where it comes down into the row, of each entry. */
  readonly pathOf: ReadonlyMap<Link, readonly FlowPoint[]>;
  readonly length: number;
  readonly top: number;
  readonly bottom: number;
}

const STUB = 12;
const ARROW = 16;
const SLOT = 9;

interface Gutter {
  readonly outs: Map<number, Upright>;
  readonly ins: Map<string, Upright>;
  labels: number;
}

/** How a link goes: out through one gutter, along a track, in through another; or through one gutter alone. */
interface Course {
  readonly link: Link;
  readonly out: { readonly gutter: number; readonly upright: Upright } | undefined;
  readonly into: { readonly gutter: number; readonly upright: Upright } | undefined;
  readonly start: number;
  readonly end: number;
  readonly track: number;
}

export function placeRow(graph: Graph, ranks: Ranks, row: Row, gap: LayoutOptions['gap']): PlacedRow {
  const lanes = lanesOf(graph, ranks, row, partsOf(ranks, row), gap.across);
  const [first, last] = row.columns;
  const gutters = Array.from(
    { length: last - first + 2 },
    (): Gutter => ({ outs: new Map(), ins: new Map(), labels: 0 }),
  );
  const courses = coursesOf(graph, ranks, row, lanes, gutters);
  const widest = new Array<number>(last - first + 1).fill(0);
  for (const node of row.nodes) {
    const column = ranks.rankOf[node]! - first;
    widest[column] = Math.max(widest[column]!, graph.along[node]!);
  }
  const startOf = new Map<number, number>();
  const slotAt = new Map<Upright, number>();
  const columnAt: number[] = [];
  let at = 0;
  for (const [i, { outs, ins, labels }] of gutters.entries()) {
    const [out, into] = [slotsFor([...outs.values()]), slotsFor([...ins.values()])];
    const outer = i === 0 || i === gutters.length - 1;
    const room = labels + (out.count + into.count) * SLOT + STUB + ARROW;
    const width = outer ? (out.count + into.count > 0 ? room : 0) : Math.max(gap.along, room);
    for (const [upright, slot] of out.slotOf) slotAt.set(upright, at + STUB + labels + slot * SLOT);
    for (const [upright, slot] of into.slotOf) slotAt.set(upright, at + width - ARROW - slot * SLOT);
    at += width;
    columnAt.push(at);
    at += widest[i] ?? 0;
  }
  for (const node of row.nodes) {
    const column = ranks.rankOf[node]! - first;
    startOf.set(node, columnAt[column]! + (widest[column]! - graph.along[node]!) / 2);
  }
  const pathOf = new Map<Link, readonly FlowPoint[]>();
  for (const course of courses) pathOf.set(course.link, pathFor(course, graph, startOf, slotAt));
  return { startOf, middleOf: lanes.middleOf, pathOf, length: at, top: lanes.top, bottom: lanes.bottom };
}

/** What each link does in the gutters that it goes through, which learn how much room that takes. */
function coursesOf(
  graph: Graph,
  { rankOf }: Ranks,
  row: Row,
  { middleOf, trackOf }: Lanes,
  gutters: readonly Gutter[],
): readonly Course[] {
  const first = row.columns[0];
  const links = [...row.entries, ...row.inner];
  const leaving = new Map<number, number>();
  for (const { from } of links) leaving.set(from, (leaving.get(from) ?? 0) + 1);
  return links.map((link): Course => {
    const isEntry = !middleOf.has(link.from);
    const start = middleOf.get(link.from) ?? 0;
    const middle = middleOf.get(link.to)!;
    const from = (isEntry ? first - 1 : rankOf[link.from]!) + 1 - first;
    const to = rankOf[link.to]! - first;
    const track = trackOf.get(link) ?? (leaving.get(link.from)! > 1 ? middle : start);
    if (!isEntry) gutters[from]!.labels = Math.max(gutters[from]!.labels, link.labelAlong);
    // Wires that come along another height end beside the one that comes straight.
    const reach = Math.min(10, graph.across[link.to]! / 4);
    const end = track === middle ? middle : middle + Math.sign(track - middle) * reach;
    const out =
      isEntry || start !== track
        ? uprightFor(gutters[from]!.outs, link.from, isEntry ? -Infinity : start, track)
        : undefined;
    const into =
      track !== end
        ? uprightFor(gutters[to]!.ins, `${link.to} ${Math.sign(track - end)}`, track, end)
        : undefined;
    return {
      link,
      start,
      end,
      track,
      out: out && { gutter: from, upright: out },
      into: into && { gutter: to, upright: into },
    };
  });
}

/** One upright for all that a node sends, or takes from one side, in a gutter. */
function uprightFor<K>(uprights: Map<K, Upright>, key: K, a: number, b: number): Upright {
  const [low, high] = [Math.min(a, b), Math.max(a, b)];
  const known = uprights.get(key);
  if (!known) {
    const fresh = { low, high };
    uprights.set(key, fresh);
    return fresh;
  }
  known.low = Math.min(known.low, low);
  known.high = Math.max(known.high, high);
  return known;
}

function pathFor(
  { link, out, into, start, end, track }: Course,
  graph: Graph,
  startOf: ReadonlyMap<number, number>,
  slotAt: ReadonlyMap<Upright, number>,
): readonly FlowPoint[] {
  const begins = startOf.get(link.from);
  const points: FlowPoint[] = begins === undefined ? [] : [[begins + graph.along[link.from]!, start]];
  if (out) {
    const at = slotAt.get(out.upright)!;
    if (begins !== undefined) points.push([at, start]);
    points.push([at, track]);
  }
  if (into) {
    const at = slotAt.get(into.upright)!;
    points.push([at, track], [at, end]);
  }
  points.push([startOf.get(link.to)!, end]);
  return points;
}
