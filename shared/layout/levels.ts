import type { Graph, Link } from './model.ts';
import { cutsOf, linksBy, type Ranks } from './ranks.ts';

/** Columns `first` to `last`, both included. */
export type Columns = readonly [first: number, last: number];

/** A shortcut: one wire, or several with a few nodes between them that do nothing else. */
export interface Shortcut {
  readonly from: number;
  readonly to: number;
  readonly nodes: readonly number[];
  readonly links: readonly Link[];
}

/** A network that goes down to small maps and up again, level by level, with a shortcut from each way down to its way up. */
export interface Levels {
  /** From the outermost level to the lowest, which has no way up. */
  readonly down: readonly Columns[];
  /** The ways up, of the outermost level first. */
  readonly up: readonly Columns[];
  /** From the last node of a level's way down to the first of its way up. */
  readonly shortcuts: readonly Shortcut[];
  /** The graph without the shortcuts, and its columns. */
  readonly rest: Graph;
  readonly ranks: Ranks;
}

/** A shortcut past fewer columns than these is one within a level. */
const LEAST_SPAN = 3;
/** With fewer levels nothing is gained by drawing them under each other. */
const LEAST_LEVELS = 2;
/** More nodes than these are a branch. */
const MOST_BETWEEN = 4;

/**
 * The levels of a connected graph: shortcuts nested in each other, without which the network could be cut behind the
 * source and before the target of each. Undefined where it has none.
 */
export function levelsOf(graph: Graph, ranks: Ranks, columns: number): Levels | undefined {
  const { rankOf, order } = ranks;
  const span = ({ from, to }: Shortcut): number => rankOf[to]! - rankOf[from]!;
  const shortcuts: Shortcut[] = [];
  for (const link of shortcutsOf(graph)
    .filter((each) => span(each) > each.nodes.length + LEAST_SPAN)
    .sort((a, b) => span(b) - span(a))) {
    const outer = shortcuts.at(-1);
    const isInside =
      !outer || (rankOf[link.from]! > rankOf[outer.from]! && rankOf[link.to]! < rankOf[outer.to]!);
    if (isInside) shortcuts.push(link);
  }
  if (shortcuts.length < LEAST_LEVELS) return undefined;
  const [links, nodes] = [
    new Set(shortcuts.flatMap((each) => each.links)),
    new Set(shortcuts.flatMap((each) => each.nodes)),
  ];
  const rest = { ...graph, wires: graph.wires.filter((link) => !links.has(link)) };
  const cuts = cutsOf(rest, ranks, columns);
  const canBeCut = shortcuts.every(({ from, to }) => cuts[rankOf[from]!] && cuts[rankOf[to]! - 1]);
  if (!canBeCut) return undefined;
  const down: Columns[] = [];
  const up: Columns[] = [];
  let [start, end] = [0, columns - 1];
  for (const { from, to } of shortcuts) {
    down.push([start, rankOf[from]!]);
    up.push([rankOf[to]!, end]);
    start = rankOf[from]! + 1;
    end = rankOf[to]! - 1;
  }
  down.push([start, end]);
  return { down, up, shortcuts, rest, ranks: { rankOf, order: order.filter((node) => !nodes.has(node)) } };
}

/** All ways from a node that feeds several to one that several feed, with at most a few nodes between. */
function shortcutsOf({ along, wires }: Graph): readonly Shortcut[] {
  const [outOf, into] = [linksBy(along.length, wires, 'from'), linksBy(along.length, wires, 'to')];
  return wires.flatMap((first): readonly Shortcut[] => {
    if (outOf[first.from]!.length < 2) return [];
    const nodes: number[] = [];
    const links = [first];
    let at = first.to;
    while (into[at]!.length === 1 && outOf[at]!.length === 1 && nodes.length < MOST_BETWEEN) {
      nodes.push(at);
      links.push(outOf[at]![0]!);
      at = outOf[at]![0]!.to;
    }
    return into[at]!.length < 2 ? [] : [{ from: first.from, to: at, nodes, links }];
  });
}
