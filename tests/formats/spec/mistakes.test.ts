import { describe, expect, it } from 'vitest';
import { inWords } from '../../../shared/base/messages.ts';
import type { Problem } from '../../../shared/base/problem.ts';
import { SPEC_VERSION } from '../../../shared/formats/spec/format.ts';
import { readSpec, readSpecObject } from '../../../shared/formats/spec/read.ts';
import { zh } from '../../../shared/languages/zh/index.ts';

function problemsOf(text: string): readonly Problem[] {
  const result = readSpec(text);
  return result.ok ? [] : result.problems;
}

/** The spec of one node, to put a mistake in. */
const nodeSpec = (node: string): string =>
  `{"netwright": 1, "nodes": [{ "id": "a", "kind": "input" },\n${node}]}`;

interface Mistake {
  readonly what: string;
  readonly text: string;
  /** [code, path, line] of every problem, in order. */
  readonly problems: readonly (readonly [code: string, path: string, line: number])[];
  /** Must stand in the message or hint of the first problem. */
  readonly says?: string;
}

const mistakes: readonly Mistake[] = [
  { what: 'no text', text: ' \n', problems: [['json-empty', 'undefined', 1]] },
  {
    what: 'a comment',
    text: '{\n  // mine\n  "netwright": 1, "nodes": [] }',
    problems: [['json-comment', 'undefined', 2]],
  },
  {
    what: 'a trailing comma',
    text: '{"netwright": 1,\n "nodes": [],\n}',
    problems: [
      ['json-syntax', 'undefined', 3],
      ['json-syntax', 'undefined', 3],
    ],
  },
  {
    what: 'a key twice',
    text: '{"netwright": 1, "nodes": [],\n"nodes": []}',
    problems: [['json-key-repeated', '$.nodes', 2]],
  },
  {
    what: 'preprocessing with a range and a deviation that are none',
    text: '{"netwright": 1, "nodes": [], "run": { "preprocessing":\n{ "range": "0-2",\n"std": [0.2, 0] } } }',
    problems: [
      ['parameter-invalid', '$.run.preprocessing.range', 2],
      ['parameter-invalid', '$.run.preprocessing.std', 3],
    ],
    says: '"0-255"',
  },
  {
    what: 'preprocessing with a key that nobody knows',
    text: '{"netwright": 1, "nodes": [], "run": { "preprocessing": { "means": [0] } } }',
    problems: [['parameter-unknown', '$.run.preprocessing.means', 1]],
    says: 'mean',
  },
  {
    what: 'a class without a name of text',
    text: '{"netwright": 1, "nodes": [], "run": { "classes": ["cat",\n7] } }',
    problems: [['wrong-type', '$.run.classes[1]', 2]],
  },
  {
    what: 'no classes',
    text: '{"netwright": 1, "nodes": [], "run": { "classes": [] } }',
    problems: [['wrong-type', '$.run.classes', 1]],
  },
  {
    what: 'a share that does not say which way',
    text: '{"netwright": 3, "nodes": [],\n"budget": { "macs": "5%",\n"memory": "12 MiBs" } }',
    problems: [
      ['share-without-sign', '$.budget.macs', 2],
      ['wrong-type', '$.budget.memory', 3],
    ],
    says: '"+5%"',
  },
  {
    what: 'a type of numbers that there is not',
    text: '{"netwright": 3, "nodes": [], "numbers": { "weights": "float61",\n"activation": "int8" }, "batch": 0 }',
    problems: [
      ['unknown-key', '$.numbers.activation', 2],
      ['number-type-unknown', '$.numbers.weights', 1],
      ['wrong-type', '$.batch', 2],
    ],
    says: '"activations"',
  },
  {
    what: 'weights of a node that is not there, or of the node itself',
    text: nodeSpec(
      '{ "id": "conv1", "kind": "conv2d" },\n{ "id": "conv2", "kind": "conv2d", "weights": "conv_1" },\n{ "id": "conv3", "kind": "conv2d", "weights": "conv3" }',
    ),
    problems: [
      ['weights-unknown', '$.nodes[2].weights', 3],
      ['weights-unknown', '$.nodes[3].weights', 4],
    ],
    says: '"conv1"',
  },
  {
    what: 'weights of the node itself',
    text: nodeSpec('{ "id": "conv3", "kind": "conv2d", "weights": "conv3" }'),
    problems: [['weights-unknown', '$.nodes[1].weights', 2]],
    says: 'its own',
  },
  {
    what: 'parameters of a block, and of half a number',
    text: '{"netwright": 3, "nodes": [{ "id": "a", "kind": "relu", "parameters": 0.5 },\n{ "id": "b", "kind": "residual", "parameters": 3 }]}',
    problems: [
      ['wrong-type', '$.nodes[0].parameters', 1],
      ['parameters-of-block', '$.nodes[1].parameters', 2],
    ],
  },
  {
    what: 'open axes where there are none, and without names',
    text: '{"netwright": 3, "nodes": [{ "id": "a", "kind": "input", "open": [null, ""] },\n{ "id": "b", "kind": "relu", "open": ["H"] }]}',
    problems: [
      ['wrong-type', '$.nodes[0].open', 1],
      ['open-not-input', '$.nodes[1].open', 2],
    ],
  },
  {
    what: 'rules of one’s own without what a rule needs',
    text: '{"netwright": 3, "nodes": [], "lint": { "own": [{ "id": "a", "message": "m" },\n{ "id": "a", "when": "x", "message": "m", "severity": "warn" },\n{ "id": "b", "when": "x", "message": "m", "select": { "kinds": "conv2d" }, "fix": { "param": "bias", "value": null } }] } }',
    problems: [
      ['key-missing', '$.lint.own[0]', 1],
      ['bad-severity', '$.lint.own[1].severity', 2],
      ['duplicate-id', '$.lint.own[1].id', 2],
      ['wrong-type', '$.lint.own[2].fix.value', 3],
      ['unknown-key', '$.lint.own[2].select.kinds', 3],
    ],
  },
  {
    what: 'too long an expression, and too many rules',
    text: `{"netwright": 3, "nodes": [], "lint": { "own": [{ "id": "a", "when": "${'1+'.repeat(1001)}", "message": "m" }] } }`,
    problems: [['wrong-type', '$.lint.own[0].when', 1]],
    says: '2000',
  },
  {
    what: 'more rules than anybody reads',
    text: `{"netwright": 3, "nodes": [], "lint": { "own": [${Array.from({ length: 201 }, (_, i) => `{ "id": "r${i}", "when": "x", "message": "m" }`).join(',')}] } }`,
    problems: [['wrong-type', '$.lint.own', 1]],
    says: '200',
  },
  {
    what: 'notes and frames without a place, a size and a colour',
    text: '{"netwright": 3, "nodes": [], "canvas": { "notes": [{ "at": [0, 0], "size": [0, 10], "text": "t" },\n{ "at": [0], "size": [1, 1] },\n{ "at": [0, 0], "size": [1, 1], "text": "t", "textSize": 1e9 }],\n"frames": [{ "at": [0, 0], "size": [1, 1], "colour": "yelow" }] } }',
    problems: [
      ['wrong-type', '$.canvas.notes[0].size', 1],
      ['key-missing', '$.canvas.notes[1]', 2],
      ['wrong-type', '$.canvas.notes[1].at', 2],
      ['wrong-type', '$.canvas.notes[2].textSize', 3],
      ['bad-colour', '$.canvas.frames[0].colour', 4],
    ],
  },
  {
    what: 'a block of a class without a name',
    text: '{"netwright": 3, "nodes": [], "blocks": { "b": { "nodes": [],\n"class": { "file": "resnet.py" } } } }',
    problems: [['key-missing', '$.blocks.b.class', 2]],
  },
  {
    what: 'blocks that are no object',
    text: '{"netwright": 3, "nodes": [], "blocks": 7 }',
    problems: [['wrong-type', '$.blocks', 1]],
  },
  {
    what: 'a block whose name is none',
    text: '{"netwright": 3, "nodes": [], "blocks": {\n"1st": { "nodes": [] } } }',
    problems: [['bad-block-name', '$.blocks["1st"]', 2]],
  },
  {
    what: 'a rule of one’s own whose name is none',
    text: '{"netwright": 3, "nodes": [], "lint": { "own": [{ "id": "A b",\n"when": "x", "message": "m" }] } }',
    problems: [['bad-rule-id', '$.lint.own[0].id', 1]],
  },
  { what: 'not an object', text: '[]', problems: [['wrong-type', '$', 1]] },
  { what: 'another JSON file', text: '{"name": "left-pad"}', problems: [['not-a-spec', '$', 1]] },
  {
    what: 'a newer version',
    text: `{"netwright": ${SPEC_VERSION + 1},\n"nodes": 7}`,
    problems: [['spec-too-new', '$.netwright', 1]],
    says: 'newer Netwright',
  },
  {
    what: 'a version that is none',
    text: '{"netwright": "1", "nodes": []}',
    problems: [['wrong-type', '$.netwright', 1]],
  },
  { what: 'no nodes', text: '{"netwright": 1}', problems: [['key-missing', '$', 1]] },
  {
    what: 'an unknown key',
    text: '{"netwright": 1, "nodes": [],\n"budgets": {}}',
    problems: [['unknown-key', '$.budgets', 2]],
    says: 'Did you mean "budget"?',
  },
  {
    what: 'an unknown layer',
    text: nodeSpec('{ "id": "b", "kind": "conv2" }'),
    problems: [['unknown-kind', '$.nodes[1].kind', 2]],
    says: 'Did you mean "conv2d"?',
  },
  {
    what: 'a kind that objects have',
    text: nodeSpec('{ "id": "b", "kind": "constructor" }'),
    problems: [['unknown-kind', '$.nodes[1].kind', 2]],
  },
  {
    what: 'no kind and no id',
    text: nodeSpec('{}'),
    problems: [
      ['key-missing', '$.nodes[1]', 2],
      ['key-missing', '$.nodes[1]', 2],
    ],
  },
  {
    what: 'an id twice',
    text: nodeSpec('{ "id": "a", "kind": "relu" }'),
    problems: [['duplicate-id', '$.nodes[1].id', 2]],
    says: 'nodes[0]',
  },
  ...['1a', 'a/b', 'a:b', '', '__proto__', 'constructor'].map(
    (id): Mistake => ({
      what: `the id ${JSON.stringify(id)}`,
      text: nodeSpec(`{ "id": ${JSON.stringify(id)}, "kind": "relu" }`),
      problems: [['bad-id', '$.nodes[1].id', 2]],
    }),
  ),
  {
    what: 'an unknown parameter',
    text: nodeSpec('{ "id": "b", "kind": "conv2d", "params": { "chanels": 3 } }'),
    problems: [['parameter-unknown', '$.nodes[1].params.chanels', 2]],
    says: 'Did you mean "channels"?',
  },
  {
    what: 'a parameter called __proto__',
    text: nodeSpec('{ "id": "b", "kind": "relu", "params": { "__proto__": 3 } }'),
    problems: [['parameter-unknown', '$.nodes[1].params.__proto__', 2]],
  },
  {
    what: 'several wrong values',
    text: nodeSpec(
      '{ "id": "b", "kind": "conv2d", "from": "a", "params": {\n"channels": 0,\n"kernel": [3],\n"padding": "full" } }',
    ),
    problems: [
      ['parameter-invalid', '$.nodes[1].params.channels', 3],
      ['parameter-invalid', '$.nodes[1].params.kernel', 4],
      ['parameter-invalid', '$.nodes[1].params.padding', 5],
    ],
  },
  {
    what: 'a wire from nowhere',
    text: nodeSpec('{ "id": "conv2", "kind": "relu", "from": "conv1" }'),
    problems: [['unknown-source', '$.nodes[1].from', 2]],
    says: 'Did you mean "conv2"?',
  },
  {
    what: 'a wire from a result',
    text: nodeSpec(
      '{ "id": "b", "kind": "output", "from": "a" },\n{ "id": "c", "kind": "relu", "from": "b" }',
    ),
    problems: [['no-output', '$.nodes[2].from', 3]],
  },
  {
    what: 'too many wires',
    text: nodeSpec('{ "id": "b", "kind": "relu", "from": ["a", "a"] }'),
    problems: [['no-such-port', '$.nodes[1].from[1]', 2]],
    says: 'only 1 input',
  },
  {
    what: 'a wire into an input',
    text: nodeSpec('{ "id": "b", "kind": "input", "from": "a" }'),
    problems: [['no-such-port', '$.nodes[1].from', 2]],
    says: 'no input',
  },
  {
    what: 'a wire twice',
    text: nodeSpec('{ "id": "b", "kind": "relu", "from": { "in": ["a", "a"] } }'),
    problems: [['duplicate-wire', '$.nodes[1].from.in[1]', 2]],
  },
  {
    what: 'a source that is a number',
    text: nodeSpec('{ "id": "b", "kind": "relu", "from": 3 }'),
    problems: [['wrong-type', '$.nodes[1].from', 2]],
  },
  {
    what: 'a null source outside a list',
    text: nodeSpec('{ "id": "b", "kind": "relu", "from": null }'),
    problems: [['wrong-type', '$.nodes[1].from', 2]],
  },
  {
    what: 'a bad bypass',
    text: nodeSpec('{ "id": "b", "kind": "relu", "bypass": 1 }'),
    problems: [['wrong-type', '$.nodes[1].bypass', 2]],
  },
  {
    what: 'a suppression without a reason',
    text: nodeSpec('{ "id": "b", "kind": "relu", "suppress": [{ "rule": "x" }] }'),
    problems: [['reason-missing', '$.nodes[1].suppress[0].reason', 2]],
  },
  {
    what: 'suppressions that are no list',
    text: nodeSpec('{ "id": "b", "kind": "relu", "suppress": "x" }'),
    problems: [['wrong-type', '$.nodes[1].suppress', 2]],
  },
  {
    what: 'a wrong limit',
    text: '{"netwright": 1, "nodes": [], "budget": {"macs": "5 apples", "memory": "1GiB"}}',
    problems: [['wrong-type', '$.budget.macs', 1]],
    says: '15.5G',
  },
  {
    what: 'a baseline without nodes',
    text: '{"netwright": 1, "nodes": [], "budget": {"baseline": {}}}',
    problems: [['key-missing', '$.budget.baseline', 1]],
  },
  {
    what: 'a mistake in the baseline',
    text: '{"netwright": 1, "nodes": [], "budget": {"baseline": {"nodes": [{"id": "a", "kind": "rellu"}]}}}',
    problems: [['unknown-kind', '$.budget.baseline.nodes[0].kind', 1]],
    says: 'relu',
  },
  {
    what: 'a wrong severity',
    text: '{"netwright": 1, "nodes": [], "lint": {"rules": {"x": "warn"}}}',
    problems: [['bad-severity', '$.lint.rules.x', 1]],
    says: 'Did you mean',
  },
  {
    what: 'a wrong position',
    text: '{"netwright": 1, "nodes": [], "layout": {"a b": [1]}}',
    problems: [['wrong-type', '$.layout["a b"]', 1]],
  },
  {
    what: 'a newer layer',
    text: '{"netwright": 1, "versions": {"conv2d": 99}, "nodes": []}',
    problems: [['layer-too-new', '$.versions.conv2d', 1]],
    says: 'newer Netwright',
  },
  {
    what: 'the version of no layer',
    text: '{"netwright": 1, "versions": {"conv": 1}, "nodes": []}',
    problems: [['unknown-kind', '$.versions.conv', 1]],
  },
];

