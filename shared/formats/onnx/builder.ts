import { followed, type OpenRows, tellsRows } from '../../analysis/row-axis.ts';
import { type Dims, elementCount } from '../../base/dims.ts';
import { shortestFloat32 } from '../../base/float32.ts';
import { type Issue, isIssue, messages, type Problem, placed, retold } from '../../base/problem.ts';
import { Tensor } from '../../base/tensor.ts';
import { definitionOf, type NodeKind } from '../../blocks/index.ts';
import {
  type Design,
  type DesignNode,
  emptyDesign,
  type NodeId,
  type OpenAxes,
  type PortRef,
} from '../../graph/design.ts';
import { newNode } from '../../graph/edits.ts';
import { type LayerKind, layerOf, layers } from '../../layers/index.ts';
import type { ParamValues } from '../../schema/params.ts';
import { Assembly, settled } from '../assembly/assembly.ts';
import { Refusal } from '../weights/source.ts';
import type { LazyWeights } from '../weights/store.ts';
import {
  asWeight,
  type Constant,
  type Flow,
  isLearned,
  known,
  type OnnxWeight,
  type Value,
} from './values.ts';

export const say = messages('formats/onnx/builder', {
  /** Every refusal of a node says which. */
  'at-node': '{{op}} "{{name}}" (opset {{opset}}): {{reason}}',
  'upper-bound:kept': [
    '{{op}} "{{name}}": how many it keeps is known when it runs; it is shown with all {{most}}.',
    'Shapes and costs after it are the most that there can be.',
  ],
  'upper-bound:boxes': [
    '{{op}} "{{name}}": how many boxes stay is known when it ran; it is shown with {{most}}.',
    'Shapes and costs after it are the most that there can be.',
  ],
  'upper-bound:places': [
    '{{op}} "{{name}}": how many elements are not 0 is known when it ran; it is shown with all {{most}}.',
    'Shapes and costs after it are the most that there can be.',
  ],
  /** The layer's own hints name settings, which nobody sets who has a file. */
  'for-a-file': 'Export the model with a value that the layer takes, or cut it before this node.',
  missing: 'missing',
  scalar: 'a scalar',
  'weights-do-not-fit': [
    'its {{name}} should be {{dims}}, but is {{given}}.',
    'The file contradicts itself; export the model again.',
  ],
});

/** Where in the file a problem arose. */
export interface Origin {
  readonly name: string;
  readonly op: string;
  readonly opset: number;
  readonly offset: number;
}

export function refusalOf(origin: Origin, issue: Issue, hint = issue.told.hint): Refusal {
  const { name, op, opset, offset } = origin;
  const message = say.part('at-node', { op, name, opset, reason: issue.told.message });
  return new Refusal(placed(retold(issue, message, hint), { path: name, offset }));
}

/** Of all constants of a model together, so that a hostile one cannot keep the reader busy. */
const MAX_FOLDED_ELEMENTS = 2 ** 23;

/** Puts a design together layer by layer; shapes are worked out as it goes. */
export class DesignBuilder {
  readonly #graph = new Assembly();
  readonly #nodes = this.#graph.nodes;
  readonly #wires = this.#graph.wires;
  readonly #weights: Record<NodeId, Readonly<Record<string, OnnxWeight>>> = {};
  readonly #inputDims = new Map<NodeId, readonly Dims[]>();
  /** What is the network's input still, moved or prepared. */
  readonly #prepared = new Set<NodeId>();
  /** Inputs that say how large a shape is, which is shown as the most that it can be. */
  readonly #spent = new Set<NodeId>();
  /** Rows of which only a run tells how many there are, by the layer that they come out of. */
  readonly #rows = new Map<NodeId, OpenRows>();
  /** Layers that are shared by all who ask for them. */
  readonly #made = new Map<string, Flow>();
  readonly bounds: Problem[] = [];
  readonly exactShapes: boolean;
  /** Whether tensors without elements are taken. */
  readonly allowsEmpty: boolean;
  #foldable = MAX_FOLDED_ELEMENTS;

  constructor(exactShapes = false, allowsEmpty = false) {
    this.exactShapes = exactShapes;
    this.allowsEmpty = allowsEmpty;
  }

