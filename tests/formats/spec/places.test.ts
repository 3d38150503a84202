import { describe, expect, it } from 'vitest';
import { parseJsonSource } from '../../../shared/formats/spec/json-source.ts';
import { readSpec } from '../../../shared/formats/spec/read.ts';
import { writeSpec } from '../../../shared/formats/spec/write.ts';
import { emptyDesign } from '../../../shared/graph/design.ts';

function located(text: string, ...paths: readonly (readonly (string | number)[])[]) {
  const source = parseJsonSource(text);
  if (!source.ok) throw new Error(source.problems[0]!.message);
  return paths.map((path) => {
    const { line, column } = source.value.locate(path);
    return [line, column];
  });
}

describe('the place of a value', () => {
  it('is where it begins, or where the innermost value around it does', () => {
    const text = '{ "nodes": [\n  1,\n  [2, 3],\n  { "a": 4 }],\n  "last": 5 }';
    expect(
      located(
        text,
        ...[['nodes', 0], ['nodes', 1, 1], ['nodes', 2, 'a'], ['last'], []],
        // What is not there, behind the end of a list, and inside of a number.
        ...[['nodes', 3], ['nodes', 99], ['nodes', 1, 2], ['nodes', 2, 'b'], ['other'], ['nodes', 0, 0]],
        ['nodes', 'a'],
        ['last', 0],
      ),
    ).toEqual([
      ...[
        [2, 3],
        [3, 7],
        [4, 10],
        [5, 11],
        [1, 1],
      ],
      ...[
        [1, 12],
        [1, 12],
        [3, 3],
        [4, 3],
        [1, 1],
        [2, 3],
      ],
      [1, 12],
      [5, 11],
    ]);
  });

  it('is found behind thousands of others, in any order of asking', () => {
    const items = Array.from({ length: 2000 }, (_, i) => `{ "v": ${i} }`);
    const text = `[\n${items.join(',\n')}\n]`;
    const asked = [1999, 0, 700, 699, 701, 1999];
    expect(located(text, ...asked.map((i) => [i, 'v']))).toEqual(asked.map((i) => [i + 2, 8]));
  });

  it('of a key is found with its escapes', () => {
    const text = '{ "a\\"b": 1,\n "\\u0063": 2,\n "c\\\\": 3, "__proto__": 4 }';
    expect(located(text, ['a"b'], ['c'], ['c\\'], ['__proto__'])).toEqual([
      [1, 11],
      [2, 12],
      [3, 9],
      [3, 25],
    ]);
  });
});

describe('what is read of nodes', () => {
  const told = (node: string) => {
    const read = readSpec(`{"netwright": 3, "nodes": [{ "id": "a", "kind": "input" },\n${node}]}`);
    return read.ok ? [] : read.problems.map(({ code, where, message }) => [code, where.path, message]);
  };
  const conv = (more: string) => told(`{ "id": "b", "kind": "conv2d", "from": "a", ${more} }`);

  it.each([
    ['"open": 5', 'open'],
    ['"open": "height"', 'open'],
    ['"open": [1]', 'open'],
    ['"open": [""]', 'open'],
  ])('axes that are %s are refused', (open) => {
    const found = told(`{ "id": "b", "kind": "input", ${open} }`);
    expect(found.map(([code, path]) => [code, path])).toEqual([['wrong-type', '$.nodes[1].open']]);
  });

  it('a rule to silence has a name that rules have', () => {
    const silence = (rule: string) => conv(`"suppress": [{ "rule": ${rule}, "reason": "why" }]`);
    expect(silence('"vgg-conv-3x3"')).toEqual([]);
    for (const rule of ['"No such"', '5', '""'])
      expect(silence(rule).map(([code, path]) => [code, path])).toEqual([
        ['bad-rule-id', '$.nodes[1].suppress[0].rule'],
      ]);
  });

  it('numbers of parameters are whole', () => {
    expect(conv('"parameters": 0')).toEqual([]);
    for (const number of ['-1', '1.5', '"5"', 'true', '1e20', 'null'])
      expect(conv(`"parameters": ${number}`).map(([code]) => code)).toEqual(['wrong-type']);
  });

  it('wires beyond the inputs that there are, are told with their number', () => {
    const wired = (kind: string, from: string) =>
      told(`{ "id": "b", "kind": "${kind}", "from": ${from} }`).map(([code, , message]) => [code, message]);
    expect(wired('relu', '["a", "a"]')).toEqual([['no-such-port', 'ReLU "b" has only 1 input.']]);
    expect(wired('power', '["a", "a", "a"]')).toEqual([['no-such-port', 'Power "b" has only 2 inputs.']]);
    expect(wired('constant', '["a"]')).toEqual([['no-such-port', 'Constant "b" has no input.']]);
  });
});

describe('what is written of rules', () => {
  const rule = { id: 'r', select: {}, when: 'macs > 1', message: 'Much.' } as const;
  const written = (severity: 'warning' | 'error') =>
    writeSpec({ ...emptyDesign, lint: { preset: 'recommended', rules: {}, own: [{ ...rule, severity }] } })
      .split('\n')
      .find((line) => line.includes('"id": "r"'));

  it('has a severity where it is not the usual one', () => {
    expect(written('warning')?.trim()).toBe('{ "id": "r", "when": "macs > 1", "message": "Much." }');
    expect(written('error')?.trim()).toBe(
      '{ "id": "r", "when": "macs > 1", "message": "Much.", "severity": "error" }',
    );
  });
});
