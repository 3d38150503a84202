import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { floatToHalf } from '../../shared/base/half.ts';
import { largestError } from '../conformance/reference-data.ts';
import { bytes, initializer, int, message, node, type Part, text, value } from '../fuzz/protobuf.ts';
import { peersInstalled } from '../peers/install.ts';
import { type BothLibraries, bothLibraries } from './both-libraries.ts';

/** TensorProto.DataType. */
const code = { float32: 1, int64: 7, bool: 9, float16: 10, float64: 11 } as const;
type Type = keyof typeof code;

interface Given {
  readonly type: Type;
  readonly dims: readonly number[];
  readonly data: readonly (number | boolean)[];
}
type Outputs = Readonly<Record<string, Type>>;

interface Case {
  readonly model: readonly number[];
  readonly feeds: Readonly<Record<string, Given>>;
}

/** A model of operator set 17; the dims of outputs are left to whoever reads it. */
function graph(feeds: Readonly<Record<string, Given>>, outputs: Outputs, ...parts: readonly Part[]): Case {
  const inner = [
    ...Object.entries(feeds).map(([name, { type, dims }]) => value(11, name, dims, code[type])),
    ...parts,
    ...Object.entries(outputs).map(([name, type]) =>
      message(12, text(1, name), message(2, message(1, int(1, code[type])))),
    ),
  ].flat();
  const named = [...inner, ...text(2, 'test')];
  return { model: [...int(1, 8), ...bytes(7, named), ...message(8, text(1, ''), int(2, 17))], feeds };
}

const wave = (dims: readonly number[], type: Type = 'float32'): Given => {
  const data = Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 1.3) * 2);
  return { type, dims, data: type === 'float16' ? data.map(floatToHalf) : data };
};
const floats = (values: readonly number[]) => new Uint8Array(Float32Array.from(values).buffer);
const wholes = (values: readonly number[]) => new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
const equation = (words: string): Part => [...text(1, 'equation'), ...text(4, words), ...int(20, 3)];

const hidden = initializer('hidden', { dims: [1], raw: floats([-Infinity]) });
const mask: Given = {
  type: 'bool',
  dims: [2, 1, 4],
  data: [true, false, true, true, false, true, true, false],
};

const cases: Readonly<Record<string, Case>> = {
  'a shape of int64': graph(
    { x: wave([2, 6]), shape: { type: 'int64', dims: [2], data: [3, 4] } },
    { y: 'float32' },
    node('Reshape', ['x', 'shape'], ['y']),
  ),
  'int64 out': graph(
    { x: wave([2, 6]) },
    { s: 'int64', y: 'float32' },
    node('Shape', ['x'], ['s']),
    node('Neg', ['x'], ['y']),
  ),
  'a mask of truth values': graph(
    { scores: wave([2, 3, 4]), mask },
    { y: 'float32' },
    hidden,
    node('Where', ['mask', 'scores', 'hidden'], ['m']),
    node('Softmax', ['m'], ['y']),
  ),
  'masks put together': graph(
    { scores: wave([2, 3, 4]), mask, other: { ...mask, data: mask.data.toReversed() } },
    { y: 'float32', n: 'bool' },
    hidden,
    node('And', ['mask', 'other'], ['both']),
    node('Not', ['both'], ['n']),
    node('Where', ['n', 'hidden', 'scores'], ['y']),
  ),
  'a mask as numbers': graph(
    { mask },
    { y: 'float32' },
    node('Cast', ['mask'], ['f'], [[...text(1, 'to'), ...int(3, 1), ...int(20, 2)]]),
    node('Neg', ['f'], ['y']),
  ),
  float16: graph(
    { x: wave([2, 6], 'float16') },
    { y: 'float16' },
    node('Relu', ['x'], ['r']),
    node('Add', ['r', 'x'], ['y']),
  ),
  float64: graph({ x: wave([2, 6], 'float64') }, { y: 'float64' }, node('Relu', ['x'], ['y'])),
  'products of attention': graph(
    { q: wave([2, 3, 4, 5]), k: wave([2, 3, 6, 5]) },
    { y: 'float32' },
    node('Einsum', ['q', 'k'], ['y'], [equation('bhid,bhjd->bhij')]),
  ),
  'a product in another order': graph(
    { a: wave([3, 4]), b: wave([4, 2, 5]) },
    { y: 'float32' },
    node('Einsum', ['a', 'b'], ['y'], [equation('ij, jkl -> kil')]),
  ),
  'an outer product': graph(
    { a: wave([2, 3]), b: wave([2, 4]) },
    { y: 'float32' },
    node('Einsum', ['a', 'b'], ['y'], [equation('bi,bj->bij')]),
  ),
  'a layer normalisation with its statistics': graph(
    { x: wave([2, 3, 5]) },
    { y: 'float32', mean: 'float32', inverse: 'float32' },
    initializer('scale', { dims: [5], raw: floats([1, 2, 3, 4, 5]) }),
    node('LayerNormalization', ['x', 'scale'], ['y', 'mean', 'inverse']),
  ),
  'a mask that is scattered before the run': graph(
    { x: wave([2, 3]) },
    { y: 'float32' },
    initializer('base', { dims: [2, 3], raw: floats([0, 0, 0, 0, 0, 0]) }),
    initializer('places', { dims: [2, 2], type: 7, raw: wholes([0, 1, 1, -1]) }),
    initializer('updates', { dims: [2], raw: floats([5, 7]) }),
    node('ScatterND', ['base', 'places', 'updates'], ['m']),
    node('Add', ['x', 'm'], ['y']),
  ),
};

interface Ran {
  readonly inputs: readonly string[];
  readonly outputs: readonly {
    readonly name: string;
    readonly type: string;
    readonly dims: readonly number[];
    readonly array: string;
    readonly data: readonly (number | string)[];
  }[];
}

/** The same script, run with both libraries on small models that feed and give tensors of other types. */
describe.skipIf(!peersInstalled())('tensors of every type, as onnxruntime takes and gives them', () => {
  let both: BothLibraries;
  let ours: readonly Ran[];
  let theirs: readonly Ran[];
  beforeAll(async () => {
    both = await bothLibraries();
    const file = join(both.folder, 'cases.json');
    writeFileSync(file, JSON.stringify(Object.values(cases)));
    theirs = await both.run<readonly Ran[]>('typed-script.mjs', 'onnxruntime-node', [file]);
    ours = await both.run<readonly Ran[]>('typed-script.mjs', 'netwright', [file]);
  });
  afterAll(() => both.remove());

  test.each(Object.keys(cases).map((name, i) => [name, i] as const))('%s', (_, i) => {
    const plain = ({ inputs, outputs }: Ran) => ({
      inputs,
      outputs: outputs.map((o) => ({ ...o, data: [] })),
    });
    expect(plain(ours[i]!)).toEqual(plain(theirs[i]!));
    for (const [at, { data }] of theirs[i]!.outputs.entries()) {
      expect(largestError(ours[i]!.outputs[at]!.data.map(Number), data.map(Number))).toBeLessThan(1e-5);
    }
  });
});
