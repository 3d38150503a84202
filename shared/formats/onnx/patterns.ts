import type { OnnxAttribute, OnnxNode } from './model.ts';

/** What patterns are matched against: who makes a value, and which values are known numbers. */
export interface PatternGraph {
  maker(value: string): OnnxNode | undefined;
  /** Whether a value is known before the network runs. */
  isKnown(value: string): boolean;
  /** The elements of a small constant. */
  numbers(value: string): ArrayLike<number> | undefined;
  /** An attribute of a node: one that nobody asks for keeps the node from being a part of anything. */
  attribute(node: OnnxNode | undefined, name: string): OnnxAttribute | undefined;
}

/** What a pattern met so far: its named values, its lists of numbers, and the nodes that it stands for. */
export interface Found {
  readonly values: ReadonlyMap<string, string>;
  readonly lists: ReadonlyMap<string, readonly number[]>;
  readonly nodes: readonly OnnxNode[];
}

/** Goes back from a value; undefined where it is not what the pattern says. */
export type Pattern = (value: string, found: Found, graph: PatternGraph) => Found | undefined;

export const nothingFound: Found = { values: new Map(), lists: new Map(), nodes: [] };

/** Any value; the same one wherever the name occurs. */
export const any =
  (name: string): Pattern =>
  (value, found) => {
    const met = found.values.get(name);
    if (met !== undefined) return met === value ? found : undefined;
    return { ...found, values: new Map(found.values).set(name, value) };
  };

/** A value that is known before the network runs. */
export const fixed =
  (name: string): Pattern =>
  (value, found, graph) =>
    graph.isKnown(value) ? any(name)(value, found, graph) : undefined;

/** Exactly this number in single precision. */
export const number =
  (wanted: number): Pattern =>
  (value, found, graph) => {
    const numbers = graph.numbers(value);
    return numbers?.length === 1 && Math.fround(numbers[0]!) === Math.fround(wanted) ? found : undefined;
  };

/** Known numbers, which are kept under a name. */
export const list =
  (name: string, fits: (numbers: readonly number[]) => boolean = () => true): Pattern =>
  (value, found, graph) => {
    const numbers = graph.numbers(value);
    return numbers && keep(found, name, Array.from(numbers), fits);
  };

function keep(
  found: Found,
  name: string,
  numbers: readonly number[],
  fits: (numbers: readonly number[]) => boolean,
): Found | undefined {
  const met = found.lists.get(name);
  if (!fits(numbers) || (met && met.join() !== numbers.join())) return undefined;
  return { ...found, lists: new Map(found.lists).set(name, numbers) };
}

const swappable: ReadonlySet<string> = new Set(['Add', 'Mul']);

/** What an operator gives of such inputs, in either order where the order makes no difference. */
export const op =
  (name: string, ...inputs: readonly Pattern[]): Pattern =>
  (value, found, graph) => {
    const node = graph.maker(value);
    if (!node || node.op !== name || node.domain !== '' || node.inputs.length !== inputs.length)
      return undefined;
    // Whether the second is stretched, before operator set 7; another attribute says where to.
    graph.attribute(node, 'broadcast');
    const met = { ...found, nodes: [...found.nodes, node] };
    const inOrder = (order: readonly string[]) =>
      inputs.reduce<Found | undefined>((soFar, each, i) => soFar && each(order[i]!, soFar, graph), met);
    return inOrder(node.inputs) ?? (swappable.has(name) ? inOrder([...node.inputs].reverse()) : undefined);
  };

export const oneOf =
  (...patterns: readonly Pattern[]): Pattern =>
  (value, found, graph) => {
    for (const each of patterns) {
      const met = each(value, found, graph);
      if (met) return met;
    }
    return undefined;
  };

/** The product of three, whichever two are multiplied first. */
export const productOf = (a: Pattern, b: Pattern, c: Pattern): Pattern =>
  oneOf(op('Mul', a, op('Mul', b, c)), op('Mul', b, op('Mul', a, c)), op('Mul', c, op('Mul', a, b)));

