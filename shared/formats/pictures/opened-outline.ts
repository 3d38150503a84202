import type { Analysis, NodeFacts } from '../../analysis/facts.ts';
import { type Leaf, leavesOf } from '../../analysis/leaves.ts';
import { inEnglish } from '../../base/speech.ts';
import { titleOf } from '../../blocks/index.ts';
import type { Design } from '../../graph/design.ts';
import { fromFacts, type Outline, type OutlineNode, type Say } from './outline.ts';

/** A block that is shown opened: around what it is made of. */
export interface OpenedBlock {
  /** `layer1.0`, or `stage/inner` for a block within a block. */
  readonly id: string;
  readonly title: string;
  /** Ids of nodes of the outline. */
  readonly members: readonly string[];
}

/** A network with some of its blocks opened where they stand. */
export interface OpenedOutline extends Outline {
  readonly opened: readonly OpenedBlock[];
  readonly leaves: readonly Leaf[];
  /** By node id: the layer whose output the node's output is, as an index into `leaves`. */
  readonly leafOf: ReadonlyMap<string, number>;
}

/**
 * The network as it runs (bypassed nodes left out), each block closed unless `isOpen` says otherwise. Node ids are those of
 * the design, and `block/inner` inside a block.
 */
export function outlineOpened(
  design: Design,
  analysis: Analysis,
  isOpen: (blockId: string) => boolean,
  say: Say = inEnglish.t,
): OpenedOutline {
  const leaves = leavesOf(analysis.topology, analysis.facts);
  const shown = leaves.map(({ facts }) => shownAs(facts.id, isOpen));
  const facts = factsById(analysis);
  const nodes = new Map<string, OutlineNode>();
  const leafOf = new Map<string, number>();
  const opened = new Map<string, { id: string; title: string; members: string[] }>();
  for (const [index, id] of shown.entries()) {
    leafOf.set(id, index);
    if (nodes.has(id)) continue;
    nodes.set(id, fromFacts(facts.get(id)!, say));
    for (const outer of ancestorsOf(id)) {
      const block = opened.get(outer) ?? {
        id: outer,
        title: titleOf(facts.get(outer)!.node, say),
        members: [],
      };
      block.members.push(id);
      opened.set(outer, block);
    }
  }
  const edges = new Map<string, { from: string; to: string }>();
  for (const [index, leaf] of leaves.entries()) {
    for (const source of leaf.inputs) {
      if (source === undefined) continue;
      const [from, to] = [shown[source.step]!, shown[index]!];
      if (from !== to) edges.set(`${from} ${to}`, { from, to });
    }
  }
  return {
    name: design.name,
    nodes: [...nodes.values()],
    edges: [...edges.values()],
    opened: [...opened.values()],
    leaves,
    leafOf,
  };
}

/** The outermost closed block around a layer, or the layer itself. */
function shownAs(id: string, isOpen: (blockId: string) => boolean): string {
  return ancestorsOf(id).find((outer) => !isOpen(outer)) ?? id;
}

/** `a/b/c` stands in `a` and in `a/b`. */
function ancestorsOf(id: string): readonly string[] {
  const parts = id.split('/');
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('/'));
}

function factsById({ facts }: Analysis): ReadonlyMap<string, NodeFacts> {
  const all = new Map<string, NodeFacts>();
  const add = (each: NodeFacts): void => {
    all.set(each.id, each);
    each.inside?.forEach(add);
  };
  for (const each of facts.values()) add(each);
  return all;
}
