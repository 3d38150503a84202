import { elementCount } from '../../../base/dims.ts';
import { messages } from '../../../base/problem.ts';
import type { NodeView } from '../node-view.ts';
import type { Flow, Value } from '../values.ts';
import { reshape } from './normalise.ts';

export const say = messages('formats/onnx/operators/einsum', {
  'einsum-unsupported': [
    'its equation "{{text}}" does not fit its inputs.',
    'Write it as MatMul and Transpose before export.',
  ],
});

/** Of each all others are looked at; attention has three. */
const MOST_INPUTS = 64;

/** A tensor with a letter for each axis. */
interface Operand {
  readonly flow: Flow;
  readonly letters: readonly string[];
}

interface Equation {
  readonly operands: readonly (readonly string[])[];
  readonly result: readonly string[];
}

/** Which axes of two operands belong together, by their letters. */
interface Letters {
  /** In both operands and the result: one product each. */
  readonly stacks: readonly string[];
  /** In both operands alone: summed over. */
  readonly summed: readonly string[];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
}

/**
 * A sum of products of tensors, such as attention writes it. Of each operand diagonals are taken and what stands in it alone
 * is summed; then one after the other is multiplied into the result: axes are brought into the order of a matrix product, and
 * those that nobody after it wants are summed over.
 */
export function einsum(node: NodeView): readonly Value[] {
  const text = node.text('equation', '').replaceAll(' ', '');
  if (node.inputs.length > MOST_INPUTS) throw node.refuse(say('einsum-unsupported', { text }));
  const flows = node.inputs.map((_, i) => node.matrix(i));
  const equation = parsed(
    text,
    flows.map(({ dims }) => dims.length),
  );
  if (!equation) throw node.refuse(say('einsum-unsupported', { text }));
  const { operands, result } = equation;
  const extents = extentsOf(flows, operands);
  if (!extents || result.some((letter) => !extents.has(letter)))
    throw node.refuse(say('einsum-unsupported', { text }));
  const alone = (letter: string, at: number) =>
    !result.includes(letter) && operands.every((other, i) => i === at || !other.includes(letter));
  const ready = flows.map((flow, i) => {
    const named = (what: string) => `${node.name}.${what}${i}`;
    const distinct = diagonal(node, { flow, letters: operands[i]! }, named('diagonal'));
    const whole = withoutOnes(node, distinct, extents, named('narrowed'));
    return summedOver(node, whole, (letter) => alone(letter, i), named('sum'));
  });
  const [first, ...rest] = ready as [Operand, ...Operand[]];
  const all = rest.reduce((left, right, i) => {
    const later = new Set([...result, ...rest.slice(i + 1).flatMap(({ letters }) => letters)]);
    return product(node, left, right, (letter) => later.has(letter), extents, i === 0 ? '' : String(i));
  }, first);
  return [inOrder(node, all, result, extents)];
}

/** Letters of every axis; what an ellipsis stands for is counted from its last axis, by numbers. Undefined where it does not fit. */
function parsed(text: string, ranks: readonly number[]): Equation | undefined {
  const [given, asked, more] = text.split('->');
  const terms = given!.split(',');
  if (more !== undefined || terms.length !== ranks.length) return undefined;
  const operands = terms.map((term, i) => lettersOf(term, ranks[i]!));
  if (operands.some((letters) => letters === undefined)) return undefined;
  const found = operands as readonly (readonly string[])[];
  const hidden = Math.max(...found.map((letters) => letters.filter(isHidden).length));
  if (asked === undefined) {
    const visible = found.flat().filter((letter) => !isHidden(letter));
    const once = visible.filter((letter) => visible.indexOf(letter) === visible.lastIndexOf(letter));
    return { operands: found, result: [...counted(hidden), ...once.sort()] };
  }
  const written = asked.replace('...', '');
  const result = lettersOf(asked, written.length + (asked.includes('...') ? hidden : 0));
  if (!result || new Set(result).size !== result.length) return undefined;
  return { operands: found, result };
}

const isHidden = (letter: string) => /^\d+$/.test(letter);

function lettersOf(term: string, rank: number): readonly string[] | undefined {
  const [, before, dots, after] = /^([a-zA-Z]*)(\.\.\.)?([a-zA-Z]*)$/.exec(term) ?? [];
  if (before === undefined || after === undefined) return undefined;
  const hidden = rank - before.length - after.length;
  if (dots === undefined ? hidden !== 0 : hidden < 0) return undefined;
  return [...before, ...counted(hidden), ...after];
}

/** The names of the axes of an ellipsis: …, 1, 0. */
function counted(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => String(count - 1 - i));
}

/** How long the axes of a letter are; one of 1 goes with any. Undefined where two disagree. */
function extentsOf(
  flows: readonly Flow[],
  operands: readonly (readonly string[])[],
): ReadonlyMap<string, number> | undefined {
  const extents = new Map<string, number>();
  for (const [i, letters] of operands.entries()) {
    for (const [axis, letter] of letters.entries()) {
      const extent = flows[i]!.dims[axis]!;
      const before = extents.get(letter) ?? 1;
      if (before !== extent && before !== 1 && extent !== 1) return undefined;
      extents.set(letter, extent === 1 ? before : extent);
    }
  }
  return extents;
}

