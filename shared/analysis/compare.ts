import type { Dims } from '../base/dims.ts';
import { repeatOf } from '../blocks/expansion.ts';
import { definitionOf, type NodeKind } from '../blocks/index.ts';
import type { NodeId } from '../graph/design.ts';
import { bytesOf } from '../graph/number-types.ts';
import { writeParams } from '../schema/codec.ts';
import type { Analysis, NodeFacts, Totals } from './facts.ts';
import { matchNodes } from './matching.ts';

/** What one layer counts; undefined where it is unknown. */
export interface Figures {
  readonly macs: number;
  readonly params: number;
  readonly outputBytes: number;
}

/** A layer on one side of a comparison. */
export interface Side {
  readonly id: NodeId;
  readonly kind: NodeKind;
  readonly output: Dims | undefined;
  readonly figures: Figures | undefined;
}

/** What became of a layer. */
export type ChangeKind = 'added' | 'removed' | 'changed' | 'same';

/** One row of a comparison: a layer before, after, or both. */
export interface LayerChange {
  readonly change: ChangeKind;
  /** It reads from elsewhere than it did, or goes by another name. */
  readonly moved: boolean;
  readonly before: Side | undefined;
  readonly after: Side | undefined;
  /** Parameters whose values differ, in their short JSON form. */
  readonly params: readonly { readonly name: string; readonly before: unknown; readonly after: unknown }[];
  /** after − before. */
  readonly difference: Figures;
}

/** Two designs side by side, layer by layer, and in all. */
export interface Comparison {
  /** In the order of the layers, those that stayed included. */
  readonly rows: readonly LayerChange[];
  readonly before: Totals;
  readonly after: Totals;
}

/** Sets two designs side by side: a renamed or re-wired layer counts as changed, not as removed and added. */
export function compare(before: Analysis, after: Analysis): Comparison {
  const left = [...before.facts.values()];
  const right = [...after.facts.values()];
  const pairs = matchNodes(before, after);
  const taken = new Set(pairs.values());
  const rows: LayerChange[] = [];
  const bytes = {
    before: bytesOf(before.totals.numbers.activations),
    after: bytesOf(after.totals.numbers.activations),
  };
  const moved = movesBetween(before, after, pairs);
  let next = 0;
  const position = new Map(right.map((facts, i) => [facts, i]));
  const addUpTo = (end: number): void => {
    for (; next < end; next++) {
      const facts = right[next]!;
      if (!taken.has(facts)) rows.push(row(undefined, facts, bytes, moved));
    }
  };
  for (const facts of left) {
    const match = pairs.get(facts);
    if (match) addUpTo(position.get(match)!);
    rows.push(row(facts, match, bytes, moved));
  }
  addUpTo(right.length);
  return { rows, before: before.totals, after: after.totals };
}

/** Bytes of one activation on each side. */
interface ElementBytes {
  readonly before: number;
  readonly after: number;
}

type Moved = (before: NodeFacts, after: NodeFacts) => boolean;

/** Whether what feeds a layer is no longer what fed it. */
function movesBetween(before: Analysis, after: Analysis, pairs: ReadonlyMap<NodeFacts, NodeFacts>): Moved {
  const feeds = ({ topology }: Analysis, { id }: NodeFacts, named: (source: NodeId) => NodeId): string =>
    (topology.into.get(id) ?? [])
      .map(({ from, to }) => `${to.port} ${named(from.node)}:${from.port}`)
      .sort()
      .join();
  const nameAfter = (id: NodeId): NodeId => {
    const facts = before.facts.get(id);
    return (facts && pairs.get(facts)?.id) ?? `− ${id}`;
  };
  return (a, b) => a.id !== b.id || feeds(before, a, nameAfter) !== feeds(after, b, (id) => id);
}

function row(
  before: NodeFacts | undefined,
  after: NodeFacts | undefined,
  bytes: ElementBytes,
  moves: Moved,
): LayerChange {
  const a = before && sideOf(before, bytes.before);
  const b = after && sideOf(after, bytes.after);
  const params = before && after ? [...changedParams(before, after), ...changedInside(before, after)] : [];
  // What is there and of unknown shape has not become free: nothing is known of its difference.
  const isUnknown = (side: Side | undefined): boolean => side !== undefined && side.figures === undefined;
  const difference = isUnknown(a) || isUnknown(b) ? nothing : minus(b?.figures, a?.figures);
  const changes =
    params.length > 0 ||
    before?.id !== after?.id ||
    Object.values(difference).some((value) => value !== 0) ||
    (a?.output !== undefined &&
      b?.output !== undefined &&
      JSON.stringify(a.output) !== JSON.stringify(b.output));
  const change: ChangeKind = !before ? 'added' : !after ? 'removed' : changes ? 'changed' : 'same';
  const moved = before !== undefined && after !== undefined && moves(before, after);
  return { change, moved, before: a, after: b, params, difference };
}

