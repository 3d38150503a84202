import { describe, expect, it } from 'vitest';
import { formatPath, pathOf } from '../../../shared/formats/spec/path.ts';
import { parseLimit } from '../../../shared/formats/spec/quantity.ts';
import { readSpec, readSpecObject } from '../../../shared/formats/spec/read.ts';
import { targetOf } from '../../../shared/formats/spec/target.ts';
import { writeSpec } from '../../../shared/formats/spec/write.ts';
import { type Design, emptyDesign } from '../../../shared/graph/design.ts';

/** Every key that docs/spec.md has, written by hand in canonical form. */
const everyKey = `{
  "$schema": "https://netwright.dev/schema/spec-3.json",
  "netwright": 3,
  "name": "Every key",
  "nodes": [
    { "id": "input", "kind": "input", "open": [null, "height", "width"] },
    { "id": "attention", "kind": "layerNorm", "from": "input", "state": { "keys": { "weight": "attn.scale" }, "shape": [2, 3], "also": ["a.b", "c"], "absent": ["bias"] } },
    { "id": "left", "kind": "conv2d", "from": "input", "parameters": 12 },
    { "id": "right", "kind": "conv2d", "from": "input", "weights": "left" },
    { "id": "table", "kind": "constant", "state": { "persistent": false } },
    { "id": "stage", "kind": "userBlock", "from": "left", "params": { "block": "stage" } }
  ],
  "blocks": {
    "stage": {
      "class": { "name": "Stage", "file": "net.py", "doc": "One stage.", "arguments": { "width": 64, "mode": "same", "bias": false, "sizes": [1, 2.5, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16] } },
      "nodes": [
        { "id": "in", "kind": "input" },
        { "id": "out", "kind": "output", "from": "in" }
      ],
      "layout": {
        "in": [0, 0]
      },
      "canvas": {
        "frames": [
          { "at": [0, 0], "size": [10, 20] }
        ]
      }
    }
  },
  "numbers": { "weights": "int8", "activations": "float16" },
  "batch": 8,
  "budget": {
    "macs": 15500000000,
    "time": 20,
    "baseline": {
      "name": "Before",
      "nodes": [
        { "id": "input", "kind": "input" }
      ],
      "numbers": { "weights": "bfloat16" },
      "batch": 2
    }
  },
  "lint": {
    "rules": {
      "a-rule": "off",
      "b-rule": { "options": { "sizes": [1, 2] } },
      "c-rule": "error"
    },
    "own": [
      { "id": "wide-enough", "select": { "kind": "conv*", "name": ["a", "b"] }, "when": "channels < 8", "message": "Too narrow.", "severity": "info", "fix": { "param": "channels", "value": 8 } }
    ]
  },
  "run": {
    "preprocessing": { "range": "0-255" },
    "classes": ["cat", "dog"]
  },
  "notes": "Why.",
  "layout": {
    "input": [0, 0]
  },
  "canvas": {
    "notes": [
      { "at": [1, 2], "size": [3, 4], "text": "t" },
      { "at": [1, 2], "size": [3, 4], "text": "u", "textSize": 24, "colour": "blue" }
    ],
    "frames": [
      { "at": [5, 6], "size": [7, 8], "title": "Stem", "colour": "red" }
    ]
  }
}
`;

function read(text: string): Design {
  const result = readSpec(text);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.value;
}

