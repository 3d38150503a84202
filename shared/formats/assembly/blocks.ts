import { definitionOf } from '../../blocks/index.ts';
import { type BlockDefinition, isNodeId, type NodeId, type PortRef, wireId } from '../../graph/design.ts';
import { newNode } from '../../graph/edits.ts';
import type { Assembly } from './assembly.ts';

/** Blocks of a design while a file of another program is read: what is made of the same is one definition. */
export class BlockLibrary {
  readonly blocks: Record<string, BlockDefinition> = {};
  readonly #names = new Map<string, string>();

  /** The name of the definition that is made of this; `wanted`, where that is free. The input's own shape is none of it. */
  define(wanted: string, { nodes, wires }: Assembly): string {
    const inside = Object.entries(nodes).map(([id, node]) => [id, node.kind === 'input' ? 'input' : node]);
    const key = JSON.stringify([wanted, inside, Object.keys(wires)]);
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const base = isNodeId(wanted) ? wanted : 'Block';
    let free = base;
    for (let i = 2; Object.hasOwn(this.blocks, free); i++) free = `${base}${i}`;
    this.#names.set(key, free);
    this.blocks[free] = { nodes, wires, layout: {}, class: { name: wanted.slice(0, 128) } };
    return free;
  }
}

/** What a block gives. */
export function blockOutput(id: NodeId, block: string): PortRef {
  const { params } = newNode('userBlock', { block });
  return { node: id, port: definitionOf('userBlock').outputs(params)[0]?.name ?? 'out' };
}

/** `layer1.` and 2 of layer1.2. */
function numbered(id: NodeId): readonly [head: string, number: number] | undefined {
  const found = /^(.*[._])(\d{1,6})$/.exec(id);
  return found ? [found[1]!, Number(found[2])] : undefined;
}

/**
 * Blocks of one definition in a row, whose names count on, become one that repeats: of each that stays, those that it
 * stands for, itself first. `isShared` tells whether
 * another node uses a block's weights.
 */
export function repeated(
  { nodes, wires }: Assembly,
  isShared: (id: NodeId) => boolean,
): ReadonlyMap<NodeId, readonly NodeId[]> {
  const readers = new Map<NodeId, string[]>();
  const feeds = new Map<NodeId, string[]>();
  const note = (map: Map<NodeId, string[]>, id: NodeId, key: string): void => {
    const known = map.get(id);
    if (known) known.push(key);
    else map.set(id, [key]);
  };
  for (const [key, { from, to }] of Object.entries(wires)) {
    note(readers, from.node, key);
    note(feeds, to.node, key);
  }
  /** What feeds a block beside its first input. */
  const beside = (id: NodeId): string =>
    (feeds.get(id) ?? [])
      .flatMap((key) => {
        const { from, to } = wires[key]!;
        return to.port === 'in' ? [] : [`${from.node}:${from.port}>${to.port}`];
      })
      .join();
  const next = (id: NodeId): NodeId | undefined => {
    const [only, ...others] = readers.get(id) ?? [];
    if (only === undefined || others.length > 0 || wires[only]!.to.port !== 'in') return undefined;
    const after = wires[only]!.to.node;
    const [a, b] = [numbered(id), numbered(after)];
    const follows = a && b && a[0] === b[0] && b[1] === a[1] + 1;
    const [node, other] = [nodes[id]!, nodes[after]!];
    const alike = other.kind === 'userBlock' && other.params.block === node.params.block;
    const alone = [id, after].every((each) => nodes[each]!.weights === undefined && !isShared(each));
    return follows && alike && alone && beside(after) === beside(id) ? after : undefined;
  };
  const rows = new Map<NodeId, readonly NodeId[]>();
  const done = new Set<NodeId>();
  for (const [id, node] of Object.entries(nodes)) {
    if (node.kind !== 'userBlock' || done.has(id)) continue;
    const row = [id];
    for (let after = next(id); after !== undefined; after = next(after)) row.push(after);
    for (const each of row) done.add(each);
    if (row.length > 1) rows.set(id, row);
  }
  for (const [id, row] of rows) {
    const last = row.at(-1)!;
    for (const key of readers.get(last) ?? []) {
      const { from, to } = wires[key]!;
      delete wires[key];
      const wire = { from: { ...from, node: id }, to };
      wires[wireId(wire)] = wire;
    }
    for (const each of row.slice(1)) {
      for (const key of feeds.get(each) ?? []) delete wires[key];
      delete nodes[each];
    }
    nodes[id] = { ...nodes[id]!, params: { ...nodes[id]!.params, repeat: row.length } };
  }
  return rows;
}
