import type { Draft } from 'immer';
import { innerNode } from '../blocks/expansion.ts';
import { definitionOf } from '../blocks/index.ts';
import { anchorOf } from './anchor.ts';
import { settled } from './block-edits.ts';
import { blockNameOf, usedIn } from './definitions.ts';
import {
  type BlockDefinition,
  type BlockDefinitions,
  type Design,
  type DesignNode,
  inputPortNames,
  type NodeId,
  type Point,
  type PortRef,
  type StateNames,
  variadicIndex,
  type Wire,
  wireId,
} from './design.ts';
import { addNode, type Edit, removeNodes } from './edits.ts';
import { endsOf } from './inside.ts';
import { foldMoves, innerPort, inverse, type Moves, type Packing, packingOf } from './packing.ts';
import { ownerOf, relinked, withWeights } from './shared-weights.ts';

const COLUMN_PIXELS = 210;

/**
 * Replaces a block by the nodes it stands for, named `block.inner`, at its place in the order; its wires are kept. What
 * the user decided about the block (bypass, silenced rules) holds for each of them. A block of the user's own that is
 * then used nowhere is gone: its nodes are back.
 */
export function unpackBlock(id: NodeId): Edit {
  return (draft) => {
    const owner = draft.nodes[id]?.weights ?? id;
    const sharing = Object.keys(draft.nodes).filter((other) => draft.nodes[other]!.weights === owner);
    if (!draft.nodes[owner]) {
      unpackOne(draft, id);
      return;
    }
    // Blocks that share weights are unpacked together, so that their nodes share them then.
    const held = unpackOne(draft, owner);
    for (const other of sharing)
      for (const [inner, member] of unpackOne(draft, other))
        if (held.has(inner))
          draft.nodes[member] = withWeights(draft.nodes[member]!, ownerOf(draft.nodes, held.get(inner)!));
  };
}

/** Unpacks one block; gives the names of its nodes in the design by those inside. */
function unpackOne(draft: Draft<Design>, id: NodeId): ReadonlyMap<string, NodeId> {
  const packing = packingOf({ nodes: draft.nodes, blocks: settled(draft.blocks) }, id);
  if (!packing) return new Map();
  const { node, members, fragment } = packing;
  const wires = Object.values(draft.wires).map(({ from, to }) => ({ from: { ...from }, to: { ...to } }));
  const feeds = feedsOf(
    node,
    wires.filter(({ to }) => to.node === id),
  );
  const sourceOf = (source: string): PortRef | undefined =>
    source.startsWith('@') ? feeds.get(source.slice(1)) : innerPort(packing, source);
  const definition = definitionBehind(node, draft.blocks);
  const places = placesOf(packing, definition, draft.layout[id]);
  const inOrder = [...members.keys()].sort(byPlaceIn(definition));
  const order = Object.keys(draft.nodes).flatMap((other) =>
    other === id ? inOrder.map((inner) => members.get(inner)!) : [other],
  );
  for (const [other, { weights }] of Object.entries(draft.nodes))
    if (weights === id) draft.nodes[other] = withWeights(draft.nodes[other]!, undefined);
  removeNodes([id])(draft);
  for (const inner of fragment.nodes) {
    const member = members.get(inner.id)!;
    const complete = innerNode(fragment, inner.id);
    const own = relinked(decidedOn(complete, node, id), (twin) => members.get(twin));
    addNode(member, own, places(inner.id))(draft);
    const ports = inputPortNames(complete.kind, inner.from.length);
    for (const [slot, source] of inner.from.entries()) {
      const from = sourceOf(source);
      const port = ports[slot];
      if (!from || port === undefined) continue;
      const wire = { from: { ...from }, to: { node: member, port } };
      draft.wires[wireId(wire)] = wire;
    }
  }
  draft.nodes = Object.fromEntries(order.map((other) => [other, draft.nodes[other]!]));
  for (const { from, to } of wires) {
    if (from.node !== id) continue;
    const source = sourceOf(fragment.outputs[from.port] ?? '');
    if (source) draft.wires[wireId({ from: source, to })] = { from: { ...source }, to };
  }
  dropUnused(draft, node);
  return members;
}

