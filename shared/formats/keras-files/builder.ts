import { type Dims, elementCount, sameDims } from '../../base/dims.ts';
import { type Issue, isIssue, messages, placed, retold } from '../../base/problem.ts';
import { Tensor } from '../../base/tensor.ts';
import {
  type Design,
  type DesignNode,
  emptyDesign,
  inputPortNames,
  isNodeId,
  type NodeId,
  type PortRef,
  type Wire,
  wireId,
} from '../../graph/design.ts';
import { newNode } from '../../graph/edits.ts';
import { type LayerKind, layerOf } from '../../layers/index.ts';
import { readParam } from '../../schema/codec.ts';
import type { ParamValues } from '../../schema/params.ts';
import { Refusal } from '../weights/source.ts';
import type { LazyWeight, LazyWeights } from '../weights/store.ts';
import { inOrder, type Turn } from '../weights/turn.ts';
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

/** Puts the design of a Keras model together; shapes are worked out as it goes. */
export class KerasBuilder {
  readonly #nodes: Record<NodeId, DesignNode> = {};
  readonly #wires: Record<string, Wire> = {};
  readonly #sources = new Map<NodeId, { readonly place: LayerPlace; readonly weights: WeightSources }>();
  readonly #dims = new Map<NodeId, Readonly<Record<string, Dims>>>();
  /** Nodes by the layers that hold their weights, so that a layer that is called again uses them. */
  readonly #holders = new Map<string, NodeId>();

  refuse(origin: Origin, setting: string, given: unknown): Refusal {
    const said = JSON.stringify(given) ?? 'missing';
    return refusalAt(origin, say('setting-unsupported', { setting, given: said.slice(0, 200) }));
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
    const layer = layerOf(kind);
    const { names } = origin.place;
    const id = this.#freeId(`${names.join('.')}${suffix}`);
    let node = newNode(kind, params);
    for (const [name, p] of Object.entries(layer.params)) {
      const read = readParam(name, p, node.params[name]!);
      if (typeof read === 'object' && isIssue(read)) throw refusalAt(origin, read);
    }
    const at = { params: node.params, inputs: inputs.map(({ dims }) => dims) };
    const outputs = layer.shape(at);
    if (isIssue(outputs)) throw refusalAt(origin, outputs);
    const specs = layer.weights(at);
    if (specs.length > 0) {
      const key = [...names, suffix].join('\n');
      const holder = this.#holders.get(key);
      if (holder !== undefined) node = { ...node, weights: holder };
      else {
        this.#holders.set(key, id);
        this.#sources.set(id, { place: origin.place, weights });
        this.#dims.set(id, Object.fromEntries(specs.map(({ name, dims }) => [name, dims])));
        if (trained !== undefined) node = { ...node, parameters: trained };
      }
    }
    this.#nodes[id] = node;
    const ports = inputPortNames(kind, inputs.length);
    for (const [i, { ref }] of inputs.entries()) {
      const wire = { from: ref, to: { node: id, port: ports[i]! } };
      this.#wires[wireId(wire)] = wire;
    }
    const port = layer.outputs(node.params)[0]?.name ?? 'out';
    return { ref: { node: id, port }, dims: outputs[0] ?? [], axes: inputs[0]?.axes ?? 'plain' };
  }

  #freeId(wanted: string): NodeId {
    const plain = wanted
      .normalize('NFC')
      .replace(/[^\p{L}\p{N}_.-]+/gu, '.')
      .replace(/^\.+|\.+$/g, '');
    const named = (/^[\p{L}_]/u.test(plain) ? plain : `n${plain === '' ? '' : '_'}${plain}`).slice(0, 110);
    const base = isNodeId(named) ? named : 'layer';
    if (!Object.hasOwn(this.#nodes, base)) return base;
    for (let i = (this.#counts.get(base) ?? 1) + 1; ; i++) {
      this.#counts.set(base, i);
      if (!Object.hasOwn(this.#nodes, `${base}_${i}`)) return `${base}_${i}`;
    }
  }
  readonly #counts = new Map<string, number>();

  design(name: string): Design {
    return { ...emptyDesign, name, nodes: this.#nodes, wires: this.#wires };
  }

  /** The places of layers that have weights of their own in the file. */
  get holders(): readonly LayerPlace[] {
    return [...this.#sources.values()].flatMap(({ place, weights }) =>
      Object.values(weights).some((source) => 'stored' in source) ? [place] : [],
    );
  }

  /** The weights that the file has; those that it lacks, or has in another shape, are told by their nodes. */
  weights(file: StoredWeights): { readonly weights: LazyWeights; readonly missing: readonly NodeId[] } {
    const all: Record<NodeId, Record<string, LazyWeight>> = {};
    const missing = new Set<NodeId>();
    for (const [id, { place, weights }] of this.#sources) {
      const own: Record<string, LazyWeight> = {};
      for (const [name, dims] of Object.entries(this.#dims.get(id)!)) {
        const source = weights[name];
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
      const count = elementCount(dims);
      if (values.length !== 1 && values.length !== count) return undefined;
      const data = Float32Array.from({ length: count }, (_, i) => values[i % values.length]!);
      return { dims, load: async () => new Tensor('float32', data, dims) };
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

function reshaped(weight: LazyWeight, dims: Dims): LazyWeight {
  return { dims, load: async () => new Tensor('float32', (await weight.load()).data, dims) };
}
