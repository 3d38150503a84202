import { catalog, definitionOf, type NodeKind } from '../../blocks/index.ts';
import { canvasColours, MAX_CANVAS_ITEMS, MAX_NOTE_LENGTH, noteTextSize } from '../../graph/canvas.ts';
import { type Quantity, quantities } from '../../graph/design.ts';
import { numberTypeNames } from '../../graph/number-types.ts';
import {
  MAX_EXPRESSION_LENGTH,
  MAX_MESSAGE_LENGTH,
  MAX_OWN_RULES,
  MAX_PATTERNS,
  selectKeys,
} from '../../graph/own-rules.ts';
import { MAX_CLASS_NAME_LENGTH, MAX_CLASSES, preprocessingParams } from '../../graph/run-settings.ts';
import { isLayerKind } from '../../layers/index.ts';
import { type Json, jsonSchemaOf } from '../../schema/codec.ts';
import {
  MAX_AXES,
  MAX_AXIS_NAME_LENGTH,
  MAX_BATCH,
  MAX_BLOCKS,
  MAX_CLASS_ARGUMENT_LENGTH,
  MAX_CLASS_ARGUMENTS,
  MAX_COORDINATE,
  MAX_FILE_LENGTH,
  MAX_NAME_LENGTH,
  MAX_STATE_ALIASES,
  MAX_STATE_KEYS,
  MAX_TEXT_LENGTH,
  numbersKeys,
  portPattern,
  rulePattern,
  SPEC_SCHEMA_URL,
  SPEC_VERSION,
  statePattern,
} from './format.ts';
import { budgetLimitForms, budgetLimitPatterns } from './quantity.ts';
import { severities } from './read-values.ts';
import type { JsonObject } from './reading.ts';

const ref = (name: string): JsonObject => ({ $ref: `#/$defs/${name}` });
const closed = (properties: JsonObject, required: readonly string[] = []): JsonObject => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const kinds = Object.keys(catalog) as readonly NodeKind[];

/**
 * The JSON Schema (draft 2020-12) of a spec, derived from the layers and blocks. It says all that a schema can; what
 * it cannot (ids that are unique, wires from nodes that exist) the reader checks as well.
 */
export function specJsonSchema(): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: SPEC_SCHEMA_URL,
    title: 'Netwright spec',
    description: 'A convolutional network as the Netwright designer and command read and write it.',
    examples: [
      {
        netwright: SPEC_VERSION,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [3, 224, 224] } },
          { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 64, kernel: 3, padding: 1 } },
          { id: 'output', kind: 'output', from: 'conv' },
        ],
      },
    ],
    ...closed(
      {
        $schema: { type: 'string' },
        netwright: { description: 'The version of the format.', const: SPEC_VERSION },
        versions: versionsSchema(),
        name: { type: 'string', maxLength: MAX_NAME_LENGTH },
        nodes: ref('nodes'),
        blocks: ref('blocks'),
        numbers: ref('numbers'),
        batch: ref('batch'),
        budget: ref('budget'),
        lint: ref('lint'),
        run: ref('run'),
        notes: { description: 'Free text, Markdown.', type: 'string', maxLength: MAX_TEXT_LENGTH },
        layout: layoutSchema(),
        canvas: ref('canvas'),
      },
      ['netwright', 'nodes'],
    ),
    $defs: {
      nodes: { type: 'array', items: ref('node') },
      blocks: blocksSchema(),
      node: nodeSchema(),
      id: {
        description: 'Unique in the design, such as conv1_1.',
        type: 'string',
        pattern: '^[\\p{L}_][\\p{L}\\p{N}_.-]{0,127}$',
        not: { enum: Object.getOwnPropertyNames(Object.prototype) },
      },
      source: {
        description: 'The id of a node for its first output, or id:port.',
        type: 'string',
        not: { enum: Object.getOwnPropertyNames(Object.prototype) },
        pattern: `^[\\p{L}_][\\p{L}\\p{N}_.-]{0,127}(:${portPattern.source.slice(1, -1)})?$`,
      },
      from: fromSchema(),
      stateKey: {
        description: 'A name such as attn.in_proj_weight, from the graph on that the node stands in.',
        type: 'string',
        pattern: statePattern.source,
      },
      suppression: closed(
        {
          rule: { type: 'string', pattern: rulePattern.source },
          reason: { type: 'string', pattern: '\\S', maxLength: MAX_TEXT_LENGTH },
        },
        ['rule', 'reason'],
      ),
      budget: budgetSchema(),
      lint: lintSchema(),
      run: runSchema(),
      severity: { enum: severities },
      numbers: numbersSchema(),
      batch: {
        description: 'Samples that memory and time are told for; counts are for one sample.',
        type: 'integer',
        minimum: 1,
        maximum: MAX_BATCH,
      },
      canvas: canvasSchema(),
      ...Object.fromEntries(kinds.map((kind) => [`params.${kind}`, paramsSchema(kind)])),
    },
  };
}

