import { MAX_FILE_LENGTH, MAX_NAME_LENGTH, SPEC_SCHEMA_URL } from '../formats/spec/format.ts';
import type { JsonObject } from '../formats/spec/reading.ts';
import { languageNames } from '../languages/names.ts';
import type { Json } from '../schema/codec.ts';
import {
  EXERCISE_SCHEMA_URL,
  EXERCISE_VERSION,
  figureNames,
  MAX_CELLS,
  MAX_CHECKS,
  MAX_HINTS,
  MAX_TASK_LENGTH,
  measures,
} from './exercise.ts';

const told = (maxLength: number): Json => {
  const text: Json = { type: 'string', maxLength };
  return {
    oneOf: [
      text,
      {
        type: 'object',
        properties: Object.fromEntries(languageNames.map((language) => [language, text])),
        required: ['en'],
        additionalProperties: false,
      },
    ],
  };
};

const described = (description: string, json: Json): Json => ({ description, ...(json as JsonObject) });

/** The JSON Schema (draft 2020-12) of exercises. */
export function exerciseJsonSchema(): JsonObject {
  const bound: Json = {
    oneOf: [
      { type: 'number', minimum: 0 },
      { type: 'string', minLength: 1, maxLength: 64 },
    ],
  };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: EXERCISE_SCHEMA_URL,
    title: 'Netwright exercise',
    description: 'A task on a design, and what tells whether it is done.',
    examples: [
      {
        exercise: 1,
        title: 'Halve it',
        task: 'Bring LeNet down to one million multiply-adds.',
        start: 'zoo:lenet',
        keepShapes: true,
        checks: [{ measure: 'macs', atMost: '1M' }],
      },
    ],
    type: 'object',
    properties: {
      $schema: { type: 'string', maxLength: MAX_FILE_LENGTH },
      exercise: { description: 'The version of this form.', const: EXERCISE_VERSION },
      title: told(MAX_NAME_LENGTH),
      task: described('Markdown, by language or in English.', told(MAX_TASK_LENGTH)),
      start: {
        description: 'What the student begins with: a spec, or zoo:NAME.',
        oneOf: [{ type: 'string', pattern: '^zoo:' }, { $ref: SPEC_SCHEMA_URL }],
      },
      keepShapes: { description: 'Input and output must keep their shapes.', type: 'boolean' },
      checks: {
        type: 'array',
        maxItems: MAX_CHECKS,
        items: {
          type: 'object',
          properties: {
            measure: { enum: Object.keys(measures) },
            atLeast: bound,
            atMost: described('A figure, or a change against the start: "-30%".', bound),
          },
          required: ['measure'],
          anyOf: [{ required: ['atLeast'] }, { required: ['atMost'] }],
          additionalProperties: false,
        },
      },
      table: {
        description: 'The cost table of some layers of the start, with cells to be worked out.',
        type: 'object',
        properties: {
          rows: { type: 'array', maxItems: MAX_CELLS, items: { type: 'string', maxLength: MAX_NAME_LENGTH } },
          hidden: {
            description: 'A layer and a figure each: "conv1.macs".',
            type: 'array',
            maxItems: MAX_CELLS,
            items: { type: 'string', pattern: `\\.(${figureNames.join('|')})$` },
          },
        },
        required: ['rows', 'hidden'],
        additionalProperties: false,
      },
      hints: { type: 'array', maxItems: MAX_HINTS, items: told(MAX_TASK_LENGTH) },
    },
    required: ['exercise', 'title', 'task', 'start'],
    additionalProperties: false,
  };
}
