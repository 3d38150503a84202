import { hasInside, type NodeKind } from '../../blocks/index.ts';
import type { Outline, OutlineEdge, OutlineNode } from './outline.ts';

/** What figures do not draw on its own but name beside the layer that feeds it. */
const FOLDED_GROUPS = new Set<OutlineNode['group']>(['activation', 'normalisation']);
const FOLDED_KINDS = new Set<OutlineNode['kind']>(['dropout', 'flatten']);
const LONGEST_PATTERN = 4;

/**
 * Draws the network as papers do: activations, normalisation, dropout and flattening are named on the layer before them, and what
 * stands several times in a row with one output shape becomes one node with a count (`Bottleneck ×36`).
 */
export function collapseRepeats(outline: Outline): Outline {
  return collapseRuns(foldFollowers(outline));
}

interface Links {
  readonly before: ReadonlyMap<string, readonly string[]>;
  readonly after: ReadonlyMap<string, readonly string[]>;
}

function linksOf({ nodes, edges }: Outline): Links {
  const before = new Map(nodes.map(({ id }) => [id, [] as string[]]));
  const after = new Map(nodes.map(({ id }) => [id, [] as string[]]));
  for (const { from, to } of edges) {
    before.get(to)?.push(from);
    after.get(from)?.push(to);
  }
  return { before, after };
}

function foldFollowers(outline: Outline): Outline {
  const { before, after } = linksOf(outline);
  const byId = new Map(outline.nodes.map((node) => [node.id, node]));
  const keeper = new Map<string, string>();
  const followers = new Map<string, OutlineNode[]>();
  for (const node of outline.nodes) {
    const source = before.get(node.id)![0];
    const foldable = FOLDED_GROUPS.has(node.group) || FOLDED_KINDS.has(node.kind);
    if (!foldable || source === undefined || before.get(node.id)!.length !== 1) continue;
    if (after.get(source)!.length !== 1 || byId.get(source)?.group === 'io') continue;
    const target = keeper.get(source) ?? source;
    keeper.set(node.id, target);
    const list = followers.get(target);
    if (list) list.push(node);
    else followers.set(target, [node]);
  }
  return {
    name: outline.name,
    nodes: outline.nodes
      .filter(({ id }) => !keeper.has(id))
      .map((node) => withFollowers(node, followers.get(node.id) ?? [])),
    edges: redirect(outline.edges, keeper),
  };
}

function withFollowers(node: OutlineNode, followers: readonly OutlineNode[]): OutlineNode {
  if (followers.length === 0) return node;
  return {
    ...node,
    lines: [...node.lines, followers.map(({ kind, title }) => shortTitles[kind] ?? title).join(', ')],
    macs: total(node, followers, 'macs'),
    params: total(node, followers, 'params'),
    members: [...node.members, ...followers.flatMap(({ members }) => members)],
  };
}

const shortTitles: Partial<Record<NodeKind, string>> = { batchNorm: 'BN', localResponseNorm: 'LRN' };

function total(node: OutlineNode, others: readonly OutlineNode[], of: 'macs' | 'params'): number | undefined {
  return [node, ...others].reduce<number | undefined>(
    (sum, { [of]: value }) => (sum === undefined || value === undefined ? undefined : sum + value),
    0,
  );
}

const signatures = new WeakMap<OutlineNode, string>();

/** Two nodes with the same signature look the same in a figure. */
function signatureOf(node: OutlineNode): string {
  const known = signatures.get(node);
  if (known !== undefined) return known;
  const told = hasInside(node.kind) ? [] : node.lines;
  const signature = JSON.stringify([node.kind, node.title, node.repeat, node.output, told]);
  signatures.set(node, signature);
  return signature;
}

