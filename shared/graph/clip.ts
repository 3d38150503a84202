import type { Draft } from 'immer';
import { blockNameOf, definitionsFor, usedIn } from './definitions.ts';
import {
  type BlockDefinition,
  type BlockDefinitions,
  type Design,
  type DesignNode,
  type NodeId,
  type Point,
  sameDefinition,
  type Wire,
} from './design.ts';
import { addNode, addWire, type Edit, freshId } from './edits.ts';
import { freshBlockName } from './group.ts';
import type { Passed } from './next-name.ts';
import { relinked } from './shared-weights.ts';

/** Nodes with the wires among them and the blocks that they stand for, as they are copied, pasted and dropped. */
export interface Clip {
  readonly nodes: Readonly<Record<NodeId, DesignNode>>;
  readonly wires: readonly Wire[];
  readonly layout: Readonly<Record<NodeId, Point>>;
  readonly blocks: BlockDefinitions;
}

export function clipOf(design: Design, ids: Iterable<NodeId>): Clip {
  const chosen = new Set(ids);
  const pick = <T>(record: Readonly<Record<NodeId, T>>): Record<NodeId, T> =>
    Object.fromEntries(Object.entries(record).filter(([id]) => chosen.has(id)));
  const nodes = pick(design.nodes);
  return {
    nodes,
    wires: Object.values(design.wires).filter(({ from, to }) => chosen.has(from.node) && chosen.has(to.node)),
    layout: pick(design.layout),
    blocks: blocksOf(nodes, design.blocks),
  };
}

/** The definitions that these nodes need. */
function blocksOf(nodes: Clip['nodes'], blocks: BlockDefinitions): BlockDefinitions {
  const needed = new Set(
    Object.values(nodes).flatMap((node) => {
      const found = definitionsFor(node, blocks);
      return 'code' in found ? [] : found;
    }),
  );
  return Object.fromEntries(Object.entries(blocks).filter(([, definition]) => needed.has(definition)));
}

/** The names that a clip's nodes would get in a design, by their own. */
export function pastedIds(nodes: Readonly<Record<NodeId, unknown>>, clip: Clip): ReadonlyMap<NodeId, NodeId> {
  const taken: Record<NodeId, unknown> = { ...nodes };
  const ids = new Map<NodeId, NodeId>();
  const passed: Passed = new Map();
  for (const [id, { kind }] of Object.entries(clip.nodes)) {
    const fresh = freshId(taken, kind, id, passed);
    taken[fresh] = true;
    ids.set(id, fresh);
  }
  return ids;
}

/** Adds what was copied. A block of the same name that is something else stays as it is: the pasted one is renamed. */
export function paste(clip: Clip, ids: ReadonlyMap<NodeId, NodeId>, offset: Point): Edit {
  return (draft) => {
    const names = pastedBlocks(clip.blocks, draft.blocks as BlockDefinitions);
    for (const [name, definition] of Object.entries(clip.blocks)) {
      const to = names.get(name)!;
      if (!Object.hasOwn(draft.blocks, to))
        draft.blocks[to] = withBlocks(definition, names) as Draft<BlockDefinition>;
    }
    for (const [id, node] of Object.entries(clip.nodes)) {
      const at = clip.layout[id];
      const place = at && { x: at.x + offset.x, y: at.y + offset.y };
      addNode(
        ids.get(id)!,
        withBlock(
          relinked(node, (twin) => ids.get(twin)),
          names,
        ),
        place,
      )(draft);
    }
    for (const { from, to } of clip.wires) {
      addWire(draft, {
        from: { ...from, node: ids.get(from.node)! },
        to: { ...to, node: ids.get(to.node)! },
      });
    }
  };
}

/** What each block of a clip is called in the design: as it was, unless another block has that name. */
function pastedBlocks(theirs: BlockDefinitions, ours: BlockDefinitions): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken: Record<string, BlockDefinition> = { ...ours };
  const changed = (name: string): boolean =>
    !Object.hasOwn(ours, name) || !sameDefinition(ours[name]!, theirs[name]!);
  const differs = new Set(Object.keys(theirs).filter((name) => Object.hasOwn(ours, name) && changed(name)));
  // A block that holds one that is renamed is another block then, too.
  for (let before = -1; before !== differs.size; ) {
    before = differs.size;
    for (const [name, definition] of Object.entries(theirs))
      if (Object.hasOwn(ours, name) && [...usedIn(definition)].some((inner) => differs.has(inner)))
        differs.add(name);
  }
  for (const [name, definition] of Object.entries(theirs)) {
    const to = differs.has(name) ? freshBlockName(taken, name) : name;
    taken[to] = definition;
    names.set(name, to);
  }
  return names;
}

function withBlock(node: DesignNode, names: ReadonlyMap<string, string>): DesignNode {
  const to = names.get(blockNameOf(node) ?? '');
  return to === undefined ? node : { ...node, params: { ...node.params, block: to } };
}

function withBlocks(definition: BlockDefinition, names: ReadonlyMap<string, string>): BlockDefinition {
  const nodes = Object.entries(definition.nodes).map(([id, node]) => [id, withBlock(node, names)] as const);
  return { ...definition, nodes: Object.fromEntries(nodes) };
}