describe('every mistake is told with its place', () => {
  it.each(mistakes)('$what', ({ text, problems, says }) => {
    const found = problemsOf(text);
    expect(found.map(({ code, where }) => [code, `${where.path}`, where.line])).toEqual(problems);
    for (const { message, hint, where } of found) {
      expect(message).toMatch(/[.?]$/);
      expect(hint.length).toBeGreaterThan(5);
      expect(where.column).toBeGreaterThan(0);
    }
    if (says !== undefined) expect(`${found[0]?.message} ${found[0]?.hint}`).toContain(says);
  });

  it.each(mistakes)(
    'in Chinese, without a word of English but what stands in the file: $what',
    ({ text }) => {
      const result = readSpec(text);
      const said = (result.ok ? [] : result.problems).map(({ told }) =>
        inWords(told.message, zh.phrases).replace(/"[^"]*"/g, ''),
      );
      expect(said.filter((message) => /\b(An?|The|What|at|of|or|for|with) [a-z]/.test(message))).toEqual([]);
    },
  );

  it.each(mistakes.filter(({ text }) => text.includes('"from"')))(
    'at the node that the wire should reach: $what',
    ({ text }) => {
      const { nodes } = JSON.parse(text) as { readonly nodes: readonly { readonly id: string }[] };
      const wired = problemsOf(text).filter(
        ({ code, where }) => code !== 'wrong-type' && `${where.path}`.includes('.from'),
      );
      for (const { where } of wired) {
        const [, place] = /^\$\.nodes\[(\d+)\]/.exec(`${where.path}`)!;
        expect(where.node).toBe(nodes[Number(place)]!.id);
      }
    },
  );

  it('points at the value, not only at its line', () => {
    const text = '{"netwright": 1, "nodes": [{"id": "a", "kind": "conv9d"}]}';
    const [problem] = problemsOf(text);
    expect(text.slice((problem?.where.column ?? 0) - 1)).toMatch(/^"conv9d"/);
  });
});

