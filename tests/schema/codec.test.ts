import Ajv from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isIssue, MOST_LISTED } from '../../shared/base/problem.ts';
import {
  formatParam,
  type Json,
  jsonSchemaOf,
  readParam,
  readParams,
  writeParam,
  writeParams,
} from '../../shared/schema/codec.ts';
import { namesWithRole, type Param, type ParamKind, param } from '../../shared/schema/params.ts';
import { anyParam, smallParam } from './arbitraries.ts';

const about = { title: 'Thing', doc: 'A thing.' };

/** One or more parameters of every kind. */
const examples = {
  int: [param.int({ ...about, default: 3 }), param.int({ ...about, default: -1, min: -8, max: 8 })],
  float: [param.float({ ...about, default: 0.5, min: 0, max: 1 }), param.float({ ...about, default: 0 })],
  flag: [param.flag({ ...about, default: true })],
  choice: [
    param.choice({
      ...about,
      default: 'a',
      options: [
        { value: 'a', title: 'first' },
        { value: 'b', title: 'second' },
      ],
    }),
  ],
  pair: [param.pair({ ...about, default: 3 }), param.pair({ ...about, default: [0, 1], min: 0, max: 7 })],
  padding: [
    param.padding({ ...about, default: 1 }),
    param.padding({ ...about, default: 0, allowSame: false }),
  ],
  dims: [param.dims({ ...about, default: [3, 224, 224] })],
  ints: [
    param.ints({ ...about, default: [] }),
    param.ints({ ...about, default: [2, 3], min: -8, max: 7, maxLength: 8 }),
  ],
  floats: [param.floats({ ...about, default: [2, 2], maxLength: 4 })],
  text: [param.text({ ...about, default: '', maxLength: 20 })],
} as const satisfies { readonly [K in ParamKind]: readonly Extract<Param, { kind: K }>[] };

const all: readonly (readonly [string, Param])[] = Object.entries(examples).flatMap(([kind, list]) =>
  list.map((p, i) => [`${kind} ${i}`, p] as const),
);

