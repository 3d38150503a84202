import type { Json } from '../../schema/codec.ts';
import { MAX_FILE_LENGTH } from '../spec/format.ts';
import { specJsonSchema } from '../spec/json-schema.ts';
import { limitPatterns } from '../spec/quantity.ts';
import { isObject, type JsonObject } from '../spec/reading.ts';
import { MAX_EXTENDED, MAX_FILE_PATTERNS, MAX_OVERRIDES, MAX_TARGETS } from './read.ts';

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
        targets: {
          'our-board': { memory: '512KiB', storage: '2MiB', gigaflops: 0.9, gigabytesPerSecond: 1.6 },
        },
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
      targets: {
        description: 'Boards and devices that designs are for, by the name that --fits and --target take.',
        type: 'object',
        maxProperties: MAX_TARGETS,
        additionalProperties: targetSchema(),
      },
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

function targetSchema(): JsonObject {
  const size: Json = {
    oneOf: [
      { type: 'integer', exclusiveMinimum: 0, maximum: Number.MAX_SAFE_INTEGER },
      { type: 'string', pattern: limitPatterns('memory')[0]! },
    ],
  };
  const rate: Json = { type: 'number', exclusiveMinimum: 0 };
  return {
    type: 'object',
    minProperties: 1,
    properties: {
      memory: { description: 'For activations, in bytes: SRAM.', ...object(size) },
      storage: { description: 'For weights, in bytes: flash.', ...object(size) },
      gigaflops: { description: 'Peak arithmetic, 2 per multiply-add, in 10⁹ a second.', ...object(rate) },
      gigabytesPerSecond: { description: 'Peak rate of memory, in 10⁹ bytes a second.', ...object(rate) },
    },
    additionalProperties: false,
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