/** What feeds each port of a block, gaps between its numbered ones closed. */
function feedsOf({ kind }: DesignNode, into: readonly Wire[]): ReadonlyMap<string, PortRef> {
  return new Map(
    definitionOf(kind).inputs.flatMap(({ name, atLeast }) => {
      if (atLeast === undefined)
        return into.filter(({ to }) => to.port === name).map(({ from }) => [name, from] as const);
      const place = ({ to }: Wire): number => variadicIndex(name, to.port) ?? -1;
      const numbered = into.filter((wire) => place(wire) >= 0).sort((a, b) => place(a) - place(b));
      return numbered.map(({ from }, i) => [`${name}${i}`, from] as const);
    }),
  );
}

/** What a block of the user's own is made of: of one that repeats, what each of its copies is. */
function definitionBehind(node: DesignNode, blocks: BlockDefinitions): BlockDefinition | undefined {
  const name = blockNameOf(node);
  return name === undefined ? undefined : blocks[name];
}

/** Where the members go: as they stand in their definition, else in a row; the block's place is their anchor. */
function placesOf(
  { fragment }: Packing,
  definition: BlockDefinition | undefined,
  origin: Point | undefined,
): (inner: string) => Point | undefined {
  const inner = fragment.nodes.map(({ id }) => id);
  const points = inner.flatMap((id) => definition?.layout[id] ?? []);
  if (!origin) return () => undefined;
  if (!definition || points.length < inner.length)
    return (id) => ({ x: origin.x + inner.indexOf(id) * COLUMN_PIXELS, y: origin.y });
  const [input] = endsOf(definition, 'input');
  const entry = Object.values(definition.wires).find(({ from }) => from.node === input)?.to.node;
  const anchor = anchorOf(definition.layout, inner, entry)!;
  return (id) => {
    const { x, y } = definition.layout[id]!;
    return { x: origin.x + x - anchor.x, y: origin.y + y - anchor.y };
  };
}

function byPlaceIn(definition: BlockDefinition | undefined): (a: string, b: string) => number {
  const ids = definition ? Object.keys(definition.nodes) : [];
  return (a, b) => ids.indexOf(a) - ids.indexOf(b);
}

/** What was decided about the block holds for each node of it, beside what was decided about the node. */
function decidedOn(inner: DesignNode, { bypass, suppress = [] }: DesignNode, block: NodeId): DesignNode {
  const own = inner.suppress ?? [];
  const more = suppress.filter(({ rule }) => own.every((each) => each.rule !== rule));
  return {
    kind: inner.kind,
    params: inner.params,
    ...(inner.weights === undefined ? {} : { weights: inner.weights }),
    ...(inner.parameters === undefined ? {} : { parameters: inner.parameters }),
    ...(inner.state === undefined ? {} : { state: stateBelow(block, inner.state) }),
    ...(bypass === true || inner.bypass === true ? { bypass: true } : {}),
    ...(own.length + more.length > 0 ? { suppress: [...own, ...more] } : {}),
  };
}

/** Names from the graph around a block on. */
function stateBelow(block: NodeId, { keys, also, ...rest }: StateNames): StateNames {
  const below = (name: string) => `${block}.${name}`;
  return {
    ...(keys === undefined
      ? {}
      : { keys: Object.fromEntries(Object.entries(keys).map(([weight, name]) => [weight, below(name)])) }),
    ...rest,
    ...(also === undefined ? {} : { also: also.map(below) }),
  };
}

function dropUnused(draft: Draft<Design>, { kind, params }: DesignNode): void {
  const name = blockNameOf({ kind, params });
  if (name === undefined) return;
  const users = [draft, ...Object.values(draft.blocks)];
  if (!users.some((each) => usedIn(each as Pick<BlockDefinition, 'nodes'>).has(name)))
    delete draft.blocks[name];
}

/** Where a block's weights go when it is unpacked. */
export function unpackMoves(design: Parameters<typeof packingOf>[0], id: NodeId): Moves | undefined {
  // Of blocks that share weights the one that has them is unpacked first.
  const owner = design.nodes[id]?.weights ?? id;
  const packing = packingOf(design, design.nodes[owner] ? owner : id);
  return packing && inverse(foldMoves([packing]));
}
