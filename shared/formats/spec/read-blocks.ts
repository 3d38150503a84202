import { isIssue, messages } from '../../base/problem.ts';
import { isEmptyCanvas } from '../../graph/canvas.ts';
import { blockNameOf, definitionsFor } from '../../graph/definitions.ts';
import {
  type BlockDefinitions,
  type ClassArguments,
  type ClassOrigin,
  isNodeId,
  type NodeId,
} from '../../graph/design.ts';
import { newNode } from '../../graph/edits.ts';
import type { Json } from '../../schema/codec.ts';
import {
  blockKeys,
  classKeys,
  MAX_BLOCKS,
  MAX_CLASS_ARGUMENT_LENGTH,
  MAX_CLASS_ARGUMENTS,
  MAX_FILE_LENGTH,
  MAX_NAME_LENGTH,
} from './format.ts';
import type { Path } from './path.ts';
import { readCanvas } from './read-canvas.ts';
import { readLayout } from './read-layout.ts';
import { type LayerVersions, type ReadNode, type ReadNodes, readNodes } from './read-nodes.ts';
import { readWires } from './read-wires.ts';
import { brief, isObject, type Reading } from './reading.ts';

export const say = messages('formats/spec/read-blocks', {
  'key-missing:nodes': ['A block needs its "nodes".', 'An "input" and an "output" at least.'],
  'key-missing:class-name': ['A class needs its "name".', 'Name it, such as "Bottleneck".'],
  'object-from-names': 'an object from names to blocks',
  'object-of-arguments': 'an object of numbers, flags, texts and lists',
  'too-many-blocks': [
    'A design may have {{most}} blocks of its own at most; this one has {{count}}.',
    'Remove those that are not used.',
  ],
  'bad-block-name': [
    '{{name}} cannot be the name of a block.',
    'Use letters, digits and _ - . without a digit in front, 128 characters at most, such as "stage1".',
  ],
  'block-unknown:unsaid-none': [
    '"{{id}}" does not say which block it is.',
    'Define it in "blocks", or name one that is.',
  ],
  'block-unknown:unsaid': [
    '"{{id}}" does not say which block it is.',
    'Write "block" into its "params", such as "{{near}}".',
  ],
  'block-unknown': [
    '"{{id}}" is a {{name}}, but there is no such block.',
    'Define it in "blocks", or name one that is.',
  ],
  'block-unknown:near': ['"{{id}}" is a {{name}}, but there is no such block.', 'Did you mean "{{near}}"?'],
});

/** Reads the user's own blocks and holds the nodes that use them, inside of blocks and outside, against them. */
export function readBlocks(
  reading: Reading,
  json: Json | undefined,
  path: Path,
  versions: LayerVersions,
  users: ReadNodes,
): BlockDefinitions {
  const entries = json === undefined ? [] : blockEntries(reading, json, path);
  const insides = new Map<string, ReadNodes>();
  const blocks: Record<string, BlockDefinitions[string]> = {};
  for (const [name, value] of entries) {
    const at = [...path, name];
    const fields = reading.object(value, at, 'A block', blockKeys);
    if (fields === undefined) continue;
    if (fields.nodes === undefined) reading.report(at, () => say('key-missing:nodes'));
    const read = readNodes(
      reading,
      fields.nodes === undefined ? [] : fields.nodes,
      [...at, 'nodes'],
      versions,
    );
    insides.set(name, read);
    const canvas = readCanvas(reading, fields.canvas, [...at, 'canvas']);
    const origin = readClass(reading, fields.class, [...at, 'class']);
    blocks[name] = {
      nodes: plainNodes(read.nodes),
      wires: readWires(reading, read),
      layout: readLayout(reading, fields.layout, [...at, 'layout'], read.nodes),
      ...(isEmptyCanvas(canvas) ? {} : { canvas }),
      ...(origin === undefined ? {} : { class: origin }),
    };
  }
  const names = new Map(entries);
  for (const { nodes } of [users, ...insides.values()])
    for (const [id, node] of nodes) checkUse(reading, id, node, names);
  // Circles and depths can only be told of blocks that are all there.
  if (reading.isFine) for (const name of names.keys()) checkNesting(reading, name, blocks, [...path, name]);
  return blocks;
}