  /** What flows where nothing does: no layer has it, and shapes are worked out all the same. */
  nothing(dims: Dims): Flow {
    return { kind: 'flow', ref: { node: '' as NodeId, port: '' }, dims };
  }

  /** Tells of a shape that is the most that it can be, and of the value that says how much of it there is. */
  bound(
    { name, op, offset }: Origin,
    key: 'upper-bound:kept' | 'upper-bound:boxes' | 'upper-bound:places',
    most: number,
    teller?: Flow,
  ): void {
    if (teller) this.#spent.add(teller.ref.node);
    this.bounds.push(say.at({ path: name, offset }, key, { op, name, most }));
  }

  /** Takes out inputs that told nothing but such numbers. */
  dropSpent(): void {
    const read = new Set(Object.values(this.#wires).map(({ from }) => from.node));
    for (const id of this.#spent)
      if (this.#nodes[id]?.kind === 'input' && !read.has(id)) delete this.#nodes[id];
  }

  /** Whether so many elements may be worked out while the model is opened; counts them when they may. */
  mayFold(elements: number): boolean {
    if (!(elements <= this.#foldable)) return false;
    this.#foldable -= elements;
    return true;
  }

  /** A layer of one input that is made but once of each value, however many ask for it. */
  once(origin: Origin, kind: LayerKind, x: Flow, params: ParamValues, wanted?: string): Flow {
    const key = JSON.stringify([kind, params, x.ref]);
    const before = this.#made.get(key);
    if (before && this.has(before.ref.node)) return before;
    const made = this.one(origin, kind, [x], params, {}, wanted);
    this.#made.set(key, made);
    return made;
  }

  has(id: NodeId): boolean {
    return this.#graph.has(id);
  }

  /** A free id that reads like the name in the file. */
  freeId(wanted: string): NodeId {
    return this.#graph.freeId(wanted);
  }

  /** Adds a layer; gives a flow per output. Throws a Refusal when parameters or shapes do not fit. */
  add(
    origin: Origin,
    kind: LayerKind,
    inputs: readonly Flow[],
    params: ParamValues = {},
    weights: Readonly<Record<string, OnnxWeight>> = {},
    wanted = origin.name,
  ): readonly Flow[] {
    const dims = inputs.map((flow) => flow.dims);
    const made = settled(kind, asMeant(kind, params), dims);
    if (isIssue(made))
      throw refusalOf(origin, made, made.param === undefined ? made.told.hint : say.part('for-a-file'));
    const { node, outputs } = made;
    if (inputs.length > 0 && inputs.every(isNothing))
      return this.#ofNothing(origin, kind, node, dims, outputs);
    if (inputs.some(isNothing) && outputs.every(holdsNothing))
      return outputs.map((each) => this.nothing(each));
    this.#checkWeights(origin, made.weights, weights);
    const id = this.#graph.freeId(wanted);
    this.#graph.put(
      id,
      node,
      inputs.map(({ ref }) => ref),
    );
    if (Object.keys(weights).length > 0) this.#weights[id] = weights;
    this.#inputDims.set(id, made.inputs);
    this.#follow(id, node, inputs, outputs[0]);
    if (this.#prepares(kind, node.params.learned === true, inputs)) this.#prepared.add(id);
    return layerOf(kind)
      .outputs(node.params)
      .map(({ name }, i) => ({ kind: 'flow', ref: { node: id, port: name }, dims: outputs[i]! }));
  }

  #follow(id: NodeId, node: DesignNode, inputs: readonly Flow[], out: Dims | undefined): void {
    if (tellsRows(node)) this.#rows.set(id, { teller: id, axis: 0 });
    else if (out && inputs.some(({ ref }) => this.#rows.has(ref.node))) {
      const given = inputs.map(({ ref }) => this.#rows.get(ref.node));
      const dims = inputs.map((flow) => flow.dims);
      const after = followed(node, given, dims, out);
      if (after) this.#rows.set(id, after);
    }
  }

  /** The axis of a value of which only a run tells how long it is. */
  countedAxis({ ref }: Flow): number | undefined {
    return this.#rows.get(ref.node)?.axis;
  }

  /** What a layer makes of tensors without elements: others, or what sums and products over nothing are. */
  #ofNothing(
    origin: Origin,
    kind: LayerKind,
    { params }: DesignNode,
    inputs: readonly Dims[],
    outputs: readonly Dims[],
  ): readonly Flow[] {
    if (outputs.every(holdsNothing)) return outputs.map((dims) => this.nothing(dims));
    const given = inputs.map((dims) => Tensor.zeros(dims));
    const tally = { macs: 0, otherOps: 0 };
    const results = layerOf(kind).forward({ params, inputs: given, weights: {}, outputs, tally });
    return results.map(({ data, dims }) =>
      this.constant(origin, known(data, dims, false), origin.name, false, true),
    );
  }

  /** Adds a layer with one output. */
  one(...args: Parameters<DesignBuilder['add']>): Flow {
    return this.add(...args)[0]!;
  }

  /** Whether a layer's output is the network's input still: constants that nobody learned were all that it met. */
  #prepares(kind: LayerKind, learned: boolean, inputs: readonly Flow[]): boolean {
    if (kind === 'input') return true;
    if (kind === 'constant') return !learned;
    const { group } = layerOf(kind);
    const moves = group === 'shape' || group === 'math' || group === 'merge';
    return moves && inputs.every((flow) => this.isPrepared(flow));
  }

  isPrepared({ ref }: Flow): boolean {
    return this.#prepared.has(ref.node);
  }

  /** A value as something that flows: constants become Constant layers, learned ones where they hold what is learned. */
  flow(origin: Origin, value: Value, wanted: string): Flow {
    return value.kind === 'flow' ? value : this.constant(origin, value, wanted, isLearned(value));
  }

  /** A single number has one axis, so that it shows as what it is; none where the result would have one too many. */
  constant(origin: Origin, value: Constant, wanted: string, learned: boolean, bare = false): Flow {
    if (this.allowsEmpty && holdsNothing(value.dims)) return this.nothing(value.dims);
    const dims = value.dims.length === 0 && !bare ? [1] : value.dims;
    const fill = uniform(value);
    return this.one(
      origin,
      'constant',
      [],
      { shape: dims, learned, ...(fill !== 0 && { fill }) },
      { value: asWeight(value, dims) },
      wanted,
    );
  }

  addInput(origin: Origin, name: string, shape: Dims, batched: boolean, open?: OpenAxes): Flow {
    const flow = this.one(origin, 'input', [], { shape, batched }, {}, name);
    if (open) this.#nodes[flow.ref.node] = { ...this.#nodes[flow.ref.node]!, open };
    return { ...flow, input: name };
  }

  /** The kind and parameters of the node that a value comes from. */
  producer({ ref }: Flow): DesignNode {
    return this.#nodes[ref.node] ?? newNode('constant');
  }

  /** What feeds the first input of the node that a value comes from. */
  sourceOf({ ref }: Flow): PortRef | undefined {
    return Object.values(this.#wires).find(({ to }) => to.node === ref.node)?.from;
  }

  /** The same, with its shape. */
  firstInputOf(flow: Flow): Flow | undefined {
    const [ref, dims] = [this.sourceOf(flow), this.#inputDims.get(flow.ref.node)?.[0]];
    return ref && dims ? { kind: 'flow', ref, dims } : undefined;
  }

  /** Takes a layer out again that nothing reads; gives what it was made of. */
  undo(flow: Flow): Flow | undefined {
    const before = this.firstInputOf(flow);
    if (!before) return undefined;
    const { node } = flow.ref;
    for (const [id, { to }] of Object.entries(this.#wires)) if (to.node === node) delete this.#wires[id];
    delete this.#nodes[node];
    this.#rows.delete(node);
    return before;
  }

  /** Turns the node that a value comes from into another kind with the same shape and no weights. */
  become(flow: Flow, kind: LayerKind): Flow {
    this.#nodes[flow.ref.node] = newNode(kind);
    return { kind: 'flow', ref: flow.ref, dims: flow.dims };
  }

  weightsOf({ ref }: Flow): Readonly<Record<string, OnnxWeight>> {
    return this.#weights[ref.node] ?? {};
  }

  /** Changes the node that a value comes from, before anything else reads it. */
  amend(
    flow: Flow,
    params: ParamValues,
    weights: Readonly<Record<string, OnnxWeight>> = {},
    dims: Dims = flow.dims,
  ): Flow {
    const { node: id } = flow.ref;
    this.#nodes[id] = newNode(this.#nodes[id]!.kind, {
      ...this.#nodes[id]!.params,
      ...asMeant(this.#nodes[id]!.kind, params),
    });
    if (Object.keys(weights).length > 0) this.#weights[id] = { ...this.#weights[id], ...weights };
    return { kind: 'flow', ref: flow.ref, dims };
  }

  /** Layers of one kind whose weights are the same tensors of the file share them: those of the first are kept. */
  share(): void {
    const holders = new Map<string, NodeId>();
    for (const [id, own] of Object.entries(this.#weights)) {
      const { kind } = this.#nodes[id]!;
      const parts = Object.entries(own).map(([name, { origin, dims }]) => [name, origin, dims] as const);
      if (parts.some(([, origin]) => origin === undefined)) continue;
      const key = JSON.stringify([kind, parts]);
      const holder = holders.get(key);
      if (holder === undefined) holders.set(key, id);
      else {
        this.#nodes[id] = { ...this.#nodes[id]!, weights: holder };
        delete this.#weights[id];
      }
    }
  }

  design(name: string, notes: string): Design {
    return { ...emptyDesign, name, notes, nodes: this.#counted(), wires: this.#wires };
  }

  /**
   * The nodes, those with a number of parameters stated whose weights are not themselves what was learned: made of
   * others (weight norm), of fewer (a table of positions), of none (a norm without scale), or of what another node has.
   */
  #counted(): Readonly<Record<NodeId, DesignNode>> {
    const met = new Set<string>();
    const nodes: Record<NodeId, DesignNode> = {};
    for (const [id, node] of Object.entries(this.#nodes)) {
      const weights = this.#weights[id] ?? {};
      const layer = layerOf(node.kind as LayerKind);
      const specs = layer.weights({ params: node.params, inputs: this.#inputDims.get(id)! });
      const trained = specs.filter(({ name, trained }) => trained && weights[name]);
      let parameters = 0;
      for (const { name } of trained) {
        for (const [source, elements] of weights[name]!.sources) {
          if (!met.has(source)) parameters += elements;
          met.add(source);
        }
      }
      const usual = trained.reduce((sum, { dims }) => sum + elementCount(dims), 0);
      nodes[id] = parameters === usual ? node : { ...node, parameters };
    }
    return nodes;
  }

  get weights(): LazyWeights {
    return this.#weights;
  }

  #checkWeights(
    origin: Origin,
    specs: ReturnType<ReturnType<typeof layerOf>['weights']>,
    weights: Readonly<Record<string, OnnxWeight>>,
  ): void {
    for (const { name, dims } of specs) {
      const given = weights[name]?.dims;
      if (given && given.length === dims.length && given.every((extent, i) => extent === dims[i])) continue;
      throw refusalOf(
        origin,
        say('weights-do-not-fit', {
          name,
          dims: dims.join('×'),
          given: given ? given.join('×') || say.part('scalar') : say.part('missing'),
        }),
      );
    }
  }
}

/**
 * Numbers of single precision as they were before they were rounded to it: the layer's own where it rounds to the same
 * (1/6 for a hard sigmoid), the shortest decimal otherwise.
 */
/** The number that a constant holds throughout, as a float32; 0 where it holds several, one too large, or they are not known yet. */
function uniform({ values }: Constant): number {
  const first = Math.fround(values?.[0] ?? 0);
  const { min, max } = layers.constant.params.fill;
  return first >= min &&
    first <= max &&
    Array.from(values ?? []).every((value) => Math.fround(value) === first)
    ? first
    : 0;
}

function holdsNothing(dims: Dims): boolean {
  return elementCount(dims) === 0;
}

function isNothing({ dims }: Flow): boolean {
  return holdsNothing(dims);
}

function asMeant(kind: NodeKind, params: ParamValues): ParamValues {
  const { params: known } = definitionOf(kind);
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      const p = known[name];
      if (p?.kind === 'floats' && Array.isArray(value)) return [name, value.map(shortestFloat32)];
      if (p?.kind !== 'float' || typeof value !== 'number') return [name, value];
      const meant = Math.fround(p.default) === Math.fround(value) ? p.default : shortestFloat32(value);
      return [name, meant >= p.min && meant <= p.max ? meant : value];
    }),
  );
}

export type { Flow, Value };
