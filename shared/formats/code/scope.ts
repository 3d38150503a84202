import type { Analysis, NodeFacts } from '../../analysis/facts.ts';
import type { Dims } from '../../base/dims.ts';
import type { StateNames } from '../../blocks/define.ts';
import { copyIds, repeatOf } from '../../blocks/expansion.ts';
import { definitionOf } from '../../blocks/index.ts';
import { blockNameOf } from '../../graph/definitions.ts';
import { type BlockDefinitions, type ClassOrigin, inputPortNames } from '../../graph/design.ts';
import { endsOf } from '../../graph/inside.ts';
import type { WeightSpec } from '../../layers/define.ts';
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
  /** The item before it whose weights it uses: the two are one module. */
  readonly twin?: string;
  /** Of the first of such: the item that the design says has the weights, where that is a later one. */
  readonly named?: string;
  /** Names of the program that it came from. */
  readonly state?: StateNames;
}
export interface LayerItem extends ItemBase {
  readonly kind: LayerKind;
  readonly weights: readonly WeightSpec[];
}
export interface BlockItem extends ItemBase {
  readonly kind: 'block';
  /** Equal for nodes that stand for the same block: a kind, or a kind with the name of the user's block. */
  readonly block: string;
  /** What people call it: `Residual`, `stage`. */
  readonly title: string;
  readonly doc: string;
  /** The class that it came from. */
  readonly origin?: ClassOrigin;
  readonly inside: Scope;
}
export type ScopeItem = LayerItem | BlockItem;

/** Whether a norm scales and shifts by what it has learned. */
export function learnsFactors({ state }: LayerItem): boolean {
  return !state?.absent?.includes('weight');
}

/** What code is written for: a network or the inside of a block, in an order in which it can run. */
export interface Scope {
  readonly items: readonly ScopeItem[];
  /** What the scope gives back; for a network, its Output nodes. */
  readonly outputs: readonly ScopeSource[];
  /** Of the inside of a block that takes several values: what each is called. */
  readonly inputNames?: readonly string[];
  /** Of the inside of a block that takes some of its values in lists, tuples or dicts: what each lies in. */
  readonly inputHolders?: readonly (Holder | undefined)[];
  /** Of what gives a dict: the keys of what it gives. */
  readonly outputKeys?: readonly string[];
  /** Whether what it gives is a list. */
  readonly outputsListed?: true;
  /** Whether it comes from a program, whose names are all kept. */
  readonly ofProgram: boolean;
}

/** An argument that holds values: in a row, by their keys, or as all that are left (`*xs`). */
export interface Holder {
  readonly kind: 'list' | 'tuple' | 'dict' | 'star';
  readonly name: string;
  /** Of a value in a dict. */
  readonly key?: string;
}

/** The extents of what a scope gives back. */
export function dimsGiven({ items, outputs }: Scope): readonly Dims[] {
  const byId = new Map(items.map((item) => [item.id, item]));
  return outputs.map(({ item, output }) => byId.get(item!)!.outputDims[output]!);
}

/** How a design is taken apart into scopes. */
export interface ScopeOptions {
  /** The blocks of the design, whose classes are told. */
  readonly blocks: BlockDefinitions;
  /** Whether blocks within blocks stay blocks; else they are opened. */
  readonly nested: boolean;
}

/** The network as items, blocks kept; what repeats is several items. The design must have no problems. */
export function scopeOf({ topology, facts }: Analysis, options: ScopeOptions): Scope {
  const filling = new Filling(options, (id) => facts.has(id));
  const outputs = new Map<string, ScopeSource>();
  const values = new Map<string, ScopeSource>();
  for (const id of topology.order) {
    const known = facts.get(id)!;
    const sources = topology.wirings
      .get(id)!
      .ports.flatMap(({ wire }) => (wire ? [values.get(`${wire.from.node}:${wire.from.port}`)!] : []));
    if (known.node.kind === 'output' && !known.node.bypass) outputs.set(id, sources[0]!);
    const given = filling.place(known, id, known.node.weights ?? id, sources);
    for (const [port, source] of given) values.set(`${id}:${port}`, source);
  }
  // In the order of the design, whichever is known first.
  const ends = [...topology.wirings.keys()].filter((id) => outputs.has(id));
  return {
    items: withTwins(filling.items),
    outputs: ends.map((id) => outputs.get(id)!),
    ofProgram: Object.values(options.blocks).some((block) => block.class !== undefined),
    ...givenAs(ends.map((id) => facts.get(id)!.node.state)),
  };
}

/** Whether what Outputs give is a dict or a list: all of them say so. */
function givenAs(states: readonly (StateNames | undefined)[]): Pick<Scope, 'outputKeys' | 'outputsListed'> {
  const keys = new Set(states.flatMap((state) => state?.keys?.in ?? []));
  if (keys.size > 0 && keys.size === states.length) return { outputKeys: [...keys] };
  const isListed = states.length > 0 && states.every((state) => state?.keys?.list !== undefined);
  return isListed ? { outputsListed: true } : {};
}

/** What an Input of a block says that its value lies in. */
function holderOf(state: StateNames | undefined): Holder | undefined {
  const { list, tuple, dict, star, key } = state?.keys ?? {};
  if (dict !== undefined) return key === undefined ? undefined : { kind: 'dict', name: dict, key };
  if (list !== undefined) return { kind: 'list', name: list };
  if (tuple !== undefined) return { kind: 'tuple', name: tuple };
  return star === undefined ? undefined : { kind: 'star', name: star };
}