function blocksSchema(): JsonObject {
  return {
    description:
      'What blocks of your own are made of, by name: an input for each value that they take and an output for each that they give among their nodes.',
    type: 'object',
    propertyNames: ref('id'),
    maxProperties: MAX_BLOCKS,
    additionalProperties: closed(
      {
        class: {
          description: 'The class of a program that the block came from.',
          ...closed(
            {
              name: { type: 'string', minLength: 1, maxLength: MAX_NAME_LENGTH },
              file: { type: 'string', maxLength: MAX_FILE_LENGTH },
              doc: { type: 'string', maxLength: MAX_FILE_LENGTH },
              arguments: {
                description: 'What its constructor was called with.',
                type: 'object',
                propertyNames: { minLength: 1, maxLength: MAX_NAME_LENGTH },
                maxProperties: MAX_CLASS_ARGUMENTS,
                additionalProperties: {
                  anyOf: [
                    { type: 'number' },
                    { type: 'boolean' },
                    { type: 'string', maxLength: MAX_NAME_LENGTH },
                    { type: 'array', items: { type: 'number' }, maxItems: MAX_CLASS_ARGUMENT_LENGTH },
                  ],
                },
              },
            },
            ['name'],
          ),
        },
        nodes: ref('nodes'),
        layout: layoutSchema(),
        canvas: ref('canvas'),
      },
      ['nodes'],
    ),
  };
}

