import { fail, failAll, messages, type Problem, type Result, succeed } from '../../base/problem.ts';
import { catalog, definitionOf, isNodeKind } from '../../blocks/index.ts';
import { type Design, emptyDesign } from '../../graph/design.ts';
import type { Json } from '../../schema/codec.ts';
import { MAX_NAME_LENGTH, MAX_TEXT_LENGTH, SPEC_VERSION, specKeys } from './format.ts';
import { type JsonSource, parseJsonSource } from './json-source.ts';
import { migrate, specMigrations } from './migrations.ts';
import { plainNodes, readBlocks } from './read-blocks.ts';
import { readCanvas } from './read-canvas.ts';
import { readLayout } from './read-layout.ts';
import { type LayerVersions, readNodes } from './read-nodes.ts';
import { readBatch, readNumbers } from './read-numbers.ts';
import { readRun } from './read-run.ts';
import { readBudget, readLint } from './read-settings.ts';
import { readWires } from './read-wires.ts';
import { brief, isObject, type JsonObject, Reading } from './reading.ts';

export const say = messages('formats/spec/read', {
  'not-json': [
    'This object cannot be written as JSON: {{reason}}.',
    'Pass the text of a spec, or a plain object without cycles.',
  ],
  object: 'an object',
  'not-a-spec': [
    'This JSON is not a Netwright spec: the key "netwright" with the version of the format is missing.',
    'If it is one, add "netwright": {{newest}}.',
  ],
  'whole-number-such': 'a whole number such as {{newest}}',
  'version-of': 'The version of {{kind}}',
  'spec-too-new': [
    'This spec has version {{version}} of the format, and this program knows versions up to {{newest}}.',
    'Open it with a newer Netwright. It has not been changed.',
  ],
  'address-schema': 'the address of a schema',
  'key-missing': ['A spec needs "nodes".', 'An empty design has "nodes": [].'],
  'object-from-kinds': 'an object from kinds to whole numbers',
  'unknown-kind': ['There is no layer or block of kind {{kind}}.', 'Remove the entry.'],
  'unknown-kind:near': ['There is no layer or block of kind {{kind}}.', 'Did you mean "{{near}}"?'],
  'whole-number-from': 'a whole number from 1',
  'layer-too-new': [
    'This spec uses version {{version}} of {{kind}}, and this program knows it up to {{known}}.',
    'Open it with a newer Netwright. It has not been changed.',
  ],
});

/**
 * Reads a spec. Fails with every mistake in it, each with its JSON path, line and column; never opens a part of a
 * file. A file of a newer version than this program knows is refused.
 */
export function readSpec(text: string): Result<Design> {
  const source = parseJsonSource(text);
  return source.ok ? readSource(source.value) : source;
}

/** Reads a spec that is a JavaScript object already. Problems then have a JSON path, but no line. */
export function readSpecObject(value: object): Result<Design> {
  let text: string;
  try {
    // Through text, so that getters, cycles and prototypes of the caller's object cannot reach the reader.
    text = JSON.stringify(value);
  } catch (error) {
    return fail(
      say.at({ path: '$' }, 'not-json', { reason: error instanceof Error ? error.message : String(error) }),
    );
  }
  const source = parseJsonSource(text);
  if (!source.ok) return failAll(source.problems.map(withoutPlace));
  return readSource({ json: source.value.json, locate: () => ({}) });
}

function withoutPlace({ where: { line: _line, column: _column, ...where }, ...problem }: Problem): Problem {
  return { ...problem, where };
}

function readSource({ json, locate }: JsonSource): Result<Design> {
  const reading = new Reading(locate);
  if (!isObject(json)) {
    reading.wrongType([], 'A spec', say.part('object'), json);
    return failAll(reading.problems);
  }
  const version = readVersion(reading, json);
  if (version === undefined) return failAll(reading.problems);
  const spec = migrate(json, version, SPEC_VERSION, specMigrations);
  const design = readDesign(reading, spec);
  return reading.isFine ? succeed(design) : failAll(reading.problems);
}

function readVersion(reading: Reading, json: JsonObject): number | undefined {
  const version = Object.hasOwn(json, 'netwright') ? json.netwright : undefined;
  if (version === undefined) {
    reading.report([], say('not-a-spec', { newest: SPEC_VERSION }));
    return undefined;
  }
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    reading.wrongType(
      ['netwright'],
      'The version of the format',
      say.part('whole-number-such', { newest: SPEC_VERSION }),
      version,
    );
    return undefined;
  }
  if (version <= SPEC_VERSION) return version;
  reading.report(['netwright'], say('spec-too-new', { version, newest: SPEC_VERSION }));
  return undefined;
}

function readDesign(reading: Reading, json: JsonObject): Design {
  const spec = reading.object(json, [], 'A spec', specKeys) ?? json;
  const schema = spec.$schema;
  if (schema !== undefined && typeof schema !== 'string')
    reading.wrongType(['$schema'], '$schema', say.part('address-schema'), schema);
  const versions = readVersions(reading, spec.versions);
  if (spec.nodes === undefined) reading.report([], say('key-missing'));
  const read = readNodes(reading, spec.nodes === undefined ? [] : spec.nodes, ['nodes'], versions);
  return {
    name: reading.text(spec.name, ['name'], 'The name', MAX_NAME_LENGTH, emptyDesign.name),
    notes: reading.text(spec.notes, ['notes'], 'The notes', MAX_TEXT_LENGTH, ''),
    nodes: plainNodes(read.nodes),
    wires: readWires(reading, read),
    blocks: readBlocks(reading, spec.blocks, ['blocks'], versions, read),
    numbers: readNumbers(reading, spec.numbers, ['numbers']),
    batch: readBatch(reading, spec.batch, ['batch']),
    budget: readBudget(reading, spec.budget, ['budget'], versions),
    lint: readLint(reading, spec.lint, ['lint']),
    run: readRun(reading, spec.run, ['run']),
    layout: readLayout(reading, spec.layout, ['layout'], read.nodes),
    canvas: readCanvas(reading, spec.canvas, ['canvas']),
  };
}

/** The versions of the layers that the file was written with; a newer layer than ours is refused. */
function readVersions(reading: Reading, json: Json | undefined): LayerVersions {
  const versions = new Map<string, number>();
  if (json === undefined) return versions;
  if (!isObject(json)) {
    reading.wrongType(['versions'], 'versions', say.part('object-from-kinds'), json);
    return versions;
  }
  for (const [kind, version] of Object.entries(json)) {
    const at = ['versions', kind];
    if (!isNodeKind(kind)) {
      const near = reading.nearest(kind, () => Object.keys(catalog));
      reading.report(
        at,
        near === undefined
          ? say('unknown-kind', { kind: brief(kind) })
          : say('unknown-kind:near', { kind: brief(kind), near }),
      );
    } else if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
      reading.wrongType(at, say.part('version-of', { kind }), say.part('whole-number-from'), version);
    } else if (version > definitionOf(kind).version) {
      reading.report(at, say('layer-too-new', { version, kind, known: definitionOf(kind).version }));
    } else versions.set(kind, version);
  }
  return versions;
}