function collapseRuns(outline: Outline): Outline {
  const links = linksOf(outline);
  const keeper = new Map<string, string>();
  const replaced = new Map<string, OutlineNode>();
  for (const chain of chainsOf(outline, links)) {
    for (let at = 0; at < chain.length; ) {
      const { period, times } = longestRun(chain, at);
      if (times > 1) {
        const run = chain.slice(at, at + period * times);
        replaced.set(run[0]!.id, merge(run, period, times));
        for (const node of run.slice(1)) keeper.set(node.id, run[0]!.id);
      }
      at += period * times;
    }
  }
  return {
    name: outline.name,
    nodes: outline.nodes.filter(({ id }) => !keeper.has(id)).map((node) => replaced.get(node.id) ?? node),
    edges: redirect(outline.edges, keeper),
  };
}

/** Maximal paths without branches, in the order of the outline. */
function chainsOf(outline: Outline, { before, after }: Links): readonly (readonly OutlineNode[])[] {
  const byId = new Map(outline.nodes.map((node) => [node.id, node]));
  const onlyNext = (id: string): string | undefined => {
    const [next, ...more] = after.get(id)!;
    return next !== undefined && more.length === 0 && before.get(next)!.length === 1 ? next : undefined;
  };
  const starts = outline.nodes.filter(({ id }) => {
    const [previous, ...more] = before.get(id)!;
    return previous === undefined || more.length > 0 || onlyNext(previous) !== id;
  });
  return starts.map((start) => {
    const chain = [start];
    for (let next = onlyNext(start.id); next !== undefined; next = onlyNext(next))
      chain.push(byId.get(next)!);
    return chain;
  });
}

/** The pattern that covers most nodes from `at`: the shortest period wins ties. */
function longestRun(
  chain: readonly OutlineNode[],
  at: number,
): { readonly period: number; readonly times: number } {
  let best = { period: 1, times: 1 };
  for (let period = 1; period <= LONGEST_PATTERN; period++) {
    let times = 1;
    while (matches(chain, at, period, times)) times++;
    if (times > 1 && period * times > best.period * best.times) best = { period, times };
  }
  return best;
}

function matches(chain: readonly OutlineNode[], at: number, period: number, times: number): boolean {
  for (let i = 0; i < period; i++) {
    const first = chain[at + i];
    const again = chain[at + times * period + i];
    if (!first || !again || first.group === 'io' || signatureOf(first) !== signatureOf(again)) return false;
  }
  return true;
}

function merge(run: readonly OutlineNode[], period: number, times: number): OutlineNode {
  const [first, ...rest] = run as readonly [OutlineNode, ...OutlineNode[]];
  const pattern = run.slice(0, period);
  const last = run.at(-1)!;
  return {
    ...first,
    title: period === 1 ? first.title : pattern.map(({ title }) => title).join(' + '),
    lines:
      period === 1
        ? sharedLines(run)
        : pattern.map(({ title, repeat, lines }) =>
            [repeat > 1 ? `${title} ×${repeat}` : title, ...lines].join(' '),
          ),
    repeat: period === 1 ? times * first.repeat : times,
    output: last.output,
    macs: total(first, rest, 'macs'),
    params: total(first, rest, 'params'),
    members: run.flatMap(({ members }) => members),
  };
}

/** Of blocks that differ, what they begin with in common: `128` of `128, s2` and `128`; nothing where they do not. */
function sharedLines([first, ...rest]: readonly OutlineNode[]): readonly string[] {
  return first!.lines.flatMap((line, i) => {
    const parts = line.split(', ');
    const shared = rest.reduce((count, { lines }) => {
      const others = (lines[i] ?? '').split(', ');
      const differs = parts.findIndex((part, at) => part !== others[at]);
      return Math.min(count, differs === -1 ? parts.length : differs);
    }, parts.length);
    return shared === 0 ? [] : [parts.slice(0, shared).join(', ')];
  });
}

function redirect(
  edges: readonly OutlineEdge[],
  keeper: ReadonlyMap<string, string>,
): readonly OutlineEdge[] {
  const of = (id: string): string => keeper.get(id) ?? id;
  return edges.map(({ from, to }) => ({ from: of(from), to: of(to) })).filter(({ from, to }) => from !== to);
}
