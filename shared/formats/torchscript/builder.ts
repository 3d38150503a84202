import { type Dims, elementCount } from '../../base/dims.ts';
import { type Issue, isIssue, messages, placed, retold } from '../../base/problem.ts';
import { type Design, emptyDesign, type NodeId, type PortRef } from '../../graph/design.ts';
import { newNode } from '../../graph/edits.ts';
import { type LayerKind, layerOf } from '../../layers/index.ts';
import type { ParamValues } from '../../schema/params.ts';
import { Assembly, settled, written } from '../assembly/assembly.ts';
import { BlockLibrary, blockOutput, repeated } from '../assembly/blocks.ts';
import { Refusal } from '../weights/source.ts';
import type { LazyWeight, LazyWeights } from '../weights/store.ts';
import { reshaped } from '../weights/turn.ts';

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
class Scope extends Assembly {
  /** Of the module whose block this is. */
  readonly module: string;
  /** By the ids that nodes have in the flattened network, below this scope. */
  weights = new Map<string, Weights>();
  /** Who holds the weights of a module that is called again. */
  readonly holders = new Map<string, NodeId>();
  /** Nodes whose weights another one uses. */
  readonly shared = new Set<NodeId>();

  constructor(module: string) {
    super();
    this.module = module;
  }

  /** The holder of what is known by this key, if there is one; from then on it is used by two. */
  holderOf(key: string): NodeId | undefined {
    const holder = this.holders.get(key);
    if (holder !== undefined) this.shared.add(holder);
    return holder;
  }

  /** Makes one that repeats of blocks in a row; their weights lie under its copies then. */
  repeat(): void {
    const rows = repeated(this, (id) => this.shared.has(id));
    if (rows.size === 0) return;
    const copies = new Map(
      [...rows].flatMap(([first, row]) => row.map((id, i) => [id, `${first}/${i}`] as const)),
    );
    const moved = [...this.weights].map(([path, weights]): [string, Weights] => {
      const [head] = path.split('/', 1) as [string];
      const copy = copies.get(head);
      return [copy === undefined ? path : copy + path.slice(head.length), weights];
    });
    this.weights = new Map(moved);
  }
}

export function refusalAt({ operator, module }: Origin, issue: Issue): Refusal {
  const message = say.part('at-operator', { operator, module: module || '.', reason: issue.told.message });
  return new Refusal(placed(retold(issue, message), { path: module }));
}

/** Puts a design together: modules that are called become blocks of their classes. */
export class ScriptBuilder {
  readonly #scopes: Scope[] = [new Scope('')];
  readonly #library = new BlockLibrary();
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
    const own = Object.keys(weights).length > 0 || (inside !== '' && wanted === '');
    const id = scope.freeId(
      own ? inside || kind : inside === '' ? wanted || kind : `${inside}.${wanted || kind}`,
    );
    const made = settled(
      kind,
      params,
      inputs.map(({ dims }) => dims),
    );
    if (isIssue(made)) throw refusalAt(origin, made);
    const { outputs, weights: specs } = made;
    let { node } = made;
    const key = `${origin.module} ${kind} ${wanted}`;
    const holder = specs.length > 0 && kind !== 'constant' ? scope.holderOf(key) : undefined;
    if (holder !== undefined) node = { ...node, weights: holder };
    else if (specs.length > 0) {
      const kept: Record<string, LazyWeight> = {};
      for (const { name, dims } of specs) {
        const weight = weights[name];
        if (!weight || elementCount(weight.dims) !== elementCount(dims))
          throw refusalAt(origin, say('weight-missing', { name }));
        kept[name] = reshaped(weight, dims);
      }
      scope.weights.set(id, kept);
      scope.holders.set(key, id);
    }
    scope.put(
      id,
      node,
      inputs.map(({ ref }) => ref),
    );
    return layerOf(kind)
      .outputs(node.params)
      .map(({ name }, i) => new Flow({ node: id, port: name }, outputs[i]!));
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
    scope.repeat();
    const outer = this.scope;
    const relative = module.slice(outer.module === '' ? 0 : outer.module.length + 1);
    const block = this.#library.define(name, scope);
    const id = outer.freeId(relative || name.toLowerCase());
    const node = newNode('userBlock', { block });
    const key = `${module} ${block}`;
    const holder = outer.holderOf(key);
    outer.put(
      id,
      holder === undefined ? node : { ...node, weights: holder },
      inputs.map(({ ref }) => ref),
    );
    if (holder === undefined) {
      outer.holders.set(key, id);
      for (const [inner, weights] of scope.weights) outer.weights.set(`${id}/${inner}`, weights);
    }
    return new Flow(blockOutput(id, block), made.dims);
  }

  /** The design; nothing can be added any more. */
  design(name: string): Design {
    this.scope.repeat();
    const { nodes, wires } = this.scope;
    return { ...emptyDesign, name, nodes, wires, blocks: this.#library.blocks };
  }

  get weights(): LazyWeights {
    return Object.fromEntries(this.scope.weights);
  }
}

/** The same number in every place. */
export const filled = (dims: Dims, value: number): LazyWeight => written(dims, [value]);
