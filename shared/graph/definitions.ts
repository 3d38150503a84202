import { type Issue, isIssue, messages } from '../base/problem.ts';
import { expandOnce, innerNode, repeatOf } from '../blocks/expansion.ts';
import { blockOf, hasInside, isBlockKind } from '../blocks/index.ts';
import type { BlockDefinition, BlockDefinitions, DesignNode } from './design.ts';

export const say = messages('graph/definitions', {
  'block-recursive:itself': [
    'The block "{{name}}" holds itself, so it would never end.',
    'Take one of these nodes out of its block.',
  ],
  'block-recursive:through': [
    'The block "{{name}}" holds itself, by way of {{path}}, so it would never end.',
    'Take one of these nodes out of its block.',
  ],
  'block-unknown:none': [
    'There is no block called "{{name}}" in this design.',
    'Group nodes into a block first.',
  ],
  'block-unknown:others': [
    'There is no block called "{{name}}" in this design.',
    'The design has {{names}}.',
  ],
  'block-too-deep': ['In "{{name}}", blocks are nested more than {{most}} deep.', 'Unpack some of them.'],
  'block-too-large': [
    'This stands for {{layers}} layers, more than the {{most}} that one node may hold.',
    'Repeat it less often, or make the block smaller.',
  ],
});

/** Blocks within blocks within blocks: deeper than anyone can follow. */
export const MAX_BLOCK_DEPTH = 16;
/** Layers that one node may stand for. */
export const MAX_LAYERS_INSIDE = 20_000;

type Node = Pick<DesignNode, 'kind' | 'params'>;

/** The name of the user's block that a node stands for. */
export function blockNameOf({ kind, params }: Node): string | undefined {
  return kind === 'userBlock' ? String(params.block) : undefined;
}

/** Every definition that a node needs, each once; or why it cannot be opened. The same list while they are the same. */
export function definitionsFor(node: Node, blocks: BlockDefinitions): Definitions {
  const name = blockNameOf(node);
  if (name === undefined) return none;
  const walked = walkedFor(blocks);
  const found = walk(name, blocks, walked, []);
  return isIssue(found) ? found : found.definitions;
}

const none: readonly BlockDefinition[] = [];

type Definitions = readonly BlockDefinition[] | Issue;

/** Whether a node is made of what it was made of before. */
export function sameDefinitions(before: Definitions, now: Definitions): boolean {
  if (before === now) return true;
  if (isIssue(before) || isIssue(now)) return false;
  return before.length === now.length && before.every((each, i) => each === now[i]);
}

interface Reached {
  readonly definitions: readonly BlockDefinition[];
  /** 1 for a block that holds no other. */
  readonly depth: number;
}

type Walked = Map<string, Reached | Issue>;
const walkedByBlocks = new WeakMap<BlockDefinitions, Walked>();

function walkedFor(blocks: BlockDefinitions): Walked {
  const known = walkedByBlocks.get(blocks) ?? new Map<string, Reached | Issue>();
  walkedByBlocks.set(blocks, known);
  return known;
}

/** Each block is walked once, however many ways lead to it. */
function walk(
  name: string,
  blocks: BlockDefinitions,
  walked: Walked,
  around: readonly string[],
): Reached | Issue {
  // Seen from elsewhere the same circle starts with another name.
  const keeps = (found: Reached | Issue) => around.length === 0 || !isCircle(found);
  const known = walked.get(name);
  if (known && keeps(known)) return known;
  if (around.includes(name)) return recursion([...around.slice(around.indexOf(name)), name]);
  const found = reach(name, blocks, walked, [...around, name]);
  if (keeps(found)) walked.set(name, found);
  return found;
}

function isCircle(found: Reached | Issue): boolean {
  return isIssue(found) && found.code === 'block-recursive';
}

function reach(
  name: string,
  blocks: BlockDefinitions,
  walked: Walked,
  around: readonly string[],
): Reached | Issue {
  if (!Object.hasOwn(blocks, name)) return unknownBlock(name, blocks);
  const definitions = new Set([blocks[name]!]);
  let depth = 1;
  for (const inner of usedIn(blocks[name]!)) {
    const found = walk(inner, blocks, walked, around);
    if (isIssue(found)) return found;
    depth = Math.max(depth, found.depth + 1);
    for (const definition of found.definitions) definitions.add(definition);
  }
  return depth > MAX_BLOCK_DEPTH ? tooDeep(name) : { definitions: [...definitions], depth };
}

/** The names of the blocks that a definition's own nodes stand for. */
export function usedIn(definition: Pick<BlockDefinition, 'nodes'>): ReadonlySet<string> {
  const nodes = Object.values(definition.nodes);
  return new Set(nodes.flatMap((node) => blockNameOf(node) ?? []));
}

function recursion(path: readonly string[]): Issue {
  const [name] = path;
  return path.length === 2
    ? say('block-recursive:itself', { name }, { param: 'block' })
    : say(
        'block-recursive:through',
        {
          name,
          path: path
            .slice(1, -1)
            .map((each) => `"${each}"`)
            .join(' and '),
        },
        { param: 'block' },
      );
}

function unknownBlock(name: string, blocks: BlockDefinitions): Issue {
  const names = Object.keys(blocks);
  return names.length === 0
    ? say('block-unknown:none', { name }, { param: 'block' })
    : say(
        'block-unknown:others',
        {
          name,
          names: names
            .slice(0, 8)
            .map((each) => `"${each}"`)
            .join(', '),
        },
        { param: 'block' },
      );
}

function tooDeep(name: string): Issue {
  return say('block-too-deep', { name, most: MAX_BLOCK_DEPTH }, { param: 'block' });
}

const sizes = new WeakMap<BlockDefinitions, Map<string, number>>();

/**
 * How many layers a node stands for, without opening it: 1 for a layer. The node's definitions must be sound, as
 * `definitionsFor` finds them.
 */
export function layersIn(node: Node, blocks: BlockDefinitions): number {
  if (!hasInside(node.kind)) return 1;
  if (isBlockKind(node.kind)) {
    const one = repeatOf(node.params) === 1 ? node.params : { ...node.params, repeat: 1 };
    const fragment = expandOnce(blockOf(node.kind), one);
    const each = fragment.nodes.map(({ id }) => layersIn(innerNode(fragment, id), blocks));
    return repeatOf(node.params) * sumOf(each);
  }
  const name = String(node.params.block);
  const known = sizes.get(blocks) ?? new Map<string, number>();
  sizes.set(blocks, known);
  let once = known.get(name);
  if (once === undefined) {
    once = sumOf(Object.values(blocks[name]?.nodes ?? {}).map((inner) => layersIn(inner, blocks)));
    known.set(name, once);
  }
  return repeatOf(node.params) * once;
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Why a node cannot be opened: what it stands for is unknown, endless, or more than there is room for. */
export function refusalToOpen(node: Node, blocks: BlockDefinitions): Issue | undefined {
  const needed = definitionsFor(node, blocks);
  if (isIssue(needed)) return needed;
  const layers = layersIn(node, blocks);
  if (layers <= MAX_LAYERS_INSIDE) return undefined;
  return say(
    'block-too-large',
    { layers: layers.toLocaleString('en-US'), most: MAX_LAYERS_INSIDE.toLocaleString('en-US') },
    { param: 'repeat' },
  );
}