/** What stands in the text where a problem is told. */
const pointedAt = (text: string): readonly string[] =>
  problemsOf(text).map(({ where: { line, column } }) =>
    text
      .split('\n')
      [line! - 1]!.slice(column! - 1)
      .replace(/[,}\s].*/s, ''),
  );

describe('places', () => {
  it.each([
    ['keys that are written with escapes', '{"netwright":1,"nodes":[],"\\u0078":1,"x\\"y":2}', ['1', '2']],
    ['a key that holds what ends one', '{"netwright":1,"nodes":[],"a\\":":3,"a":4}', ['3', '4']],
    ['a prototype', '{"netwright":1,"nodes":[],"__proto__":5}', ['5']],
    ['values behind lists in lists', '{"netwright":1,"nodes":[],"x":[[1,[2]],[3]],"y":6}', ['[[1', '6']],
    [
      'values before those that were told last',
      '{"netwright":1,"nodes":[{"id":"a","kind":7,"state":1},{"id":"a","kind":8}]}',
      ['7', '1', '"a"', '8'],
    ],
  ])('are found of %s', (_, text, found) => {
    expect([...pointedAt(text)].sort()).toEqual([...found].sort());
  });
});

describe('hostile files', () => {
  it('refuses what is too large before it is parsed', () => {
    expect(
      problemsOf(`{"netwright": 1, "notes": "${'x'.repeat(17 * 1024 * 1024)}"`).map(({ code }) => code),
    ).toEqual(['file-too-large']);
  });

  it.each([
    ['lists', '['.repeat(100_000)],
    ['objects', '{"a":'.repeat(100_000)],
    ['lists after quotes and escapes', `{"a\\"[[": ${'['.repeat(65)}`],
  ])('refuses deeply nested %s', (_, text) => {
    expect(problemsOf(text).map(({ code }) => code)).toEqual(['json-too-deep']);
  });

  it('refuses more values than any design has', () => {
    expect(
      problemsOf(`{"netwright": 1, "nodes": [${'{},'.repeat(2_000_000)}{}]}`).map(({ code }) => code),
    ).toEqual(['json-too-many-values']);
  });

  it('counts lists that hold nothing but lists', () => {
    const text = `{"netwright": 1, "nodes": [${`${'['.repeat(50)}${']'.repeat(50)},`.repeat(50_000)}0]}`;
    expect(problemsOf(text).map(({ code }) => code)).toEqual(['json-too-many-values']);
  });

  it('takes brackets inside strings for text', () => {
    expect(problemsOf(`{"netwright": 1, "nodes": [], "notes": "${'['.repeat(500)}"}`)).toEqual([]);
  });

  it('does not trip over a long open string full of escapes', () => {
    expect(problemsOf(`"${'\\"'.repeat(500_000)}`).map(({ code }) => code)).toContain('json-syntax');
  });

  it('leaves prototypes alone', () => {
    const result = readSpec(
      '{"netwright": 1, "nodes": [], "__proto__": {"polluted": 1}, "layout": {"__proto__": [1, 2]}}',
    );
    expect(result.ok).toBe(false);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('takes apart objects only as JSON', () => {
    const cycle: Record<string, unknown> = { netwright: 1 };
    cycle.nodes = cycle;
    const result = readSpecObject(cycle);
    expect(result.ok ? [] : result.problems.map(({ code }) => code)).toEqual(['not-json']);
    const wrong = readSpecObject({ netwright: 1, nodes: [{}] });
    expect(wrong.ok ? [] : wrong.problems[0]?.where).toEqual({ path: '$.nodes[0]' });
  });
});
