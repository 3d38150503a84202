import { type Dims, elementCount, sameDims } from '../../base/dims.ts';
import { type Issue, isIssue, messages, placed, retold } from '../../base/problem.ts';
import { inBrief } from '../../base/text.ts';
import { type Design, emptyDesign, type NodeId, type PortRef } from '../../graph/design.ts';
import { newNode } from '../../graph/edits.ts';
import { type LayerKind, layerOf } from '../../layers/index.ts';
import type { ParamValues } from '../../schema/params.ts';
import { Assembly, settled, written } from '../assembly/assembly.ts';
import { BlockLibrary, blockOutput } from '../assembly/blocks.ts';
import { Refusal } from '../weights/source.ts';
import type { LazyWeight, LazyWeights } from '../weights/store.ts';
import { inOrder, reshaped, type Turn } from '../weights/turn.ts';
import type { LayerPlace, StoredWeights, WeightName } from './stored.ts';

export const say = messages('formats/keras-files/builder', {
  /** Every refusal of a layer says which. */
  'at-layer': '{{kind}} "{{name}}": {{reason}}',
  'setting-unsupported': [
    '{{setting}} is {{given}}, which is not taken.',
    'Change the layer, or export the model as ONNX.',
  ],
});

/** What flows: a tensor of the design, and how Keras sees it. */
export interface Flow {
  readonly ref: PortRef;
  /** In the design, where channels come first in maps and signals. */
  readonly dims: Dims;
  /** `last`: a map or signal whose channels are Keras' last axis. `plain`: the axes are the same on both sides. */
  readonly axes: 'last' | 'plain';
  /** Of a map that was flattened as it lies in the design: its dims there, since what follows has its inputs in another order. */
  readonly flattened?: Dims;
}

/** Where the weight of a node comes from. */
export type WeightSource =
  | { readonly stored: WeightName; readonly turn?: (dims: Dims) => Turn }
  | { readonly values: readonly number[] };
export type WeightSources = Readonly<Record<string, WeightSource>>;

/** The layer that is translated. */
export interface Origin {
  readonly name: string;
  readonly kind: string;
  readonly place: LayerPlace;
}

function refusalAt({ name, kind }: Origin, issue: Issue): Refusal {
  const message = say.part('at-layer', { kind, name, reason: issue.told.message });
  return new Refusal(placed(retold(issue, message), { path: name }));
}

/** Of a node with weights of its own: where they lie, and which shapes they have. */
interface Holder {
  readonly place: LayerPlace;
  readonly sources: WeightSources;
  readonly dims: Readonly<Record<string, Dims>>;
}

/** Nodes of the design, or of the block that a model in it is. */
class Scope extends Assembly {
  /** By the ids that nodes have in the flattened network, below this scope. */
  readonly weights = new Map<string, Holder>();
  /** Nodes by the layers that hold their weights, so that a layer that is called again uses them. */
  readonly holders = new Map<string, NodeId>();
  /** How many of the names of a layer are those of the models around. */
  readonly depth: number;

  constructor(depth: number) {
    super();
    this.depth = depth;
  }
}

/** Puts the design of a Keras model together; models in it are blocks. Shapes are worked out as it goes. */
export class KerasBuilder {
  readonly #scopes: Scope[] = [new Scope(0)];
  readonly #library = new BlockLibrary();