/** Axes of one letter become one: the elements where both are at the same place. */
function diagonal(node: NodeView, operand: Operand, name: string): Operand {
  const { flow, letters } = operand;
  const at = letters.findIndex((letter, axis) => letters.indexOf(letter) !== axis);
  if (at < 0) return operand;
  const twin = letters.indexOf(letters[at]!);
  const others = letters.filter((_, axis) => axis !== at && axis !== twin);
  const perm = [...letters.keys()].filter((axis) => axis !== at && axis !== twin);
  const [extent, kept] = [flow.dims[twin]!, perm.map((axis) => flow.dims[axis]!)];
  const turned = node.one('transpose', [flow], { perm: [...perm, twin, at] }, {}, `${name}.turned`);
  const flat = node.one('reshape', [turned], { shape: [...kept, extent * extent] }, {}, `${name}.flat`);
  const indices = Array.from({ length: extent }, (_, i) => i * (extent + 1));
  const taken = node.one('gather', [flat], { axis: kept.length, indices, dropAxis: false }, {}, name);
  return diagonal(node, { flow: taken, letters: [...others, letters[at]!] }, `${name}.next`);
}

/** What has one element along a letter that is longer elsewhere is the same for all of it. */
function withoutOnes(
  node: NodeView,
  operand: Operand,
  extents: ReadonlyMap<string, number>,
  name: string,
): Operand {
  const { flow, letters } = operand;
  const axes = [...letters.keys()].filter(
    (axis) => flow.dims[axis] === 1 && extents.get(letters[axis]!) !== 1,
  );
  if (axes.length === 0) return operand;
  return {
    flow: node.one('squeeze', [flow], { axes }, {}, name),
    letters: letters.filter((_, axis) => !axes.includes(axis)),
  };
}

function summedOver(
  node: NodeView,
  operand: Operand,
  isAlone: (letter: string) => boolean,
  name: string,
): Operand {
  const { flow, letters } = operand;
  const axes = [...letters.keys()].filter((axis) => isAlone(letters[axis]!));
  if (axes.length === 0) return operand;
  return {
    flow: node.one('reduceSum', [flow], { axes, keepDims: false }, {}, name),
    letters: letters.filter((letter) => !isAlone(letter)),
  };
}

/** The product of two; letters that nobody wants afterwards are summed over. */
function product(
  node: NodeView,
  left: Operand,
  right: Operand,
  isWanted: (letter: string) => boolean,
  extents: ReadonlyMap<string, number>,
  suffix: string,
): Operand {
  const { stacks, summed, rows, columns } = sorted(left.letters, right.letters, isWanted);
  const sizes = (letters: readonly string[]) => letters.map((letter) => extents.get(letter)!);
  const many = (letters: readonly string[]) => elementCount(sizes(letters));
  // A product has few axes of its own; what it is repeated over may be one.
  const stack = stacks.length > 2 ? [many(stacks)] : sizes(stacks);
  const matrix = (operand: Operand, name: string, groups: readonly (readonly string[])[]) => {
    const turnedOne = turned(node, operand, [stacks, ...groups].flat(), `${name}${suffix}`);
    return shaped(node, turnedOne, [...stack, ...groups.map(many)], `${name}_matrix${suffix}`);
  };
  const a = matrix(left, 'a', [rows, summed]);
  const b = matrix(right, 'b', [summed, columns]);
  const named = suffix === '' ? node.name : `${node.name}.product${suffix}`;
  const made = node.one('matmul', [a, b], {}, {}, named);
  const letters = [...stacks, ...rows, ...columns];
  return { flow: shaped(node, made, sizes(letters), `shaped${suffix}`), letters };
}

function sorted(a: readonly string[], b: readonly string[], isWanted: (letter: string) => boolean): Letters {
  const shared = a.filter((letter) => b.includes(letter));
  return {
    stacks: shared.filter(isWanted),
    summed: shared.filter((letter) => !isWanted(letter)),
    rows: a.filter((letter) => !shared.includes(letter)),
    columns: b.filter((letter) => !shared.includes(letter)),
  };
}

/** The result as it was asked for; a letter that only had ones is an axis of one again. */
function inOrder(
  node: NodeView,
  operand: Operand,
  result: readonly string[],
  extents: ReadonlyMap<string, number>,
): Flow {
  const kept = result.filter((letter) => operand.letters.includes(letter));
  const flow = turned(node, operand, kept, 'turned');
  const dims = result.map((letter) => extents.get(letter)!);
  return shaped(node, flow, dims, 'result');
}

function turned(node: NodeView, { flow, letters }: Operand, to: readonly string[], name: string): Flow {
  const perm = to.map((letter) => letters.indexOf(letter));
  if (perm.every((axis, i) => axis === i)) return flow;
  return node.one('transpose', [flow], { perm }, {}, `${node.name}.${name}`);
}

function shaped(node: NodeView, x: Flow, dims: readonly number[], name: string): Flow {
  return x.dims.join() === dims.join() ? x : reshape(node, x, dims, name);
}