function nodeSchema(): JsonObject {
  return {
    ...closed(
      {
        id: ref('id'),
        kind: { description: 'The layer or block.', enum: kinds },
        from: ref('from'),
        params: { description: 'What differs from the defaults.', type: 'object' },
        weights: {
          description: 'The node of the same graph and kind whose weights this one uses.',
          ...ref('id'),
        },
        parameters: {
          description:
            'How many learned numbers its weights are made of, where these are not the weights themselves.',
          type: 'integer',
          minimum: 0,
          maximum: Number.MAX_SAFE_INTEGER,
        },
        state: {
          description:
            'What the program that it came from calls what it keeps, where that is not its own name.',
          ...closed({
            keys: {
              description:
                'By the weight, or the parameter that is kept as a tensor; of an output, by "in" its key in the dict that the program gives, or by "list" its place in a list; of an input of a block, by "list", "tuple", "dict" or "star" the argument that holds it, and by "key" its key in a dict.',
              type: 'object',
              propertyNames: { pattern: portPattern.source },
              maxProperties: MAX_STATE_KEYS,
              additionalProperties: ref('stateKey'),
            },
            shape: {
              description: 'Of a parameter that is kept: its extents, where it has not one axis.',
              type: 'array',
              items: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
              maxItems: MAX_AXES,
            },
            also: {
              description: 'Further names of its module.',
              type: 'array',
              items: ref('stateKey'),
              maxItems: MAX_STATE_ALIASES,
            },
            persistent: {
              description: 'Of a constant: that its code makes it, and no checkpoint has it.',
              const: false,
            },
            absent: {
              description:
                'Weights that the program has not: they stay what they are at first, such as 1 and 0 in a norm.',
              type: 'array',
              items: { type: 'string', pattern: portPattern.source },
              maxItems: MAX_STATE_KEYS,
            },
          }),
        },
        open: {
          description: 'Of an input: the names of its axes where the model gave no extent, by their place.',
          type: 'array',
          items: {
            oneOf: [{ type: 'string', minLength: 1, maxLength: MAX_AXIS_NAME_LENGTH }, { type: 'null' }],
          },
          maxItems: MAX_AXES,
        },
        bypass: { description: 'Kept but skipped.', type: 'boolean' },
        suppress: { type: 'array', items: ref('suppression') },
      },
      ['id', 'kind'],
    ),
    allOf: [
      ...kinds.map((kind) => ({
        if: { properties: { kind: { const: kind } }, required: ['kind'] },
        // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema, on an object that nobody awaits.
        then: { properties: { params: ref(`params.${kind}`) } },
      })),
      {
        if: { properties: { parameters: true }, required: ['parameters'] },
        // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema, on an object that nobody awaits.
        then: { properties: { kind: { enum: kinds.filter(isLayerKind) } } },
      },
      {
        if: { properties: { open: true }, required: ['open'] },
        // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema, on an object that nobody awaits.
        then: { properties: { kind: { const: 'input' } } },
      },
    ],
  };
}

function paramsSchema(kind: NodeKind): JsonObject {
  const { title, summary, params } = definitionOf(kind);
  return {
    title,
    description: summary,
    ...closed(Object.fromEntries(Object.entries(params).map(([name, p]) => [name, jsonSchemaOf(p)]))),
  };
}

function fromSchema(): JsonObject {
  return {
    description:
      'What feeds the node: one source, a list in the order of the ports, or an object by port name.',
    oneOf: [
      ref('source'),
      { type: 'array', items: { oneOf: [ref('source'), { type: 'null' }] } },
      {
        type: 'object',
        propertyNames: { pattern: portPattern.source },
        additionalProperties: { oneOf: [ref('source'), { type: 'array', items: ref('source') }] },
      },
    ],
  };
}

function versionsSchema(): JsonObject {
  const versions = kinds.map((kind) => [
    kind,
    { type: 'integer', minimum: 1, maximum: definitionOf(kind).version },
  ]);
  return {
    description: 'The versions of layers that are past their first.',
    ...closed(Object.fromEntries(versions)),
  };
}

function budgetSchema(): JsonObject {
  const limit = (quantity: Quantity): Json => ({
    description: `At most: ${budgetLimitForms(quantity)}.`,
    oneOf: [
      { type: 'number', minimum: 0 },
      ...budgetLimitPatterns(quantity).map((pattern) => ({ type: 'string', pattern })),
    ],
  });
  return closed({
    ...Object.fromEntries(quantities.map((quantity) => [quantity, limit(quantity)])),
    baseline: closed(
      {
        name: { type: 'string', maxLength: MAX_NAME_LENGTH },
        nodes: ref('nodes'),
        blocks: ref('blocks'),
        numbers: ref('numbers'),
        batch: ref('batch'),
      },
      ['nodes'],
    ),
  });
}

function lintSchema(): JsonObject {
  const option: Json = {
    oneOf: [
      { type: 'number' },
      { type: 'string' },
      { type: 'boolean' },
      { type: 'array', items: { type: 'number' } },
    ],
  };
  return closed({
    preset: { type: 'string', maxLength: MAX_NAME_LENGTH },
    rules: {
      description: 'Severity, or severity and options, by rule id; over the preset.',
      type: 'object',
      propertyNames: { pattern: rulePattern.source },
      additionalProperties: {
        oneOf: [
          ref('severity'),
          closed({ severity: ref('severity'), options: { type: 'object', additionalProperties: option } }),
        ],
      },
    },
    own: {
      description: 'Rules of your own.',
      type: 'array',
      items: ownRuleSchema(option),
      maxItems: MAX_OWN_RULES,
    },
  });
}