  get #scope(): Scope {
    return this.#scopes.at(-1)!;
  }

  refuse(origin: Origin, setting: string, given: unknown): Refusal {
    const said = given === undefined ? 'missing' : inBrief(given, 200);
    return refusalAt(origin, say('setting-unsupported', { setting, given: said }));
  }

  /** Adds a node that is called as the layer, or as the layer with something behind it. Throws a Refusal. */
  add(
    origin: Origin,
    kind: LayerKind,
    inputs: readonly Flow[],
    params: ParamValues = {},
    {
      suffix = '',
      weights = {},
      trained,
    }: { suffix?: string; weights?: WeightSources; trained?: number } = {},
  ): Flow {
    const scope = this.#scope;
    const { names } = origin.place;
    const id = scope.freeId(`${names.slice(scope.depth).join('.')}${suffix}`);
    const made = settled(
      kind,
      params,
      inputs.map(({ dims }) => dims),
    );
    if (isIssue(made)) throw refusalAt(origin, made);
    let { node } = made;
    if (made.weights.length > 0) {
      const key = [...names, suffix].join('\n');
      const holder = scope.holders.get(key);
      if (holder !== undefined) node = { ...node, weights: holder };
      else {
        const dims = Object.fromEntries(made.weights.map((each) => [each.name, each.dims]));
        scope.holders.set(key, id);
        scope.weights.set(id, { place: origin.place, sources: weights, dims });
        if (trained !== undefined) node = { ...node, parameters: trained };
      }
    }
    scope.put(
      id,
      node,
      inputs.map(({ ref }) => ref),
    );
    const port = layerOf(kind).outputs(node.params)[0]?.name ?? 'out';
    return { ref: { node: id, port }, dims: made.outputs[0] ?? [], axes: inputs[0]?.axes ?? 'plain' };
  }

  /**
   * A model in the model: a block that is called as the model. Undefined where it does not give one tensor: then its layers
   * have to stand where it is.
   */
  block(
    { name, place }: Origin,
    inputs: readonly Flow[],
    act: (inside: readonly Flow[]) => readonly Flow[],
  ): Flow | undefined {
    const scope = new Scope(place.names.length);
    this.#scopes.push(scope);
    const end = (kind: string): Origin => ({
      name,
      kind,
      place: { ...place, names: [...place.names, kind] },
    });
    const inside = inputs.map((input): Flow => {
      const { ref } = this.add(end('input'), 'input', [], { shape: input.dims.slice(1), batched: true });
      return { ...input, ref };
    });
    const [made, ...others] = act(inside);
    const whole = made !== undefined && others.length === 0;
    if (whole) this.add(end('output'), 'output', [made]);
    this.#scopes.pop();
    if (!whole) return undefined;
    const outer = this.#scope;
    const block = this.#library.define(name, scope);
    const id = outer.freeId(place.names.slice(outer.depth).join('.'));
    const key = [...place.names, block].join('\n');
    const holder = outer.holders.get(key);
    const node = newNode('userBlock', { block });
    outer.put(
      id,
      holder === undefined ? node : { ...node, weights: holder },
      inputs.map(({ ref }) => ref),
    );
    if (holder === undefined) {
      outer.holders.set(key, id);
      for (const [inner, weights] of scope.weights) outer.weights.set(`${id}/${inner}`, weights);
    }
    return { ...made, ref: blockOutput(id, block) };
  }

  design(name: string): Design {
    const { nodes, wires } = this.#scope;
    return { ...emptyDesign, name, nodes, wires, blocks: this.#library.blocks };
  }

  /** The places of layers that have weights of their own in the file. */
  get holders(): readonly LayerPlace[] {
    return [...this.#scope.weights.values()].flatMap(({ place, sources }) =>
      Object.values(sources).some((source) => 'stored' in source) ? [place] : [],
    );
  }

  /** The weights that the file has; those that it lacks, or has in another shape, are told by their nodes. */
  weights(file: StoredWeights): { readonly weights: LazyWeights; readonly missing: readonly NodeId[] } {
    const all: Record<NodeId, Record<string, LazyWeight>> = {};
    const missing = new Set<NodeId>();
    for (const [id, { place, sources, dims: wanted }] of this.#scope.weights) {
      const own: Record<string, LazyWeight> = {};
      for (const [name, dims] of Object.entries(wanted)) {
        const source = sources[name];
        const weight = source && this.#weight(source, place, dims, file);
        if (weight) own[name] = weight;
        else missing.add(id);
      }
      all[id] = own;
    }
    return { weights: all, missing: [...missing] };
  }

  #weight(source: WeightSource, place: LayerPlace, dims: Dims, file: StoredWeights): LazyWeight | undefined {
    if ('values' in source) {
      const { values } = source;
      return values.length === 1 || values.length === elementCount(dims) ? written(dims, values) : undefined;
    }
    const stored = file.find(place, source.stored);
    if (!stored) return undefined;
    const { turn } = source;
    if (!turn) return elementCount(stored.dims) === elementCount(dims) ? reshaped(stored, dims) : undefined;
    const how = turn(stored.dims);
    if (elementCount(how.dims) !== elementCount(stored.dims)) return undefined;
    const turned = inOrder(stored, how);
    return sameDims(turned.dims, dims) ? turned : undefined;
  }
}