function sideOf({ id, node, outputs, cost }: NodeFacts, elementBytes: number): Side {
  return {
    id,
    kind: node.kind,
    output: Object.values(outputs ?? {})[0],
    figures: cost && {
      macs: cost.macs.value,
      params: cost.params.value,
      outputBytes: cost.outputElements * elementBytes,
    },
  };
}

const nothing: Figures = { macs: 0, params: 0, outputBytes: 0 };

/**
 * What became of the layers inside of blocks that differ, by their paths (`block/inner`), blocks within blocks too. Inner
 * layers are told apart by their names; of what repeats, those of the first copy are told, as layers of the block.
 */
export function compareInside(
  before: Analysis,
  after: Analysis,
  { rows }: Comparison,
): ReadonlyMap<string, LayerChange> {
  const found = new Map<string, LayerChange>();
  const bytes = {
    before: bytesOf(before.totals.numbers.activations),
    after: bytesOf(after.totals.numbers.activations),
  };
  const open = (a: NodeFacts, b: NodeFacts, path: string): void => {
    if (a.node.kind !== b.node.kind) return;
    const [was, is] = [firstCopy(a), firstCopy(b)];
    if (!was?.inside || !is?.inside) return;
    const left = new Map(was.inside.map((inner) => [inner.id.slice(was.id.length + 1), inner]));
    for (const inner of is.inside) {
      const own = inner.id.slice(is.id.length + 1);
      const id = `${path}/${own}`;
      const old = left.get(own);
      const same = old && old.node.kind === inner.node.kind ? old : undefined;
      const told = row(same && { ...same, id }, { ...inner, id }, bytes, () => false);
      if (told.change === 'same') continue;
      found.set(id, told);
      if (same) open(same, inner, id);
    }
  };
  for (const { change, before: a, after: b } of rows) {
    const [was, is] = [a && before.facts.get(a.id), b && after.facts.get(b.id)];
    if (change === 'changed' && was && is) open(was, is, is.id);
  }
  return found;
}

/** Of a block that repeats, its first copy, which holds its layers; others are that themselves. */
const firstCopy = (facts: NodeFacts): NodeFacts | undefined =>
  repeatOf(facts.node.params) > 1 ? facts.inside?.[0] : facts;

/** Copies of a block in a row, and the parameter that says how many. */
export interface RepeatChange {
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

/** How often a block repeats on both sides, where that has changed. */
export function repeatChange({ before, after, params }: LayerChange): RepeatChange | undefined {
  const kind = (after ?? before)!.kind;
  const change = params.find(({ name }) => definitionOf(kind).params[name]?.role === 'repeat');
  if (typeof change?.before !== 'number' || typeof change.after !== 'number') return undefined;
  return { name: change.name, before: change.before, after: change.after };
}

function minus(a: Figures = nothing, b: Figures = nothing): Figures {
  return { macs: a.macs - b.macs, params: a.params - b.params, outputBytes: a.outputBytes - b.outputBytes };
}

/**
 * What differs inside of two blocks of the user's own, as `conv1.channels`; of what repeats, in the first copy. What is inside
 * of other blocks follows from their parameters.
 */
function changedInside(before: NodeFacts, after: NodeFacts): LayerChange['params'] {
  if (!before.inside || !after.inside || before.node.kind !== 'userBlock') return [];
  const own = (facts: NodeFacts, inner: NodeFacts): string => inner.id.slice(facts.id.length + 1);
  const repeats = repeatOf(before.node.params) > 1 || repeatOf(after.node.params) > 1;
  // What is opened and repeats has a first copy.
  if (repeats) return changedInside(firstCopy(before)!, firstCopy(after)!);
  const left = new Map(before.inside.map((inner) => [own(before, inner), inner]));
  const right = new Map(after.inside.map((inner) => [own(after, inner), inner]));
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((id) => {
    const [a, b] = [left.get(id), right.get(id)];
    if (!a || !b || a.node.kind !== b.node.kind)
      return [{ name: id, before: a?.node.kind ?? '–', after: b?.node.kind ?? '–' }];
    const changes = [...changedParams(a, b), ...changedInside(a, b)];
    return changes.map((change) => ({ ...change, name: `${id}.${change.name}` }));
  });
}

function changedParams(before: NodeFacts, after: NodeFacts): LayerChange['params'] {
  const { params } = definitionOf(after.node.kind);
  const short = (facts: NodeFacts): Record<string, unknown> => writeParams(params, facts.node.params);
  const a = short(before);
  const b = short(after);
  return Object.entries(params)
    .filter(([name]) => JSON.stringify(a[name]) !== JSON.stringify(b[name]))
    .map(([name, { default: initial }]) => ({ name, before: a[name] ?? initial, after: b[name] ?? initial }));
}
