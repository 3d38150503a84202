import { current, type Draft, isDraft } from 'immer';
import { isIssue } from '../base/problem.ts';
import { outputNames } from '../blocks/user-block.ts';
import { isEmptyCanvas } from './canvas.ts';
import { blockNameOf, definitionsFor, usedIn } from './definitions.ts';
import type { BlockDefinition, BlockDefinitions, Design, DesignNode, NodeId } from './design.ts';
import { type Edit, newNode } from './edits.ts';
import { freshBlockName } from './group.ts';
import { endsOf } from './inside.ts';
import { handOn } from './shared-weights.ts';

/** An edit of a design, done inside of one of its blocks: nodes, wires and places are the block's, all else the design's. */
export function inBlock(name: string, edit: Edit): Edit {
  return (draft) => {
    const definition = draft.blocks[name];
    if (!definition) return;
    const before = settled(draft.blocks as BlockDefinitions);
    const { nodes, wires, layout } = definition;
    const canvas = definition.canvas ?? { notes: [], frames: [] };
    const view: Draft<Design> = { ...draft, nodes, wires, layout, canvas };
    edit(view);
    const { nodes: newNodes, wires: newWires, layout: newLayout, canvas: newCanvas, ...rest } = view;
    Object.assign(draft, changedOf(draft, rest));
    keepUsed(draft, before);
    const target = draft.blocks[name];
    if (!target) return;
    Object.assign(target, changedOf(target, { nodes: newNodes, wires: newWires, layout: newLayout }));
    giveAll(draft, name, newNodes as BlockDefinition['nodes']);
    if (!isEmptyCanvas(newCanvas)) Object.assign(target, changedOf(target, { canvas: newCanvas }));
    else if (target.canvas) delete target.canvas;
  };
}

/** Who stands for a block gives what it has Outputs for: what is no longer given feeds nobody. */
function giveAll(draft: Draft<Design>, name: string, inside: BlockDefinition['nodes']): void {
  const outputs = Math.max(1, endsOf({ nodes: inside }, 'output').length);
  const ports = new Set(outputNames(outputs));
  for (const { nodes, wires } of [draft, ...Object.values(draft.blocks)]) {
    const changed = Object.entries(nodes).filter(
      ([, node]) => blockNameOf(node as DesignNode) === name && node.params.outputs !== outputs,
    );
    for (const [id, node] of changed) {
      node.params = { ...node.params, outputs };
      for (const [key, { from }] of Object.entries(wires))
        if (from.node === id && !ports.has(from.port)) delete wires[key];
    }
  }
}

/** What an edit put in the place of something else; what it changed in place is in place already. */
function changedOf<T extends object>(before: T, after: Partial<T>): Partial<T> {
  const changed: Partial<T> = {};
  for (const key of Object.keys(after) as (keyof T)[])
    if (before[key] !== after[key]) changed[key] = after[key];
  return changed;
}

/** Seen from inside of one block another may look unused that the design itself uses. */
function keepUsed(draft: Draft<Design>, before: BlockDefinitions): void {
  const used = usedIn(draft as Pick<BlockDefinition, 'nodes'>);
  const missing = [...used].filter((name) => !draft.blocks[name] && before[name]);
  if (missing.length === 0) return;
  const now = new Map(Object.entries(draft.blocks));
  const inOrder = Object.entries(before).flatMap(([name, definition]) => {
    const own =
      now.get(name) ?? (missing.includes(name) ? (definition as Draft<BlockDefinition>) : undefined);
    now.delete(name);
    return own ? [[name, own] as const] : [];
  });
  draft.blocks = Object.fromEntries([...inOrder, ...now]);
}

/** A draft as it is now, so that nothing is remembered of what changes later. */
export function settled(blocks: BlockDefinitions): BlockDefinitions {
  return isDraft(blocks) ? current(blocks as Draft<BlockDefinitions>) : blocks;
}

/** Gives a block another name, wherever it stands. The name must be free. */
export function renameBlock(from: string, to: string): Edit {
  return (draft) => {
    if (from === to || !draft.blocks[from] || draft.blocks[to]) return;
    draft.blocks = Object.fromEntries(
      Object.entries(draft.blocks).map(([name, definition]) => [name === from ? to : name, definition]),
    );
    for (const { nodes } of [draft, ...Object.values(draft.blocks)])
      for (const node of Object.values(nodes))
        if (blockNameOf(node as DesignNode) === from) node.params = { ...node.params, block: to };
  };
}

/** Makes a node stand for a block of its own, equal to the one that it shared: what is changed then is changed here alone. */
export function ownCopy(id: NodeId): Edit {
  return (draft) => {
    const node = draft.nodes[id];
    const name = node && blockNameOf(node as DesignNode);
    const definition = name === undefined ? undefined : settled(draft.blocks as BlockDefinitions)[name];
    if (!node || name === undefined || !definition) return;
    const copy = freshBlockName(draft.blocks as BlockDefinitions, name);
    draft.blocks[copy] = structuredClone(definition) as Draft<BlockDefinition>;
    // Of another block it can use no weights, nor can those that used its.
    if (node.weights === undefined) handOn(draft.nodes, new Set([id]));
    else delete node.weights;
    node.params = { ...node.params, block: copy };
  };
}

/** Removes a block that nothing uses. */
export function removeBlock(name: string): Edit {
  return (draft) => {
    if (usesOf(draft as Design, name) === 0) delete draft.blocks[name];
  };
}

/** How many nodes of the design and of its blocks stand for a block. */
export function usesOf({ nodes, blocks }: Pick<Design, 'nodes' | 'blocks'>, name: string): number {
  return [nodes, ...Object.values(blocks).map((definition) => definition.nodes)]
    .flatMap((each) => Object.values(each))
    .filter((node) => blockNameOf(node) === name).length;
}

/** Whether a node of block `inner` may stand inside of block `outer`: not where that would hold itself. */
export function mayHold(blocks: BlockDefinitions, outer: string, inner: string): boolean {
  if (outer === inner) return false;
  const needed = definitionsFor(newNode('userBlock', { block: inner }), blocks);
  const own = blocks[outer];
  return !isIssue(needed) && (own === undefined || !needed.includes(own));
}
