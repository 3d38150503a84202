import { type Dims, elementCount, sameDims } from '../../base/dims.ts';
import { type Issue, isIssue, messages, placed, retold } from '../../base/problem.ts';
import { Tensor } from '../../base/tensor.ts';
import { definitionOf } from '../../blocks/index.ts';
import {
  type BlockDefinition,
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

export const say = messages('formats/torchscript/builder', {
  /** Every refusal of an operator says where. */
  'at-operator': '{{operator}} in "{{module}}": {{reason}}',
  'weight-missing': [
    'its weight "{{name}}" is no parameter.',
    'Save the module with its weights as parameters.',
  ],
  'too-many': [
    'the module comes to more than {{most}} layers.',
    'Save it with torch.jit.trace, for an input of its usual size.',
  ],
});

/** More than any network of people's has; a line of code may ask for as many as a map has pixels. */
const MAX_LAYERS = 100_000;

/** A tensor that flows; whose axes are as PyTorch has them. */
export class Flow {
  readonly ref: PortRef;
  readonly dims: Dims;

  constructor(ref: PortRef, dims: Dims) {
    this.ref = ref;
    this.dims = dims;
  }
}

/** What is called, and in which module. */
export interface Origin {
  readonly operator: string;
  readonly module: string;
}

type Weights = Readonly<Record<string, LazyWeight>>;

/** Nodes of the design, or of a block of it. */
export class Scope {
  /** Of the module whose block this is. */
  readonly module: string;
  readonly nodes: Record<NodeId, DesignNode> = {};
  readonly wires: Record<string, Wire> = {};
  /** By the ids that nodes have in the flattened network, below this scope. */
  readonly weights = new Map<string, Weights>();
  /** Who holds the weights of a module that is called again. */
  readonly holders = new Map<string, NodeId>();
  readonly #counts = new Map<string, number>();

  constructor(module: string) {
    this.module = module;
  }

  freeId(wanted: string): NodeId {
    const usable = isNodeId(wanted) ? wanted : isNodeId(`n${wanted}`) ? `n${wanted}` : 'layer';
    if (!Object.hasOwn(this.nodes, usable)) return usable;
    for (let i = this.#counts.get(usable) ?? 1; ; i++) {
      this.#counts.set(usable, i + 1);
      if (!Object.hasOwn(this.nodes, `${usable}_${i}`)) return `${usable}_${i}`;
    }
  }

  wire(id: NodeId, kind: DesignNode['kind'], inputs: readonly Flow[]): void {
    const ports = inputPortNames(kind, inputs.length);
    for (const [i, { ref }] of inputs.entries()) {
      const wire = { from: ref, to: { node: id, port: ports[i]! } };
      this.wires[wireId(wire)] = wire;
    }
  }
}

export function refusalAt({ operator, module }: Origin, issue: Issue): Refusal {
  const message = say.part('at-operator', { operator, module: module || '.', reason: issue.told.message });
  return new Refusal(placed(retold(issue, message), { path: module }));
}

/** Puts a design together: modules that are called become blocks of their classes. */
export class ScriptBuilder {
  readonly #scopes: Scope[] = [new Scope('')];
  readonly #blocks: Record<string, BlockDefinition> = {};
  readonly #named = new Map<string, string>();
  #layers = 0;

  get scope(): Scope {
    return this.#scopes.at(-1)!;
  }

  /** Adds a layer, called as what is left of the module's name inside the block. Throws a Refusal. */
  add(
    origin: Origin,
    kind: LayerKind,
    inputs: readonly Flow[],
    params: ParamValues = {},
    weights: Weights = {},
    wanted = '',
  ): readonly Flow[] {
    if (++this.#layers > MAX_LAYERS) throw refusalAt(origin, say('too-many', { most: MAX_LAYERS }));
    const { scope } = this;
    const inside = origin.module.slice(scope.module === '' ? 0 : scope.module.length + 1);
    const layer = layerOf(kind);
    const own = Object.keys(weights).length > 0 || (inside !== '' && wanted === '');
    const id = scope.freeId(
      own ? inside || kind : inside === '' ? wanted || kind : `${inside}.${wanted || kind}`,
    );
    let node = newNode(kind, params);
    const at = { params: node.params, inputs: inputs.map(({ dims }) => dims) };
    for (const [name, p] of Object.entries(layer.params)) {
      const read = readParam(name, p, node.params[name]!);
      if (typeof read === 'object' && isIssue(read)) throw refusalAt(origin, read);
    }
    const outputs = layer.shape(at);
    if (isIssue(outputs)) throw refusalAt(origin, outputs);
    const specs = layer.weights(at);
    const key = `${origin.module} ${kind} ${wanted}`;
    const holder = specs.length > 0 && kind !== 'constant' ? scope.holders.get(key) : undefined;
    if (holder !== undefined) node = { ...node, weights: holder };
    else if (specs.length > 0) {
      const kept: Record<string, LazyWeight> = {};
      for (const { name, dims } of specs) {
        const weight = weights[name];
        if (!weight || elementCount(weight.dims) !== elementCount(dims))
          throw refusalAt(origin, say('weight-missing', { name }));
        kept[name] = sameDims(weight.dims, dims) ? weight : reshaped(weight, dims);
      }
      scope.weights.set(id, kept);
      scope.holders.set(key, id);
    }
    scope.nodes[id] = node;
    scope.wire(id, kind, inputs);
    return layer.outputs(node.params).map(({ name }, i) => new Flow({ node: id, port: name }, outputs[i]!));
  }

  /** Runs what a module does inside of a block of its class; undefined where it gives something else than one tensor. */
  block(
    module: string,
    name: string,
    inputs: readonly Flow[],
    act: (inside: readonly Flow[]) => unknown,
  ): Flow | undefined {
    const scope = new Scope(module);
    this.#scopes.push(scope);
    const ends = (operator: string): Origin => ({ operator, module });
    const inside = inputs.map(
      ({ dims }) =>
        this.add(ends('input'), 'input', [], { shape: dims.slice(1), batched: true }, {}, 'input')[0]!,
    );
    const made = act(inside);
    if (made instanceof Flow) this.add(ends('output'), 'output', [made], {}, {}, 'output');
    this.#scopes.pop();
    if (!(made instanceof Flow)) return undefined;
    const outer = this.scope;
    const relative = module.slice(outer.module === '' ? 0 : outer.module.length + 1);
    const block = this.#definition(name, scope);
    const id = outer.freeId(relative || name.toLowerCase());
    const node = newNode('userBlock', { block });
    const holder = outer.holders.get(`${module} ${block}`);
    outer.nodes[id] = holder === undefined ? node : { ...node, weights: holder };
    outer.wire(id, 'userBlock', inputs);
    if (holder === undefined) {
      outer.holders.set(`${module} ${block}`, id);
      for (const [inner, weights] of scope.weights) outer.weights.set(`${id}/${inner}`, weights);
    }
    const port = definitionOf('userBlock').outputs(node.params)[0]?.name ?? 'out';
    return new Flow({ node: id, port }, made.dims);
  }

  /** Blocks that are made of the same are one definition. */
  #definition(name: string, { nodes, wires }: Scope): string {
    const key = JSON.stringify([name, nodes, Object.keys(wires)]);
    const known = this.#named.get(key);
    if (known !== undefined) return known;
    const base = isNodeId(name) ? name : 'Block';
    let free = base;
    for (let i = 2; Object.hasOwn(this.#blocks, free); i++) free = `${base}${i}`;
    this.#named.set(key, free);
    this.#blocks[free] = { nodes, wires, layout: {}, class: { name } };
    return free;
  }

  design(name: string): Design {
    const { nodes, wires } = this.scope;
    return { ...emptyDesign, name, nodes, wires, blocks: this.#blocks };
  }

  get weights(): LazyWeights {
    return Object.fromEntries(this.scope.weights);
  }
}

function reshaped(weight: LazyWeight, dims: Dims): LazyWeight {
  return { dims, load: async () => new Tensor('float32', (await weight.load()).data, dims) };
}

/** The same number in every place. */
export function filled(dims: Dims, value: number): LazyWeight {
  return {
    dims,
    load: async () => new Tensor('float32', new Float32Array(elementCount(dims)).fill(value), dims),
  };
}
