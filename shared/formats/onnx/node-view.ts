import type { Dims } from '../../base/dims.ts';
import type { PhraseValue } from '../../base/messages.ts';
import { type Issue, messages } from '../../base/problem.ts';
import { Refusal } from '../weights/source.ts';
import { AskedAttributes } from './asked-attributes.ts';
import { type DesignBuilder, type Origin, refusalOf } from './builder.ts';
import type { OnnxNode, OnnxTensor } from './model.ts';
import { type Constant, type Flow, isLearned, type Value } from './values.ts';

export const say = messages('formats/onnx/node-view', {
  'whole-number': 'a whole number',
  number: 'a number',
  text: 'text',
  'list-numbers': 'a list of numbers',
  'attribute-invalid': ['its attribute "{{name}}" should be {{wanted}}.', 'Export the model again.'],
  'attribute-unknown': [
    'its attribute "{{name}}" is not known, and may change what it computes.',
    'Export the model with an older operator set, or without it.',
  ],
  'input-missing': ['its input {{i}} is missing.', 'Export the model again.'],
  'input-not-constant': [
    'its {{what}} is computed while the network runs.',
    'Only fixed ones are taken; export the model with constant folding.',
  ],
  'input-too-large': ['its {{what}} has too many elements.', 'Export the model again.'],
  'count-unknown': [
    'it reads how many rows are kept, of which only a run tells.',
    'Cut the model before it: what comes out until there has as many rows as there are.',
  ],
  'output-unsupported': [
    'its output "{{output}}" is used, but only the first one is taken.',
    'Remove what reads it.',
  ],
});

/** Thrown when a layer needs to know a graph input before the network runs; that input's name. */
export class NeedsInput extends Error {
  readonly input: string;
  constructor(input: string) {
    super(`The value of "${input}" is needed.`);
    this.input = input;
  }
}

/** What is said of an attribute that nobody asks for. */
export function unknownAttribute(name: string): Issue {
  return say('attribute-unknown', { name });
}

/** What is said of what depends on how many rows a run keeps. */
export function countUnknown(): Issue {
  return say('count-unknown');
}

/** One ONNX node as the translators see it: attributes by name, inputs by place. */
export class NodeView implements Origin {
  readonly name: string;
  readonly op: string;
  readonly opset: number;
  readonly offset: number;
  readonly node: OnnxNode;
  readonly inputs: readonly (Value | undefined)[];
  readonly build: DesignBuilder;
  readonly fill: { readonly number: number; readonly integer: boolean } | undefined;
  #attributes: AskedAttributes;
  readonly #readersOf: (value: string) => number;

  constructor(
    node: OnnxNode,
    opset: number,
    inputs: readonly (Value | undefined)[],
    build: DesignBuilder,
    readersOf: (value: string) => number,
    fill?: { readonly number: number; readonly integer: boolean },
  ) {
    this.fill = fill;
    this.node = node;
    this.#attributes = new AskedAttributes(node.attributes);
    this.name = node.name === '' ? (node.outputs[0] ?? node.op) : node.name;
    this.op = node.op;
    this.opset = opset;
    this.offset = node.offset;
    this.inputs = inputs;
    this.build = build;
    this.#readersOf = readersOf;
  }

  /** The same node with another i-th input; what either is asked for counts as asked. */
  having(i: number, value: Value): NodeView {
    const inputs = this.inputs.with(i, value);
    const view = new NodeView(this.node, this.opset, inputs, this.build, this.#readersOf, this.fill);
    view.#attributes = this.#attributes;
    return view;
  }

  refuse(issue: Issue): Error {
    return refusalOf(this, issue);
  }

  int(name: string, fallback: number): number {
    const attribute = this.#attributes.get(name);
    if (attribute === undefined) return fallback;
    if (attribute.kind === 'int') return attribute.value;
    throw this.#wrongAttribute(name, say.part('whole-number'));
  }

  float(name: string, fallback: number): number {
    const attribute = this.#attributes.get(name);
    if (attribute === undefined) return fallback;
    if (attribute.kind === 'float' || attribute.kind === 'int') return attribute.value;
    throw this.#wrongAttribute(name, say.part('number'));
  }

  text(name: string, fallback: string): string {
    const attribute = this.#attributes.get(name);
    if (attribute === undefined) return fallback;
    if (attribute.kind === 'text') return attribute.value;
    throw this.#wrongAttribute(name, say.part('text'));
  }

  list(name: string): readonly number[] | undefined {
    const attribute = this.#attributes.get(name);
    if (attribute === undefined) return undefined;
    if (attribute.kind === 'ints' || attribute.kind === 'floats') return attribute.value;
    throw this.#wrongAttribute(name, say.part('list-numbers'));
  }

  tensor(name: string): OnnxTensor | undefined {
    const attribute = this.#attributes.get(name);
    return attribute?.kind === 'tensor' ? attribute.value : undefined;
  }

  /** The `value` of ConstantOfShape, whose single element was read beforehand; zero when left out. */
  get fillValue(): { readonly number: number; readonly integer: boolean } {
    this.passOver('value');
    return this.fill ?? { number: 0, integer: false };
  }

  has(name: string): boolean {
    return this.#attributes.get(name) !== undefined;
  }

  /** Attributes that make no difference here. */
  passOver(...names: readonly string[]): void {
    for (const name of names) this.#attributes.get(name);
  }

  /** Refuses where an attribute is given that nobody asked for. */
  onlyKnownAttributes(): void {
    const name = this.#attributes.unasked;
    if (name !== undefined) throw this.refuse(unknownAttribute(name));
  }

  #wrongAttribute(name: string, wanted: PhraseValue): Error {
    return this.refuse(say('attribute-invalid', { name, wanted }));
  }