/** What is divided by a number, or multiplied by one by it. */
export const over = (x: Pattern, by: number): Pattern =>
  oneOf(op('Div', x, number(by)), op('Mul', x, number(1 / by)));

/** The last one's attributes must say so; those that are left out are 0, or have their default. */
export const having =
  (pattern: Pattern, fits: (attribute: (name: string) => OnnxAttribute | undefined) => boolean): Pattern =>
  (value, found, graph) => {
    const node = graph.maker(value);
    return node && fits((name) => graph.attribute(node, name)) ? pattern(value, found, graph) : undefined;
  };

/** Attributes of the last one that make no difference to what is looked for. */
export const whatever = (pattern: Pattern, ...names: readonly string[]): Pattern =>
  having(pattern, (attribute) => {
    for (const name of names) attribute(name);
    return true;
  });

/** Extents that are worked out by whoever translates it; 0 is an extent where nothing flows, which nobody looks for. */
export const reshaped = (of: Pattern, shape: Pattern): Pattern =>
  whatever(op('Reshape', of, shape), 'allowzero');

/** A mean over axes, which are kept under a name; the axes stay, of length 1. */
export const meanOver = (x: Pattern, axes: string): Pattern =>
  having(
    oneOf(
      op(
        'ReduceMean',
        x,
        list(axes, (numbers) => numbers.length > 0),
      ),
      (value, found, graph) => {
        const given = graph.attribute(graph.maker(value), 'axes');
        const met = given?.kind === 'ints' && keep(found, axes, given.value, () => true);
        return met ? op('ReduceMean', x)(value, met, graph) : undefined;
      },
    ),
    (attribute) => {
      // What is done where no axes are given, which are.
      attribute('noop_with_empty_axes');
      return intOf(attribute('keepdims'), 1) === 1;
    },
  );

/** What a dropout lets through, which is all of it outside of training, or where it drops nothing. */
export const dropped =
  (of: Pattern): Pattern =>
  (value, found, graph) => {
    const node = graph.maker(value);
    const [x, rate, training] = node?.inputs ?? [];
    const is = (input: string | undefined) => (input ? graph.numbers(input)?.[0] : undefined);
    if (node?.op !== 'Dropout' || node.domain !== '' || x === undefined || node.outputs[0] !== value)
      return undefined;
    if (training && is(training) !== 0 && is(rate) !== 0) return undefined;
    for (const name of ['ratio', 'seed', 'is_test']) graph.attribute(node, name);
    return of(x, { ...found, nodes: [...found.nodes, node] }, graph);
  };

/** Axes that change places; which ones is kept under a name. */
export const permuted =
  (of: Pattern, fits: (perm: readonly number[]) => boolean, name?: string): Pattern =>
  (value, found, graph) => {
    const perm = graph.attribute(graph.maker(value), 'perm');
    if (perm?.kind !== 'ints' || !fits(perm.value)) return undefined;
    const met = name === undefined ? found : keep(found, name, perm.value, () => true);
    return met && op('Transpose', of)(value, met, graph);
  };

/** Softmax along one axis, which is kept under a name. */
export const softmaxOf =
  (of: Pattern, axis: string): Pattern =>
  (value, found, graph) => {
    const given = graph.attribute(graph.maker(value), 'axis');
    const met = keep(found, axis, [intOf(given, -1)], () => true);
    return met && op('Softmax', of)(value, met, graph);
  };

export function intOf(attribute: OnnxAttribute | undefined, fallback: number): number {
  return attribute?.kind === 'int' ? attribute.value : fallback;
}

export function floatOf(attribute: OnnxAttribute | undefined, fallback: number): number {
  return attribute?.kind === 'float' || attribute?.kind === 'int' ? attribute.value : fallback;
}

export function square(x: Pattern): Pattern {
  return oneOf(op('Pow', x, number(2)), op('Mul', x, x));
}