describe('every key of a spec', () => {
  it('is written as it was read', () => {
    expect(writeSpec(read(everyKey))).toBe(everyKey);
  });

  it('means what the page of the format says', () => {
    const design = read(everyKey);
    expect(design.nodes.input?.open).toEqual([null, 'height', 'width']);
    expect(design.nodes.attention?.state).toEqual({
      keys: { weight: 'attn.scale' },
      shape: [2, 3],
      also: ['a.b', 'c'],
      absent: ['bias'],
    });
    expect(design.nodes.table?.state).toEqual({ persistent: false });
    expect(design.nodes.right).toMatchObject({ weights: 'left' });
    expect(design.nodes.left).toMatchObject({ parameters: 12 });
    expect(design.blocks.stage?.class?.arguments).toMatchObject({ width: 64, mode: 'same', bias: false });
    expect(design.budget.limits).toEqual({
      macs: { kind: 'absolute', max: 15.5e9 },
      time: { kind: 'absolute', max: 20 },
    });
    expect(design.budget.baseline).toMatchObject({
      numbers: { weights: 'bfloat16', activations: 'float32' },
      batch: 2,
    });
    expect(design.lint.own?.[0]).toEqual({
      id: 'wide-enough',
      select: { kind: 'conv*', name: ['a', 'b'] },
      when: 'channels < 8',
      message: 'Too narrow.',
      severity: 'info',
      fix: { param: 'channels', value: 8 },
    });
    expect(design.run.preprocessing).toMatchObject({ range: '0-255', order: 'rgb' });
    expect(design.canvas.frames[0]).toEqual({
      at: { x: 5, y: 6 },
      size: { width: 7, height: 8 },
      title: 'Stem',
      colour: 'red',
    });
  });

  it('has rules in the order of their names, and ports that no layer has in the order of theirs', () => {
    const severity = 'off' as const;
    const relu = read('{"netwright": 3, "nodes": [{ "id": "a", "kind": "relu" }]}').nodes.a!;
    const ports = ['y', 'z', 'x'].map((port) => [
      `a:out>b:${port}`,
      { from: { node: 'a', port: 'out' }, to: { node: 'b', port } },
    ]);
    const text = writeSpec({
      ...emptyDesign,
      nodes: { a: relu, b: relu },
      wires: Object.fromEntries(ports),
      lint: { preset: 'recommended', rules: { b: { severity }, c: { severity }, a: { severity } } },
    });
    expect(text).toContain('"from": { "x": "a", "y": "a", "z": "a" }');
    expect(text.replace(/\s+/g, ' ')).toContain('{ "a": "off", "b": "off", "c": "off" }');
  });

  it('takes one sample for a batch, and a number in quotes for a limit', () => {
    const design = read('{"netwright": 3, "nodes": [], "batch": 1, "budget": { "params": "138000000" } }');
    expect(design.batch).toBe(1);
    expect(design.budget.limits).toEqual({ params: { kind: 'absolute', max: 138e6 } });
  });
});