describe.each(all)('%s', (_, p) => {
  test('every value survives JSON', () => {
    fc.assert(
      fc.property(fc.oneof(anyParam(p), smallParam(p)), (value) => {
        const json = JSON.parse(JSON.stringify(writeParam(p, value))) as Json;
        expect(readParam('thing', p, json)).toEqual(value);
      }),
      { seed: 1 },
    );
  });

  test('the JSON Schema accepts exactly what is read', () => {
    const accepts = new Ajv({ strict: true }).compile(jsonSchemaOf(p));
    const numbers = fc.oneof(
      fc.integer({ min: -10, max: 10 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    const values = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      numbers,
      fc.array(numbers, { maxLength: 5 }),
      fc.array(fc.integer({ min: -1, max: 9 }), { maxLength: 5 }),
      fc.constantFrom('same', 'a', 'b', 'c', true, null),
      anyParam(p).map((value) => writeParam(p, value)),
    ) as fc.Arbitrary<Json>;
    const verdicts = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(values, (json) => {
        const read = readParam('thing', p, json);
        const refused = typeof read === 'object' && isIssue(read);
        expect(refused).toBe(!accepts(json));
        verdicts[refused ? 'refused' : 'accepted'] += 1;
      }),
      { seed: 2, numRuns: 500 },
    );
    expect(Math.min(verdicts.accepted, verdicts.refused)).toBeGreaterThan(20);
  });

  test('a wrong value is told with what, why and what to do', () => {
    const read = readParam('thing', p, { nested: true });
    if (typeof read !== 'object' || !isIssue(read)) throw new Error('accepted an object');
    expect(read.code).toBe('parameter-invalid');
    expect(read.param).toBe('thing');
    expect(read.message).toMatch(/^Thing must be .+, got \{"nested":true\}\.$/);
    expect(read.hint).toContain('Set "thing" to');
  });
});

test.each<[string, Param, Json, string]>([
  ['equal sides are one number', examples.pair[0], [3, 3], '3'],
  ['unequal sides stay', examples.pair[0], [3, 5], '[3,5]'],
  ['padding on all sides', examples.padding[0], [1, 1, 1, 1], '1'],
  ['padding by axis', examples.padding[0], [1, 2, 1, 2], '[1,2]'],
  ['padding by side', examples.padding[0], [0, 0, 1, 1], '[0,0,1,1]'],
  ['padding that keeps the size', examples.padding[0], 'same', '"same"'],
])('short form: %s', (_, p, value, short) => {
  const read = readParam('thing', p, value);
  if (typeof read === 'object' && isIssue(read)) throw new Error(read.message);
  expect(JSON.stringify(writeParam(p, read))).toBe(short);
});

test.each<[Param, Json, string]>([
  [examples.pair[0], 3, '3×3'],
  [examples.pair[0], [1, 7], '1×7'],
  [examples.padding[0], 1, '1'],
  [examples.padding[0], [1, 2], '1,2,1,2'],
  [examples.padding[0], 'same', 'same'],
  [examples.flag[0], true, 'yes'],
  [examples.choice[0], 'b', 'second'],
  [examples.dims[0], [3, 224, 224], '3×224×224'],
  [examples.ints[1], [2, 3], '2,3'],
])('%o %o reads as %s on a node', (p, json, text) => {
  const value = readParam('thing', p, json);
  if (typeof value === 'object' && isIssue(value)) throw new Error(value.message);
  expect(formatParam(p, value)).toBe(text);
});

test('a parameter object: defaults fill in, unknown names and wrong values are told, the rest is kept', () => {
  const params = { kernel: examples.pair[0], bias: examples.flag[0] };
  const { values, issues } = readParams(params, { kernel: 5, bais: false, bias: 'no' });
  expect(values).toEqual({ kernel: [5, 5], bias: true });
  expect(issues.map(({ code, param: name }) => [code, name])).toEqual([
    ['parameter-invalid', 'bias'],
    ['parameter-unknown', 'bais'],
  ]);
  expect(writeParams(params, values)).toEqual({ kernel: 5 });
});

test.each<[string, Param, Json, Json]>([
  ['whole numbers', examples.ints[1], Array(8).fill(7), Array(9).fill(7)],
  ['numbers', examples.floats[0], Array(4).fill(0.5), Array(5).fill(0.5)],
  ['letters', examples.text[0], 'x'.repeat(20), 'x'.repeat(21)],
])('as many %s as there may be, and not one more', (_, p, most, more) => {
  expect(readParam('thing', p, most)).toEqual(most);
  expect(readParam('thing', p, more)).toMatchObject({ code: 'parameter-invalid' });
});

test('of more unknown names than anybody lists all are counted, and the last told stands for the rest', () => {
  const names = Array.from({ length: MOST_LISTED + 3 }, (_, i) => `n${i}`);
  const { issues } = readParams({}, Object.fromEntries(names.map((name) => [name, 0])));
  expect(issues).toHaveLength(MOST_LISTED + 3);
  expect(new Set(issues).size).toBe(MOST_LISTED + 1);
});

test('parameters are found by what they are for', () => {
  const width = param.int({ ...about, default: 3, role: 'width' });
  const params = { a: width, b: examples.int[0], c: width, d: { ...width, role: 'groups' as const } };
  expect(namesWithRole(params, 'width')).toEqual(['a', 'c']);
  expect(namesWithRole(params, 'kernel')).toEqual([]);
});

test('names of Object.prototype are no parameters', () => {
  const { issues } = readParams({}, JSON.parse('{"__proto__": 1, "constructor": 2}') as Record<string, Json>);
  expect(issues.map(({ param: name }) => name)).toEqual(['__proto__', 'constructor']);
});

test('an unknown parameter is told with those that there are', () => {
  const hint = (params: Parameters<typeof readParams>[0]) => readParams(params, { other: 1 }).issues[0]!.hint;
  expect(hint({ kernel: examples.pair[0], bias: examples.flag[0] })).toBe(
    'Remove it, or use one of: kernel, bias.',
  );
  expect(hint({})).toBe('Remove it, or use one of: none.');
});