function ownRuleSchema(option: Json): JsonObject {
  const pattern: Json = { type: 'string', minLength: 1, maxLength: MAX_NAME_LENGTH };
  const patterns: Json = {
    oneOf: [pattern, { type: 'array', items: pattern, minItems: 1, maxItems: MAX_PATTERNS }],
  };
  return closed(
    {
      id: { type: 'string', pattern: rulePattern.source },
      select: {
        description: 'The nodes that it looks at, by patterns in which * stands for any text.',
        ...closed(Object.fromEntries(selectKeys.map((key) => [key, patterns]))),
      },
      when: {
        description: 'An expression over the facts of a node; where it is true, the rule is broken.',
        type: 'string',
        minLength: 1,
        maxLength: MAX_EXPRESSION_LENGTH,
      },
      message: { type: 'string', minLength: 1, maxLength: MAX_MESSAGE_LENGTH },
      severity: ref('severity'),
      fix: {
        description: 'A parameter to set.',
        ...closed({ param: { type: 'string', minLength: 1, maxLength: MAX_NAME_LENGTH }, value: option }, [
          'param',
          'value',
        ]),
      },
    },
    ['id', 'when', 'message'],
  );
}

function numbersSchema(): JsonObject {
  return {
    description: 'The types of numbers that bytes are counted by.',
    ...closed(Object.fromEntries(numbersKeys.map((key) => [key, { enum: numberTypeNames }]))),
  };
}

function canvasSchema(): JsonObject {
  const pair = pointSchema();
  const size: Json = { ...pair, items: { type: 'number', exclusiveMinimum: 0, maximum: MAX_COORDINATE } };
  const placed: JsonObject = { at: pair, size, colour: { enum: canvasColours } };
  const items = (own: JsonObject, required: readonly string[]): JsonObject => ({
    type: 'array',
    items: closed({ ...placed, ...own }, ['at', 'size', ...required]),
    maxItems: MAX_CANVAS_ITEMS,
  });
  return {
    description: 'Notes and frames on the canvas.',
    ...closed({
      notes: items(
        {
          text: { type: 'string', maxLength: MAX_NOTE_LENGTH },
          textSize: { type: 'number', minimum: noteTextSize.least, maximum: noteTextSize.most },
        },
        ['text'],
      ),
      frames: items({ title: { type: 'string', maxLength: MAX_NAME_LENGTH } }, []),
    }),
  };
}

function runSchema(): JsonObject {
  const params = Object.entries(preprocessingParams);
  return {
    description: 'What running the network takes besides it.',
    ...closed({
      preprocessing: {
        description: 'How a picture becomes the input: what differs from the defaults.',
        ...closed(Object.fromEntries(params.map(([name, p]) => [name, jsonSchemaOf(p)]))),
      },
      classes: {
        description: 'The names of the classes, by the index of the output.',
        type: 'array',
        items: { type: 'string', maxLength: MAX_CLASS_NAME_LENGTH },
        minItems: 1,
        maxItems: MAX_CLASSES,
      },
    }),
  };
}

function layoutSchema(): JsonObject {
  return {
    description: 'Positions on the canvas by node id. Nodes without one are placed automatically.',
    type: 'object',
    additionalProperties: pointSchema(),
  };
}

function pointSchema(): JsonObject {
  const items = { type: 'number', minimum: -MAX_COORDINATE, maximum: MAX_COORDINATE };
  return { type: 'array', items, minItems: 2, maxItems: 2 };
}
