import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { exerciseJsonSchema } from '../../shared/exercise/json-schema.ts';
import { readExercise } from '../../shared/exercise/read.ts';
import { configJsonSchema } from '../../shared/formats/config/json-schema.ts';
import { readConfig } from '../../shared/formats/config/read.ts';
import { specJsonSchema } from '../../shared/formats/spec/json-schema.ts';
import { readSpec } from '../../shared/formats/spec/read.ts';
import type { Json } from '../../shared/schema/codec.ts';

const forms = [
  { form: 'spec', schema: specJsonSchema(), read: readSpec },
  { form: 'configuration', schema: configJsonSchema(), read: readConfig },
  { form: 'exercise', schema: exerciseJsonSchema(), read: readExercise },
];

/** Exercises hold specs. */
const ajv = new Ajv2020({
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  schemas: forms.map(({ schema }) => schema),
});

describe.each(forms)('the schema of a $form', ({ schema, read }) => {
  it('is as a store of schemas takes it: a draft, an address, a title and a description', () => {
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(schema.$id).toMatch(/^https:\/\/netwright\.dev\/schema\/[a-z]+(-\d+)?\.json$/);
    for (const text of [schema.title, schema.description]) expect(text).toMatch(/\w+ \w+/);
  });

  it('has examples that it allows, and that are read', () => {
    const fits = ajv.getSchema(String(schema.$id))!;
    const examples = schema.examples as readonly Json[];
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      expect(fits(example), ajv.errorsText(fits.errors)).toBe(true);
      expect(read(JSON.stringify(example))).toMatchObject({ ok: true });
    }
  });
});