function readClass(reading: Reading, json: Json | undefined, path: Path): ClassOrigin | undefined {
  const fields = json === undefined ? undefined : reading.object(json, path, 'class', classKeys);
  if (fields === undefined) return undefined;
  if (fields.name === undefined || fields.name === '')
    reading.report(path, () => say('key-missing:class-name'));
  const name = reading.text(fields.name, [...path, 'name'], 'The name of a class', MAX_NAME_LENGTH, '');
  const text = (key: 'file' | 'doc', title: string) =>
    fields[key] === undefined
      ? {}
      : { [key]: reading.text(fields[key], [...path, key], title, MAX_FILE_LENGTH, '') };
  const args = readArguments(reading, fields.arguments, [...path, 'arguments']);
  return { name, ...text('file', 'The file'), ...text('doc', 'What the class says'), ...args };
}

function readArguments(
  reading: Reading,
  json: Json | undefined,
  path: Path,
): { readonly arguments?: ClassArguments } {
  if (json === undefined) return {};
  const entries = isObject(json) ? Object.entries(json) : [];
  const isShort = (text: string) => text.length > 0 && text.length <= MAX_NAME_LENGTH;
  const isPlain = (value: Json): value is ClassArguments[string] =>
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    (typeof value === 'string' && value.length <= MAX_NAME_LENGTH) ||
    (Array.isArray(value) &&
      value.length <= MAX_CLASS_ARGUMENT_LENGTH &&
      value.every((each) => typeof each === 'number'));
  const plain = entries.filter((entry): entry is [string, ClassArguments[string]] => isPlain(entry[1]));
  if (!isObject(json) || entries.length > MAX_CLASS_ARGUMENTS || plain.length < entries.length)
    reading.wrongType(path, 'The arguments of a class', say.part('object-of-arguments'), json);
  return { arguments: Object.fromEntries(plain.filter(([name]) => isShort(name))) };
}

export function plainNodes(nodes: ReadNodes['nodes']): Readonly<Record<NodeId, ReadNode['node']>> {
  return Object.fromEntries([...nodes].map(([id, { node }]) => [id, node]));
}

function blockEntries(reading: Reading, json: Json, path: Path): readonly (readonly [string, Json])[] {
  if (!isObject(json)) {
    reading.wrongType(path, 'The blocks', say.part('object-from-names'), json);
    return [];
  }
  const entries = Object.entries(json);
  if (entries.length > MAX_BLOCKS) {
    reading.report(path, () => say('too-many-blocks', { most: MAX_BLOCKS, count: entries.length }));
    return [];
  }
  return entries.filter(([name]) => {
    if (isNodeId(name)) return true;
    reading.report([...path, name], () => say('bad-block-name', { name: brief(name) }));
    return false;
  });
}

function checkUse(
  reading: Reading,
  id: NodeId,
  { node, path }: ReadNode,
  names: ReadonlyMap<string, Json>,
): void {
  const name = blockNameOf(node);
  if (name === undefined || names.has(name)) return;
  const near = reading.nearest(name, () => [...names.keys()]);
  reading.report(
    [...path, 'params', 'block'],
    () =>
      name === ''
        ? near === undefined
          ? say('block-unknown:unsaid-none', { id })
          : say('block-unknown:unsaid', { id, near })
        : near === undefined
          ? say('block-unknown', { id, name: brief(name) })
          : say('block-unknown:near', { id, name: brief(name), near }),
    { node: id },
  );
}

function checkNesting(reading: Reading, name: string, blocks: BlockDefinitions, path: Path): void {
  const found = definitionsFor(newNode('userBlock', { block: name }), blocks);
  if (isIssue(found)) reading.report(path, found);
}
