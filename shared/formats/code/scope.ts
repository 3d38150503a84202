import type { Analysis, NodeFacts } from '../../analysis/facts.ts';
import type { Dims } from '../../base/dims.ts';
import { repeatOf } from '../../blocks/expansion.ts';
import { definitionOf } from '../../blocks/index.ts';
import { blockNameOf } from '../../graph/definitions.ts';
import { isLayerKind, type LayerKind } from '../../layers/index.ts';
import type { ParamValues } from '../../schema/params.ts';

/** A value in a scope: an item's output, or an input of the scope. */
export interface ScopeSource {
  /** Item id; undefined for the scope's own input. */
  readonly item: string | undefined;
  /** Index of the output port, or of the scope's input. */
  readonly output: number;
}

interface ItemBase {
  /** Within the scope. */
  readonly id: string;
  /** In the flattened network: `block/inner`. */
  readonly flatId: string;
  readonly params: ParamValues;
  readonly inputs: readonly ScopeSource[];
  readonly inputDims: readonly Dims[];
  readonly outputDims: readonly Dims[];
  /** The item before or after it, whose weights it uses: the two are one module. */
  readonly twin?: string;
}
export interface LayerItem extends ItemBase {
  readonly kind: LayerKind;
}
export interface BlockItem extends ItemBase {
  readonly kind: 'block';
  /** Equal for nodes that stand for the same block: a kind, or a kind with the name of the user's block. */
  readonly block: string;
  /** What people call it: `Residual`, `stage`. */
  readonly title: string;
  readonly doc: string;
  readonly inside: Scope;
}
export type ScopeItem = LayerItem | BlockItem;

/** What code is written for: a network or the inside of a block, in an order in which it can run. */
export interface Scope {
  readonly items: readonly ScopeItem[];
  /** What the scope gives back; for a network, its Output nodes. */
  readonly outputs: readonly ScopeSource[];
}

/** The network as items, blocks kept; what repeats is several items. The design must have no problems. */
export function scopeOf({ topology, facts }: Analysis): Scope {
  const items: Owned[] = [];
  const outputs: ScopeSource[] = [];
  /** What a node that is no item itself gives: what it passes on, or what the last of its copies gives. */
  const aliases = new Map<string, ScopeSource>();
  for (const id of topology.order) {
    const known = facts.get(id)!;
    const sources = topology.wirings.get(id)!.ports.flatMap(({ wire }) => {
      if (!wire) return [];
      const aliased = aliases.get(`${wire.from.node}:${wire.from.port}`);
      if (aliased) return [aliased];
      const source = facts.get(wire.from.node)!.node;
      const ports = definitionOf(source.kind).outputs(source.params);
      return [{ item: wire.from.node, output: ports.findIndex(({ name }) => name === wire.from.port) }];
    });
    const ports = definitionOf(known.node.kind).outputs(known.node.params);
    const pass = (source: ScopeSource | undefined): void => {
      for (const { name } of ports) if (source) aliases.set(`${id}:${name}`, source);
    };
    if (known.node.bypass) {
      pass(sources[0]);
      continue;
    }
    if (known.node.kind === 'output') outputs.push(sources[0]!);
    const owner = known.node.weights ?? id;
    if (repeatOf(known.node.params) > 1 && known.inside) {
      const copies = copiesOf(stemOf(id, known.inside, facts), known.inside, sources);
      const stem = stemOf(owner, known.inside, facts);
      items.push(...copies.map((item, i) => ({ item, owner: `${stem}${i}` })));
      pass({ item: copies.at(-1)!.id, output: 0 });
    } else items.push({ item: itemOf(id, known, sources), owner });
  }
  return { items: withTwins(items), outputs };
}

/** An item with the id under which its weights lie. */
interface Owned {
  readonly item: ScopeItem;
  readonly owner: string;
}

/** Of those that use the same weights the first has them. */
function withTwins(items: readonly Owned[]): readonly ScopeItem[] {
  const holders = new Map<string, string>();
  return items.map(({ item, owner }) => {
    const holder = holders.get(owner);
    if (holder !== undefined) return { ...item, twin: holder };
    holders.set(owner, item.id);
    return item;
  });
}

/** What the copies of a block that repeats are called before their number: `stage.`. */
function stemOf(id: string, inside: readonly NodeFacts[], facts: ReadonlyMap<string, NodeFacts>): string {
  let stem = `${id}.`;
  while (inside.some((_, i) => facts.has(`${stem}${i}`))) stem += '_';
  return stem;
}

/** A block that repeats, as items in a row: `stage.0`, `stage.1`, … */
function copiesOf(
  stem: string,
  inside: readonly NodeFacts[],
  sources: readonly ScopeSource[],
): readonly ScopeItem[] {
  let from = sources;
  return inside.map((copy, i) => {
    const item = itemOf(`${stem}${i}`, copy, from);
    from = [{ item: item.id, output: 0 }];
    return item;
  });
}

function itemOf(id: string, facts: NodeFacts, inputs: readonly ScopeSource[]): ScopeItem {
  const { kind, params } = facts.node;
  const inputDims = facts.inputs.filter((dims) => dims !== undefined);
  const { outputs, title, summary } = definitionOf(kind);
  const outputDims = outputs(params).map(({ name }) => facts.outputs![name]!);
  const common = { id, flatId: facts.id, params, inputs, inputDims, outputDims };
  if (isLayerKind(kind)) return { ...common, kind };
  const name = blockNameOf(facts.node);
  return {
    ...common,
    kind: 'block',
    block: name === undefined ? kind : `${kind} ${name}`,
    title: name ?? title,
    doc: name === undefined ? summary : `The block ${name}.`,
    inside: insideOf(facts),
  };
}

/** A block's layers; blocks within blocks are opened. */
function insideOf(facts: NodeFacts): Scope {
  const items: Owned[] = [];
  const open = (
    at: NodeFacts,
    prefix: string,
    owners: string,
    inputs: readonly ScopeSource[],
  ): Readonly<Record<string, ScopeSource>> => {
    const { kind, params } = at.node;
    const face = definitionOf(kind);
    if (at.node.bypass) return Object.fromEntries(face.outputs(params).map(({ name }) => [name, inputs[0]!]));
    const fragment = at.fragment!;
    const values = new Map<string, ScopeSource>(face.inputs.map(({ name }, i) => [`@${name}`, inputs[i]!]));
    for (const [i, inner] of fragment.nodes.entries()) {
      const known = at.inside![i]!;
      const id = `${prefix}${inner.id}`;
      const owner = `${owners}${known.node.weights ?? inner.id}`;
      const sources = inner.from.map((from) => values.get(from)!);
      const ports = definitionOf(known.node.kind).outputs(known.node.params);
      if (isLayerKind(known.node.kind) && !known.node.bypass) {
        items.push({ item: itemOf(id, known, sources), owner });
        for (const [output, { name }] of ports.entries())
          values.set(`${inner.id}:${name}`, { item: id, output });
      } else {
        const outs = open(known, `${id}.`, `${owner}.`, sources);
        for (const { name } of ports) values.set(`${inner.id}:${name}`, outs[name]!);
      }
      values.set(inner.id, values.get(`${inner.id}:${ports[0]!.name}`)!);
    }
    return Object.fromEntries(
      Object.entries(fragment.outputs).map(([port, from]) => [port, values.get(from)!]),
    );
  };
  const inputs = facts.inputs.map((_, output) => ({ item: undefined, output }));
  const outputs = open(facts, '', '', inputs);
  return { items: withTwins(items), outputs: Object.values(outputs) };
}
