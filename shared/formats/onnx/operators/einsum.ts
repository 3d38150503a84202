import { elementCount } from '../../../base/dims.ts';
import { messages } from '../../../base/problem.ts';
import type { NodeView } from '../node-view.ts';
import type { Flow, Value } from '../values.ts';
import { reshape } from './normalise.ts';

export const say = messages('formats/onnx/operators/einsum', {
  'einsum-unsupported': [
    'its equation "{{text}}" is no product of two tensors.',
    'Write it as MatMul and Transpose before export.',
  ],
});

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
 * A sum of products of two tensors, such as attention writes it: axes are brought into the order of a matrix product,
 * multiplied, and brought into the order asked for. Other sums (traces, one or three operands) are refused.
 */
export function einsum(node: NodeView): readonly Value[] {
  const text = node.text('equation', '').replaceAll(' ', '');
  const refuse = () => node.refuse(say('einsum-unsupported', { text }));
  const [, a, b, result] = /^([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]*)$/.exec(text) ?? [];
  if (a === undefined || b === undefined || result === undefined || node.inputs.length !== 2) throw refuse();
  const operands = [a, b, result].map((letters) => [...letters]);
  if (operands.some((letters) => new Set(letters).size !== letters.length)) throw refuse();
  const [left, right] = [node.matrix(0), node.matrix(1)];
  if (left.dims.length !== a.length || right.dims.length !== b.length) throw refuse();
  const letters = sorted(a, b, result);
  if (!letters) throw refuse();
  const extent = (letter: string) =>
    a.includes(letter) ? left.dims[a.indexOf(letter)]! : right.dims[b.indexOf(letter)]!;
  const { stacks, summed, rows, columns } = letters;
  const sizes = (group: readonly string[]) => group.map(extent);
  const stack = sizes(stacks);
  const turnedLeft = turned(node, left, a, [...stacks, ...rows, ...summed], 'a');
  const turnedRight = turned(node, right, b, [...stacks, ...summed, ...columns], 'b');
  const [m, k, n] = [rows, summed, columns].map((group) => elementCount(sizes(group))) as [
    number,
    number,
    number,
  ];
  const product = node.one('matmul', [
    shaped(node, turnedLeft, [...stack, m, k], 'a_matrix'),
    shaped(node, turnedRight, [...stack, k, n], 'b_matrix'),
  ]);
  const order = [...stacks, ...rows, ...columns];
  return [turned(node, shaped(node, product, sizes(order), 'shaped'), order.join(''), [...result], 'turned')];
}

/** Undefined where a letter stands in one operand alone and is summed away, or comes from nowhere. */
function sorted(a: string, b: string, result: string): Letters | undefined {
  const all = [...new Set(a + b)];
  if ([...result].some((letter) => !all.includes(letter))) return undefined;
  const kept = (letter: string) => result.includes(letter);
  const shared = all.filter((letter) => a.includes(letter) && b.includes(letter));
  const alone = all.filter((letter) => !shared.includes(letter));
  if (!alone.every(kept)) return undefined;
  return {
    stacks: shared.filter(kept),
    summed: shared.filter((letter) => !kept(letter)),
    rows: alone.filter((letter) => a.includes(letter)),
    columns: alone.filter((letter) => b.includes(letter)),
  };
}

function turned(node: NodeView, x: Flow, from: string, to: readonly string[], name: string): Flow {
  const perm = to.map((letter) => from.indexOf(letter));
  if (perm.every((axis, i) => axis === i)) return x;
  return node.one('transpose', [x], { perm }, {}, `${node.name}.${name}`);
}

function shaped(node: NodeView, x: Flow, dims: readonly number[], name: string): Flow {
  return x.dims.join() === dims.join() ? x : reshape(node, x, dims, name);
}