/** An item with the id under which its weights lie. */
interface Owned {
  readonly item: ScopeItem;
  readonly owner: string;
}

/** Of those that use the same weights the first has them, under the name of the one that has them in the design. */
function withTwins(items: readonly Owned[]): readonly ScopeItem[] {
  const holders = new Map<string, string>();
  const states = new Map(items.map(({ item }) => [item.id, item.state]));
  return items.map(({ item, owner }) => {
    const holder = holders.get(owner);
    if (holder !== undefined) return { ...item, twin: holder };
    holders.set(owner, item.id);
    const state = states.get(owner);
    return owner === item.id ? item : { ...item, named: owner, ...(state === undefined ? {} : { state }) };
  });
}

/** What each output port of a node gives. */
type Given = readonly (readonly [port: string, source: ScopeSource])[];

/** A scope while its items are found. */
class Filling {
  readonly items: Owned[] = [];
  readonly #options: ScopeOptions;
  readonly #isTaken: (id: string) => boolean;

  constructor(options: ScopeOptions, isTaken: (id: string) => boolean) {
    this.#options = options;
    this.#isTaken = isTaken;
  }

  /** A node becomes an item; what repeats becomes several, what is bypassed none. */
  place(known: NodeFacts, id: string, owner: string, sources: readonly ScopeSource[]): Given {
    const { kind, params, bypass } = known.node;
    const ports = definitionOf(kind).outputs(params);
    if (bypass) return ports.flatMap(({ name }) => (sources[0] ? [[name, sources[0]] as const] : []));
    if (repeatOf(params) === 1 || !known.inside) {
      this.items.push({ item: this.#itemOf(id, known, sources), owner });
      return ports.map(({ name }, output) => [name, { item: id, output }]);
    }
    const ids = copyIds(kind, id, known.inside.length, this.#isTaken);
    const owners = copyIds(kind, owner, known.inside.length, this.#isTaken);
    let from = sources;
    for (const [i, copy] of known.inside.entries()) {
      this.items.push({ item: this.#itemOf(ids[i]!, copy, from), owner: owners[i]! });
      from = [{ item: ids[i]!, output: 0 }, ...sources.slice(1)];
    }
    return ports.map(({ name }, output) => [name, { item: ids.at(-1)!, output }]);
  }

  /** The nodes of a block, which it is made of from now on. */
  open(at: NodeFacts, prefix: string, owners: string, inputs: readonly ScopeSource[]): Given {
    const fragment = at.fragment!;
    const ports = inputPortNames(at.node.kind, inputs.length);
    const values = new Map<string, ScopeSource>(inputs.map((source, i) => [`@${ports[i]}`, source]));
    for (const [i, inner] of fragment.nodes.entries()) {
      const known = at.inside![i]!;
      const id = `${prefix}${inner.id}`;
      const owner = `${owners}${known.node.weights ?? inner.id}`;
      const sources = inner.from.map((from) => values.get(from)!);
      const stays = this.#options.nested || isLayerKind(known.node.kind) || known.node.bypass === true;
      const given = stays
        ? this.place(known, id, owner, sources)
        : this.open(known, `${id}.`, `${owner}.`, sources);
      for (const [port, source] of given) values.set(`${inner.id}:${port}`, source);
      if (given[0]) values.set(inner.id, given[0][1]);
    }
    return Object.entries(fragment.outputs).map(([port, from]) => [port, values.get(from)!]);
  }

  #itemOf(id: string, facts: NodeFacts, inputs: readonly ScopeSource[]): ScopeItem {
    const { kind, params, state } = facts.node;
    const inputDims = facts.inputs.filter((dims) => dims !== undefined);
    const { outputs, title, summary } = definitionOf(kind);
    const outputDims = outputs(params).map(({ name }) => facts.outputs![name]!);
    const names = state === undefined ? {} : { state };
    const common = { id, flatId: facts.id, params, inputs, inputDims, outputDims, ...names };
    if (isLayerKind(kind)) return { ...common, kind, weights: facts.weights };
    const name = blockNameOf(facts.node);
    const origin = name === undefined ? undefined : this.#options.blocks[name]?.class;
    return {
      ...common,
      kind: 'block',
      block: name === undefined ? kind : `${kind} ${name}`,
      title: name ?? title,
      doc: name === undefined ? summary : origin === undefined ? `The block ${name}.` : (origin.doc ?? ''),
      ...(origin === undefined ? {} : { origin }),
      inside: insideOf(facts, this.#options),
    };
  }
}

function insideOf(facts: NodeFacts, options: ScopeOptions): Scope {
  const definition = options.blocks[blockNameOf(facts.node) ?? ''];
  const statesOf = (kind: 'input' | 'output') =>
    definition ? endsOf(definition, kind).map((id) => definition.nodes[id]!.state) : [];
  const holders = statesOf('input').map(holderOf);
  const ids = new Set(facts.fragment!.nodes.map(({ id }) => id));
  const filling = new Filling(options, (id) => ids.has(id));
  const inputs = facts.inputs.map((_, output) => ({ item: undefined, output }));
  const outputs = filling.open(facts, '', '', inputs);
  const names = facts.fragment!.inputs;
  return {
    items: withTwins(filling.items),
    outputs: outputs.map(([, source]) => source),
    ofProgram: definition?.class !== undefined,
    ...(names && names.length > 1 ? { inputNames: names } : {}),
    ...(holders.some((holder) => holder !== undefined) ? { inputHolders: holders } : {}),
    ...givenAs(statesOf('output')),
  };
}