describe('what a key may not hold', () => {
  const node = (rest: string) => `{"netwright": 3, "nodes": [{ "id": "a", "kind": "relu", ${rest} }]}`;
  const inClass = (rest: string) =>
    `{"netwright": 3, "nodes": [], "blocks": { "b": { "nodes": [], "class": { "name": "B", "arguments": ${rest} } } } }`;
  const own = (rest: string) =>
    `{"netwright": 3, "nodes": [], "lint": { "own": [{ "id": "r", "when": "x", "message": "m", ${rest} }] } }`;
  const names = (count: number) => JSON.stringify(Array.from({ length: count }, (_, i) => `n${i}`));
  it.each<readonly [what: string, text: string, problems: readonly (readonly [string, string])[]]>([
    ['a state that is a list', node('"state": []'), [['wrong-type', '$.nodes[0].state']]],
    [
      'a key with a space in it',
      node('"state": { "keys": { "weight": "a b" } }'),
      [['wrong-type', '$.nodes[0].state.keys']],
    ],
    [
      'an extent of nothing, of half and of text',
      node('"state": { "shape": [0] }').replace(
        ']}',
        ', { "id": "b", "kind": "relu", "state": { "shape": [1.5] } }, { "id": "c", "kind": "relu", "state": { "shape": ["3"] } }]}',
      ),
      [
        ['wrong-type', '$.nodes[0].state.shape'],
        ['wrong-type', '$.nodes[1].state.shape'],
        ['wrong-type', '$.nodes[2].state.shape'],
      ],
    ],
    ['65 other names', node(`"state": { "also": ${names(65)} }`), [['wrong-type', '$.nodes[0].state.also']]],
    [
      'a persistence of its own',
      node('"state": { "persistent": true }'),
      [['wrong-type', '$.nodes[0].state.persistent']],
    ],
    ['arguments that are a list', inClass('[1]'), [['wrong-type', '$.blocks.b.class.arguments']]],
    ['an argument that is an object', inClass('{ "a": {} }'), [['wrong-type', '$.blocks.b.class.arguments']]],
    [
      'an argument of 201 letters',
      inClass(`{ "a": "${'x'.repeat(201)}" }`),
      [['wrong-type', '$.blocks.b.class.arguments']],
    ],
    [
      'an argument of 17 numbers',
      inClass(`{ "a": [${'1,'.repeat(16)}1] }`),
      [['wrong-type', '$.blocks.b.class.arguments']],
    ],
    [
      '65 arguments',
      inClass(JSON.stringify(Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`a${i}`, i])))),
      [['wrong-type', '$.blocks.b.class.arguments']],
    ],
    [
      'a layer that there is not, in a block',
      '{"netwright": 3, "nodes": [], "blocks": { "b": { "nodes": [{ "id": "a", "kind": "rellu" }] } } }',
      [['unknown-kind', '$.blocks.b.nodes[0].kind']],
    ],
    [
      'a block that there is not',
      '{"netwright": 3, "nodes": [{ "id": "a", "kind": "userBlock", "params": { "block": "b" } }]}',
      [['block-unknown', '$.nodes[0].params.block']],
    ],
    [
      'weights of nobody, at a node without an id: told once',
      '{"netwright": 3, "nodes": [{ "kind": "relu", "weights": "b" }]}',
      [['key-missing', '$.nodes[0]']],
    ],
    [
      'a kind in a list, at a node that says how many parameters it has',
      '{"netwright": 3, "nodes": [{ "id": "a", "kind": ["residual"], "parameters": 3 }]}',
      [['wrong-type', '$.nodes[0].kind']],
    ],
    [
      'an empty pattern',
      own('"select": { "kind": ["", "a"] }'),
      [['wrong-type', '$.lint.own[0].select.kind']],
    ],
    ['no pattern', own('"select": { "kind": [] }'), [['wrong-type', '$.lint.own[0].select.kind']]],
    [
      '101 patterns',
      own(`"select": { "kind": ${names(101)} }`),
      [['wrong-type', '$.lint.own[0].select.kind']],
    ],
    [
      'a fix of nothing',
      own('"fix": { "param": "", "value": 1 }'),
      [['wrong-type', '$.lint.own[0].fix.param']],
    ],
    [
      'a fix of a parameter of 201 letters',
      own(`"fix": { "param": "${'p'.repeat(201)}", "value": 1 }`),
      [['wrong-type', '$.lint.own[0].fix.param']],
    ],
    ['a fix without a value', own('"fix": { "param": "p" }'), [['wrong-type', '$.lint.own[0].fix.value']]],
    [
      'the id of a rule in capitals',
      '{"netwright": 3, "nodes": [], "lint": { "rules": { "A": "off" } } }',
      [['bad-rule-id', '$.lint.rules.A']],
    ],
    [
      'options that are a number',
      '{"netwright": 3, "nodes": [], "lint": { "rules": { "a": { "options": 3 } } } }',
      [['wrong-type', '$.lint.rules.a.options']],
    ],
    [
      'a limit without an end, and one below nothing',
      '{"netwright": 3, "nodes": [], "budget": { "macs": 1e999, "params": -1 } }',
      [
        ['wrong-type', '$.budget.macs'],
        ['wrong-type', '$.budget.params'],
      ],
    ],
    [
      'a limit of a list',
      '{"netwright": 3, "nodes": [], "budget": { "macs": [5] } }',
      [['wrong-type', '$.budget.macs']],
    ],
    [
      'half a batch of the baseline',
      '{"netwright": 3, "nodes": [], "budget": { "baseline": { "nodes": [], "batch": 1.5 } } }',
      [['wrong-type', '$.budget.baseline.batch']],
    ],
    [
      'a source with a port that none can be called',
      '{"netwright": 3, "nodes": [{ "id": "a", "kind": "input" }, { "id": "b", "kind": "relu", "from": "a:1" }]}',
      [['bad-port', '$.nodes[1].from']],
    ],
  ])('%s', (_, text, expected) => {
    const result = readSpec(text);
    const problems = result.ok ? [] : result.problems;
    expect(problems.map(({ code, where }) => [code, where.path])).toEqual(expected);
    for (const { message } of problems) expect(message).not.toMatch(/\{\{|undefined/);
  });

  it('refuses an object that goes too deep, without a line, for it has none', () => {
    let nested: unknown = [];
    for (let i = 0; i < 100; i++) nested = [nested];
    const result = readSpecObject({ netwright: 3, nodes: [], notes: nested });
    expect(result.ok ? [] : result.problems.map(({ code, where }) => [code, where.line])).toEqual([
      ['json-too-deep', undefined],
    ]);
  });
});

describe('what specs and commands write alike', () => {
  it('is a place in a file', () => {
    const path = ['lint', 'rules', 'a-b', 'options', 3, 'a "b"'];
    expect(pathOf('$.lint.rules["a-b"].options[3]["a \\"b\\""]')).toEqual(path);
    expect(pathOf(formatPath(path))).toEqual(path);
  });

  it('is a time, kept to the nanosecond', () => {
    expect(parseLimit('20ms', 'time')).toEqual({ kind: 'absolute', max: 20 });
    expect(parseLimit('1.5s', 'time')).toEqual({ kind: 'absolute', max: 1500 });
    expect(parseLimit('800us', 'time')).toEqual({ kind: 'absolute', max: 0.8 });
  });

  it('is what a device has room for', () => {
    expect(targetOf(' 256KiB, 1MiB ', [])).toEqual({
      name: '256KiB, 1MiB',
      memoryBytes: 262_144,
      storageBytes: 1_048_576,
    });
    expect(targetOf('256KiB', [])).toBeUndefined();
    const known = { name: 'Board', memoryBytes: 1, storageBytes: 2 };
    expect(targetOf('board', [known])).toBe(known);
  });
});
