import type { Json } from '../../schema/codec.ts';
import { MAX_FILE_LENGTH } from '../spec/format.ts';
import { specJsonSchema } from '../spec/json-schema.ts';
import { isObject, type JsonObject } from '../spec/reading.ts';
import { MAX_EXTENDED, MAX_FILE_PATTERNS, MAX_OVERRIDES } from './read.ts';

const CONFIG_SCHEMA_URL = 'https://netwright.dev/schema/config.json';

/** The JSON Schema (draft 2020-12) of `netwright.config.json`; what specs know too is taken from theirs. */
export function configJsonSchema(): JsonObject {
  const spec = specJsonSchema().$defs ?? {};
  const text: Json = { type: 'string', minLength: 1, maxLength: MAX_FILE_LENGTH };
  const texts = (most: number): Json => ({
    oneOf: [text, { type: 'array', items: text, maxItems: most }],
  });
  const said: JsonObject = { lint: { $ref: '#/$defs/lint' }, budget: { $ref: '#/$defs/budget' } };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: CONFIG_SCHEMA_URL,
    title: 'Netwright configuration',
    description: 'What netwright.config.json says of the designs in its folder and below.',
    examples: [
      {
        maxWarnings: 0,
        lint: { preset: 'vgg', rules: { 'vgg-conv-3x3': 'error' } },
        budget: { macs: '+5%', baseline: 'zoo:vgg16' },
        overrides: [{ files: 'small/**/*.json', budget: { params: '5M' } }],
      },
    ],
    type: 'object',
    properties: {
      $schema: { type: 'string', maxLength: MAX_FILE_LENGTH },
      extends: { description: 'Files or packages that this one builds on.', ...object(texts(MAX_EXTENDED)) },
      maxWarnings: {
        description: 'Warnings that lint accepts.',
        type: 'integer',
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
      },
      ...said,
      overrides: {
        description: 'What holds for some files besides; later ones over earlier ones.',
        type: 'array',
        maxItems: MAX_OVERRIDES,
        items: {
          type: 'object',
          properties: { files: texts(MAX_FILE_PATTERNS), ...said },
          required: ['files'],
          additionalProperties: false,
        },
      },
    },
    additionalProperties: false,
    $defs: {
      lint: object(object(spec).lint ?? {}),
      severity: object(object(spec).severity ?? {}),
      budget: budgetSchema(object(object(spec).budget ?? {}), text),
    },
  };
}

function budgetSchema(ofSpec: JsonObject, text: Json): JsonObject {
  const baseline: Json = {
    description: 'The design that shares are of: a file, or zoo:NAME.',
    ...object(text),
  };
  return { ...ofSpec, properties: { ...object(ofSpec.properties ?? {}), baseline } };
}

function object(json: Json): JsonObject {
  return isObject(json) ? json : {};
}
