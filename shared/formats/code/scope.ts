import type { Analysis, NodeFacts } from '../../analysis/facts.ts';
import type { Dims } from '../../base/dims.ts';
import { expandOnce } from '../../blocks/expansion.ts';
import { blockOf, definitionOf } from '../../blocks/index.ts';
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
}
export interface LayerItem extends ItemBase {
  readonly kind: LayerKind;
}
export interface BlockItem extends ItemBase {
  readonly kind: 'block';
  readonly block: string;
  readonly inside: Scope;
}
export type ScopeItem = LayerItem | BlockItem;

/** What code is written for: a network or the inside of a block, in an order in which it can run. */
export interface Scope {
  readonly items: readonly ScopeItem[];
  /** What the scope gives back; for a network, its Output nodes. */
  readonly outputs: readonly ScopeSource[];
}

/** The network as items, blocks kept. The design must have no problems. */
export function scopeOf({ topology, facts }: Analysis): Scope {
  const items: ScopeItem[] = [];
  const outputs: ScopeSource[] = [];
  const passed = new Map<string, ScopeSource>();
  for (const id of topology.order) {
    const known = facts.get(id)!;
    const sources = topology.wirings.get(id)!.ports.flatMap(({ wire }) => {
      if (!wire) return [];
      const key = `${wire.from.node}:${wire.from.port}`;
      const aliased = passed.get(key);
      if (aliased) return [aliased];
      const source = facts.get(wire.from.node)!.node;
      const ports = definitionOf(source.kind).outputs(source.params);
      return [{ item: wire.from.node, output: ports.findIndex(({ name }) => name === wire.from.port) }];
    });
    if (known.node.bypass) {
      for (const { name } of definitionOf(known.node.kind).outputs(known.node.params)) {
        if (sources[0]) passed.set(`${id}:${name}`, sources[0]);
      }
      continue;
    }
    if (known.node.kind === 'output') outputs.push(sources[0]!);
    items.push(itemOf(id, known, sources));
  }
  return { items, outputs };
}

function itemOf(id: string, facts: NodeFacts, inputs: readonly ScopeSource[]): ScopeItem {
  const { kind, params } = facts.node;
  const inputDims = facts.inputs.filter((dims) => dims !== undefined);
  const ports = definitionOf(kind).outputs(params);
  const outputDims = ports.map(({ name }) => facts.outputs![name]!);
  const common = { id, flatId: facts.id, params, inputs, inputDims, outputDims };
  if (isLayerKind(kind)) return { ...common, kind };
  return { ...common, kind: 'block', block: kind, inside: insideOf(facts) };
}

/** A block's layers; blocks within blocks are opened. */
function insideOf(facts: NodeFacts): Scope {
  const items: ScopeItem[] = [];
  const open = (
    at: NodeFacts,
    prefix: string,
    inputs: readonly ScopeSource[],
  ): Readonly<Record<string, ScopeSource>> => {
    const block = blockOf(at.node.kind as Parameters<typeof blockOf>[0]);
    const fragment = expandOnce(block, at.node.params);
    const values = new Map<string, ScopeSource>(block.inputs.map(({ name }, i) => [`@${name}`, inputs[i]!]));
    for (const [i, inner] of fragment.nodes.entries()) {
      const known = at.inside![i]!;
      const id = `${prefix}${inner.id}`;
      const sources = inner.from.map((from) => values.get(from)!);
      const ports = definitionOf(known.node.kind).outputs(known.node.params);
      if (isLayerKind(known.node.kind)) {
        items.push(itemOf(id, known, sources));
        for (const [output, { name }] of ports.entries())
          values.set(`${inner.id}:${name}`, { item: id, output });
      } else {
        const outs = open(known, `${id}.`, sources);
        for (const { name } of ports) values.set(`${inner.id}:${name}`, outs[name]!);
      }
      values.set(inner.id, values.get(`${inner.id}:${ports[0]!.name}`)!);
    }
    return Object.fromEntries(
      Object.entries(fragment.outputs).map(([port, from]) => [port, values.get(from)!]),
    );
  };
  const inputs = facts.inputs.map((_, output) => ({ item: undefined, output }));
  const outputs = open(facts, '', inputs);
  return { items, outputs: Object.values(outputs) };
}
