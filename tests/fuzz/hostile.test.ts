import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { problemLine } from '../../cli/failure.ts';
import { externalFiles, FileSource } from '../../cli/file-source.ts';
import { analyze } from '../../shared/analysis/analyze.ts';
import { importOnnx } from '../../shared/formats/onnx/import.ts';
import { readSpec } from '../../shared/formats/spec/read.ts';
import { bytesSource, Refusal } from '../../shared/formats/weights/source.ts';
import { loadWeights } from '../../shared/formats/weights/store.ts';
import {
  bytes,
  initializer,
  int,
  ints,
  message,
  model,
  node,
  type Part,
  tensor,
  text,
  value,
} from './protobuf.ts';

const relu = node('Relu', ['x'], ['y']);
const huge = 2 ** 31 - 1;
/** A dim of −1. */
const minusOne: Part = [8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1];

/** An attribute with a graph whose node has such an attribute again. */
function subgraph(depth: number): Part {
  let graph: Part = [];
  for (let i = 0; i < depth; i++)
    graph = message(1, text(4, 'If'), message(5, text(1, 'then'), bytes(6, graph), int(20, 5)));
  return graph;
}

const constant = (name: string, dims: readonly number[], type: number, raw: number): Part =>
  node(
    'Constant',
    [],
    [name],
    [[...text(1, 'value'), ...bytes(5, tensor('', { dims, type, raw })), ...int(20, 4)]],
  );

const filled = model(relu);

const refused: readonly (readonly [string, Uint8Array, string])[] = [
  ['an empty file', new Uint8Array(0), 'model-empty'],
  ['text', new TextEncoder().encode('{"nodes": []}'), 'field-damaged'],
  ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), 'field-beyond-end'],
  ['a megabyte of 0xff', new Uint8Array(1 << 20).fill(255), 'number-too-long'],
  ['a file cut off in its graph', filled.slice(0, 20), 'field-beyond-end'],
  ['a graph that says it is 4 GB long', Uint8Array.from(bytes(7, [], 2 ** 32)), 'field-beyond-end'],
  [
    'a graph of a negative length',
    Uint8Array.from([0x3a, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]),
    'field-beyond-end',
  ],
  ['a model without a graph', Uint8Array.from(int(1, 8)), 'model-without-graph'],
  ['a graph that is a number', Uint8Array.from([...int(1, 8), ...int(7, 5)]), 'model-without-graph'],
  ['a node that reads itself', model(node('Relu', ['y'], ['y'])), 'value-unknown'],
  [
    'two nodes that wait for each other',
    model(node('Add', ['x', 'b'], ['a']), node('Relu', ['a'], ['b']), node('Relu', ['b'], ['y'])),
    'value-unknown',
  ],
  ['an output that nothing computes', model(node('Relu', ['x'], ['z'])), 'value-unknown'],
  ['graphs in graphs, 1000 deep', model(subgraph(1000)), 'graph-too-deep'],
  [
    'dims that multiply past the file',
    model(initializer('w', { dims: [1 << 20, 1 << 20], raw: 16 }), relu),
    'tensor-size-wrong',
  ],
  [
    'dims that overflow',
    model(initializer('w', { dims: [2 ** 40, 2 ** 40], raw: 16 }), relu),
    'tensor-dims-invalid',
  ],
  [
    'dims below zero',
    model(bytes(5, [...minusOne, ...tensor('w', { dims: [], raw: 16 })]), relu),
    'tensor-dims-invalid',
  ],
  [
    'a thousand axes',
    model(initializer('w', { dims: Array<number>(1000).fill(1), raw: 4 }), relu),
    'tensor-dims-invalid',
  ],
  [
    'weights of text',
    model(initializer('w', { dims: [1], type: 8, raw: 4 }), relu),
    'tensor-type-unsupported',
  ],
  [
    'small weights that are not there',
    model(initializer('w', { dims: [4] }), node('Add', ['x', 'w'], ['y'])),
    'tensor-size-wrong',
  ],
  [
    'a shape of a terabyte',
    model(constant('s', [2], 7, 16), node('Expand', ['x', 's'], ['y'])),
    'parameter-invalid',
  ],
  [
    'a window larger than memory',
    model(node('MaxPool', ['x'], ['y'], [ints('kernel_shape', [huge, huge])])),
    'parameter-invalid',
  ],
  [
    'a padding larger than memory',
    model(
      node('MaxPool', ['x'], ['y'], [ints('kernel_shape', [2, 2]), ints('pads', [huge, huge, huge, huge])]),
    ),
    'parameter-invalid',
  ],
  [
    'no groups',
    model(
      initializer('w', { dims: [3, 3, 1, 1], raw: 36 }),
      node('Conv', ['x', 'w'], ['y'], [[...text(1, 'group'), ...int(3, 0), ...int(20, 2)]]),
    ),
    'parameter-invalid',
  ],
  [
    'an attribute of another kind',
    model(node('Concat', ['x', 'x'], ['y'], [ints('axis', [1])])),
    'attribute-invalid',
  ],
  [
    'an input of a hundred axes',
    Uint8Array.from([
      ...bytes(7, [...value(11, 'x', Array<number>(100).fill(2)), ...relu, ...value(12, 'y', [])]),
      ...message(8, int(2, 13)),
    ]),
    'input-too-many-axes',
  ],
];