  /** Whether the i-th input is given. */
  given(i: number): boolean {
    return this.inputs[i] !== undefined;
  }

  value(i: number): Value {
    const value = this.inputs[i];
    if (value) return value;
    throw this.refuse(say('input-missing', { i }));
  }

  /** The i-th input as something that flows. */
  flow(i: number): Flow {
    const value = this.value(i);
    if (value.kind === 'flow') return value;
    const prepares = this.inputs.some((other) => this.#prepares(value, other));
    return this.#constant(i, value, isLearned(value) && !prepares);
  }

  /** The same where a constant is a layer's matrix: whatever its name, it was learned. */
  matrix(i: number): Flow {
    const value = this.value(i);
    return value.kind === 'flow' ? value : this.#constant(i, value, value.sources.size > 0);
  }

  /** Refuses a constant that says how many rows a run keeps. */
  mustNotBeCounted({ counted }: Constant): void {
    if (counted) throw this.refuse(countUnknown());
  }

  #constant(i: number, value: Constant, learned: boolean): Flow {
    this.mustNotBeCounted(value);
    // What is put into a tensor has as many axes as there are behind the coordinates of where it goes.
    const bare =
      this.op === 'ScatterND' || this.inputs.every((other) => other === undefined || other.dims.length === 0);
    return this.build.constant(this, value, this.node.inputs[i] || `${this.name}.${i}`, learned, bare);
  }

  /**
   * Whether a constant prepares the network's input, as a mean or a deviation does, so that it is none of its
   * parameters: it meets the input itself, or what only such constants made of it, and the input is an image, or the
   * constant has no more than one number per channel.
   */
  #prepares({ dims }: Constant, other: Value | undefined): boolean {
    if (other?.kind !== 'flow' || !this.build.isPrepared(other)) return false;
    return other.dims.length >= 4 || dims.filter((extent) => extent > 1).length <= 1;
  }

  /** All inputs, of which there must be at least one. */
  flows(): readonly Flow[] {
    return Array.from({ length: Math.max(1, this.inputs.length) }, (_, i) => this.flow(i));
  }

  dims(i: number): Dims {
    return this.value(i).dims;
  }

  /** The i-th input, which must be known before the network runs. */
  constant(i: number, what: string): Constant {
    const value = this.value(i);
    if (value.kind === 'constant') return value;
    if (value.input !== undefined) throw new NeedsInput(value.input);
    throw this.refuse(say('input-not-constant', { what }));
  }

  /** The elements of the i-th input, which must be few and known. */
  numbers(i: number, what: string): readonly number[] {
    const constant = this.constant(i, what);
    this.mustNotBeCounted(constant);
    const { values, unread } = constant;
    if (values) return Array.from(values);
    if (unread) throw new Refusal(unread);
    throw this.refuse(say('input-too-large', { what }));
  }

  /** From an attribute in old operator sets, from an input in newer ones. */
  numbersFrom(attribute: string, input: number): readonly number[] | undefined {
    return this.list(attribute) ?? (this.given(input) ? this.numbers(input, attribute) : undefined);
  }

  /** Nobody else reads the i-th input. */
  onlyReader(i: number): boolean {
    return this.#readersOf(this.node.inputs[i] ?? '') === 1;
  }

  /** Whether anything reads the i-th output. */
  isRead(i: number): boolean {
    const name = this.node.outputs[i] ?? '';
    return name !== '' && this.#readersOf(name) > 0;
  }

  /** Adds a layer named like this node. */
  add(...[kind, inputs, params, weights, wanted]: AddArguments): readonly Flow[] {
    return this.build.add(this, kind, inputs, params, weights, wanted ?? this.name);
  }

  one(...args: AddArguments): Flow {
    return this.add(...args)[0]!;
  }

  /** Refuses when an output beyond the first is read. */
  onlyFirstOutput(): void {
    const extra = this.node.outputs.findIndex((_, i) => i > 0 && this.isRead(i));
    if (extra < 0) return;
    throw this.refuse(say('output-unsupported', { output: this.node.outputs[extra]! }));
  }
}

type AddArguments = Parameters<DesignBuilder['add']> extends [unknown, ...infer Rest] ? Rest : never;

/** Turns one ONNX node into layers, or folds it; gives its outputs in order. */
export type Translate = (node: NodeView) => readonly Value[];
