import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SPEC_VERSION } from '../../../shared/formats/spec/format.ts';
import { specJsonSchema } from '../../../shared/formats/spec/json-schema.ts';
import { readSpec, readSpecObject } from '../../../shared/formats/spec/read.ts';
import { writeSpec } from '../../../shared/formats/spec/write.ts';
import type { Json } from '../../../shared/schema/codec.ts';
import { zoo } from '../../../shared/zoo/index.ts';
import { thoroughness } from '../../thorough.ts';
import { randomDesign } from './random-design.ts';

const ajv = new Ajv2020({ strict: true, allErrors: false, allowUnionTypes: true });
const accepts = ajv.compile(specJsonSchema());

/** What a schema cannot say: uniqueness, references between nodes, and how ports go with kinds. */
const beyondSchema = new Set([
  'duplicate-id',
  'duplicate-wire',
  'weights-unknown',
  'unknown-source',
  'no-output',
  'no-such-port',
  'ports-need-names',
  'block-unknown',
  'block-recursive',
  'block-too-deep',
]);

/** Values to put in the place of others: near misses as well as nonsense. */
const strange: fc.Arbitrary<Json> = fc.constantFrom<Json>(
  null,
  true,
  false,
  0,
  1,
  -1,
  0.5,
  3,
  1e9,
  '',
  ' ',
  'same',
  'a',
  'off',
  '5%',
  '+5%',
  '±5%',
  'int8',
  'yellow',
  'conv2d',
  'in',
  'a:out',
  [],
  [1],
  [1, 2],
  [1, 2, 3, 4],
  ['a'],
  [null],
  {},
  { in: 'a' },
  { in: ['a', 3] },
  { severity: 'off' },
  { x: 1 },
);

type Place = { readonly parent: Json[] | Record<string, Json>; readonly key: string | number };

function placesIn(json: Json): readonly Place[] {
  if (typeof json !== 'object' || json === null) return [];
  const parent = json as Json[] | Record<string, Json>;
  const keys = Array.isArray(parent) ? [...parent.keys()] : Object.keys(parent);
  return keys.flatMap((key): readonly Place[] => [
    { parent, key },
    ...placesIn((parent as Record<string | number, Json>)[key]!),
  ]);
}

/** Changes, removes or adds one value somewhere. */
function mutate(json: Json, pick: number, value: Json, how: 'set' | 'remove' | 'add'): Json {
  const copy = structuredClone(json) as Json;
  const places = placesIn(copy);
  const { parent, key } = places[pick % places.length]!;
  if (how === 'remove' && !Array.isArray(parent)) delete parent[key];
  else if (how === 'add' && !Array.isArray(parent)) parent.extra = value;
  else (parent as Record<string | number, Json>)[key] = value;
  return copy;
}

const mutated = fc
  .tuple(
    randomDesign,
    fc.array(
      fc.tuple(fc.nat(), strange, fc.constantFrom('set' as const, 'remove' as const, 'add' as const)),
      {
        minLength: 1,
        maxLength: 2,
      },
    ),
  )
  .map(([design, changes]) =>
    changes.reduce(
      (json, [pick, value, how]) => mutate(json, pick, value, how),
      JSON.parse(writeSpec(design)) as Json,
    ),
  );

const isOlder = (json: Json): boolean =>
  typeof json === 'object' &&
  json !== null &&
  'netwright' in json &&
  typeof json.netwright === 'number' &&
  json.netwright < SPEC_VERSION;

describe('the published schema', () => {
  it('accepts every spec that we write', () => {
    fc.assert(
      fc.property(randomDesign, (design) => {
        const valid = accepts(JSON.parse(writeSpec(design)));
        expect(accepts.errors ?? []).toEqual([]);
        expect(valid).toBe(true);
      }),
      { numRuns: 60, seed: 20242 },
    );
  });

  it.each(zoo.map((entry) => ({ id: entry.id, entry })))(
    'accepts $id, which reads back as it was',
    ({ entry }) => {
      const design = entry.build();
      const text = writeSpec(design);
      accepts(JSON.parse(text));
      expect(accepts.errors ?? []).toEqual([]);
      expect(readSpec(text)).toEqual({ ok: true, value: design });
    },
  );

  it('agrees with the reader on changed specs, as far as a schema can', () => {
    let refused = 0;
    fc.assert(
      fc.property(mutated, (json) => {
        // What an older version holds is read all the same; the schema is of this one.
        fc.pre(!isOlder(json));
        const result = readSpecObject(json as object);
        const problems = result.ok ? [] : result.problems.filter(({ code }) => !beyondSchema.has(code));
        const valid = accepts(json);
        if (!valid) refused += 1;
        expect({ json: JSON.stringify(json), errors: valid ? [] : accepts.errors, valid }).toEqual({
          json: JSON.stringify(json),
          errors: valid ? [] : accepts.errors,
          valid: problems.length === 0,
        });
      }),
      { numRuns: thoroughness > 0 ? 500 * thoroughness : 200, seed: 20243 },
    );
    expect(refused).toBeGreaterThan(150);
  });
});