describe('hostile ONNX files', () => {
  test.each(refused)('%s is refused with place and reason', async (_, file, code) => {
    const result = await importOnnx(bytesSource(file));
    if (result.ok) throw new Error('It was opened.');
    const [problem] = result.problems;
    expect(problem!.code).toBe(code);
    expect(Object.keys(problem!.where)).not.toEqual([]);
    expect(problem!.hint).not.toBe('');
  });

  test('a chain of 20,000 layers opens without deep recursion', async () => {
    const names = Array.from({ length: 20_000 }, (_, i) => (i === 0 ? 'x' : `v${i}`));
    const chain = names.map((name, i) => node('Relu', [name], [names[i + 1] ?? 'y']));
    const inner: Part[] = [value(11, 'x', [1, 3, 8, 8]), ...chain, value(12, 'y', [])];
    const graph = Uint8Array.from(inner.flat());
    const result = await importOnnx(
      bytesSource(Uint8Array.from([...bytes(7, graph), ...message(8, int(2, 13))])),
    );
    expect(result.ok && Object.keys(result.value.design.nodes)).toHaveLength(20_002);
  });

  test.each([
    ['an operator', () => model(node('O'.repeat(1 << 20), ['x'], ['y']))],
    ['a value', () => model(node('Relu', ['v'.repeat(1 << 20)], ['y']))],
    ['a tensor', () => model(initializer('w'.repeat(1 << 20), { dims: [5], raw: 3 }), relu)],
  ])('the name of %s that has a megabyte is told in a few words', async (_, make) => {
    const result = await importOnnx(bytesSource(make()));
    if (result.ok) throw new Error('It was opened.');
    for (const problem of result.problems) {
      expect(problem.message.length).toBeLessThan(5_000);
      expect(problemLine('net.onnx', problem).length).toBeLessThan(10_000);
    }
  });

  test('a design beside the graph that is not the one of the graph is not believed', async () => {
    const other = '{"netwright": 1, "nodes": []}';
    const file = Uint8Array.from([...filled, ...message(14, text(1, 'netwright.design'), text(2, other))]);
    const result = await importOnnx(bytesSource(file));
    expect(result.ok && Object.values(result.value.design.nodes).map(({ kind }) => kind)).toContain('relu');
  });
});

describe('weights in files beside the model', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-hostile-'));
  const inside = join(folder, 'model');
  afterAll(() => rmSync(folder, { recursive: true }));
  const conv = (external: Readonly<Record<string, string>>) =>
    model(initializer('w', { dims: [3, 3, 1, 1], external }), node('Conv', ['x', 'w'], ['y']));

  async function codeFor(external: Readonly<Record<string, string>>): Promise<string> {
    const file = join(folder, 'model.onnx');
    writeFileSync(file, conv(external));
    const source = await FileSource.open(file);
    const opened = [source];
    try {
      const result = await importOnnx(source, { openExternal: externalFiles(file, opened) });
      if (!result.ok) return result.problems[0]!.code;
      await loadWeights(result.value.weights);
      return 'read';
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      expect(error.problem.where.offset).toBeGreaterThan(0);
      return error.problem.code;
    } finally {
      for (const each of opened) await each.close();
    }
  }

  writeFileSync(join(folder, 'weights.bin'), new Uint8Array(100));
  writeFileSync(join(folder, 'short.bin'), new Uint8Array(10));
  symlinkSync('/etc/hostname', join(folder, 'link.bin'));
  symlinkSync('weights.bin', join(folder, 'inner-link.bin'));

  test.each([
    [{ location: 'weights.bin' }, 'read'],
    [{ location: 'weights.bin', offset: '64', length: '36' }, 'read'],
    [{ location: './weights.bin' }, 'read'],
    [{ location: 'inner-link.bin' }, 'read'],
    [{ location: '../weights.bin' }, 'external-data-outside'],
    [{ location: 'a/../../weights.bin' }, 'external-data-outside'],
    [{ location: '/etc/hostname' }, 'external-data-outside'],
    [{ location: 'C:\\weights.bin' }, 'external-data-outside'],
    [{ location: '..\\weights.bin' }, 'external-data-outside'],
    [{ location: 'weights.bin\0.txt' }, 'external-data-outside'],
    [{ location: '' }, 'external-data-outside'],
    [{ location: 'link.bin' }, 'external-data-missing'],
    [{ location: 'model.onnx' }, 'external-data-missing'],
    [{ location: 'nothing.bin' }, 'external-data-missing'],
    [{ location: 'short.bin' }, 'tensor-size-wrong'],
    [{ location: 'weights.bin', offset: '65' }, 'tensor-size-wrong'],
    [{ location: 'weights.bin', length: '1000000000' }, 'tensor-size-wrong'],
    [{ location: 'weights.bin', offset: '999999999999999' }, 'tensor-size-wrong'],
  ])('%o: %s', async (external, expected) => {
    expect(await codeFor(external)).toBe(expected);
  });

  test('a folder in the place of the file is no file of weights', async () => {
    symlinkSync('.', inside);
    expect(await codeFor({ location: 'model' })).toBe('external-data-missing');
  });
});

describe('hostile specs', () => {
  test.each([
    ['lists in lists', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['objects in objects', '{"a":'.repeat(100_000)],
    ['a prototype for a name', '{"netwright":1,"nodes":[{"id":"__proto__","kind":"relu"}],"__proto__":{}}'],
    ['a kind that is a method', '{"netwright":1,"nodes":[{"id":"a","kind":"constructor"}]}'],
    ['a number beyond all', '{"netwright":1e999,"nodes":[]}'],
  ])('%s is refused with place and reason', (_, spec) => {
    const result = readSpec(spec);
    if (result.ok) throw new Error('It was opened.');
    for (const { where, hint } of result.problems) {
      expect(Object.keys(where)).not.toEqual([]);
      expect(hint).not.toBe('');
    }
  });

  test('a node wired to itself is opened, so that it can be mended, and its shape is unknown', () => {
    const result = readSpec('{"netwright":1,"nodes":[{"id":"a","kind":"relu","from":["a"]}]}');
    if (!result.ok) throw new Error(result.problems[0]!.message);
    const { facts, problems } = analyze(result.value);
    expect(facts.get('a')?.outputs).toBeUndefined();
    expect(problems.map(({ where }) => where.node)).toContain('a');
  });
});
