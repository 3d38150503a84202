import { isDraft } from 'immer';
import type { Phrase } from '../base/messages.ts';
import { type Issue, isIssue, messages, type Problem } from '../base/problem.ts';
import type { Fragment, InnerNode } from '../blocks/define.ts';
import { expandOnce, inSeries, repeatOf } from '../blocks/expansion.ts';
import { blockOf, definitionOf, isBlockKind } from '../blocks/index.ts';
import { outputNames } from '../blocks/user-block.ts';
import { blockNameOf, refusalToOpen } from './definitions.ts';
import {
  type BlockDefinition,
  type BlockDefinitions,
  type DesignNode,
  inputPortNames,
  type NodeId,
} from './design.ts';
import { topologyOf, type Wiring } from './topology.ts';

export const say = messages('graph/inside', {
  'block-output-open': [
    'The block "{{name}}" gives nothing: {{reason}}',
    'Open the block and wire what it gives to its Output.',
  ],
  none: 'no {{title}}',
  one: '1 {{title}}',
  many: '{{number}} {{title}}s',
  'block-ends': [
    'A block has an Input and an Output, or several; "{{name}}" has {{inputs}} and {{outputs}}.',
    'Open the block and add what is missing.',
  ],
  'block-outputs': [
    'The block "{{name}}" gives {{inside}} values, and {{outside}} are expected of it here.',
    'Write "outputs": {{inside}} among its parameters.',
  ],
  cycle: [
    'Inside the block "{{name}}", {{cyclic}} wait for their own output: a wire closes a cycle, so nothing on it can be computed.',
    'Open the block and remove one wire of the cycle; feed-forward networks have none.',
  ],
});

/** What a node stands for. */
export interface Inside {
  readonly fragment: Fragment;
  /** What is wrong with the wires into an inner node; a block that comes with the program has nothing wrong. */
  readonly wiringProblems: ReadonlyMap<string, readonly Problem[]>;
}

/**
 * What is inside of a node: the one place that knows. Undefined for a layer; an issue for a block that cannot be opened.
 * `blocks` are the definitions of the design that the node is in.
 */
export function insideOf(
  node: Pick<DesignNode, 'kind' | 'params'>,
  blocks: BlockDefinitions,
): Inside | Issue | undefined {
  const name = blockNameOf(node);
  if (name === undefined && !isBlockKind(node.kind)) return undefined;
  const refusal = mayBeLarge(node) ? refusalToOpen(node, blocks) : undefined;
  if (refusal) return refusal;
  if (isBlockKind(node.kind)) return sound(expandOnce(blockOf(node.kind), node.params));
  const inside = insideOfDefinition(name!, blocks[name!]!);
  if (isIssue(inside)) return inside;
  const given = Object.keys(inside.fragment.outputs);
  const wanted = Number(node.params.outputs);
  if (given.length !== wanted)
    return say('block-outputs', { name: name!, inside: given.length, outside: wanted }, { param: 'outputs' });
  if (repeatOf(node.params) === 1) return inside;
  return sound(seriesOf(node, inside.fragment.inputs ?? [], given));
}

/** The fragment alone, for whoever asks where nothing can be wrong: of a node whose inside was inferred. */
export function fragmentOf(
  node: Pick<DesignNode, 'kind' | 'params'>,
  blocks: BlockDefinitions,
): Fragment | undefined {
  const inside = insideOf(node, blocks);
  return inside === undefined || isIssue(inside) ? undefined : inside.fragment;
}

function mayBeLarge({ kind, params }: Pick<DesignNode, 'kind' | 'params'>): boolean {
  return kind === 'userBlock' || repeatOf(params) > 1;
}

const series = new WeakMap<object, Fragment>();

function seriesOf(
  { kind, params }: Pick<DesignNode, 'kind' | 'params'>,
  inputs: readonly NodeId[],
  outputs: readonly string[],
): Fragment {
  const known = series.get(params);
  if (known && String(known.inputs) === String(inputs)) return known;
  const made = { ...inSeries(kind, params, blockPorts(inputs.length).slice(1), outputs), inputs };
  series.set(params, made);
  return made;
}

/** The ports of a node that stands for a block of so many Inputs: `in`, `more0`, `more1`, …. */
export function blockPorts(inputs: number): readonly string[] {
  return inputPortNames('userBlock', inputs).slice(0, Math.max(inputs, 1));
}

/** The Inputs of the block that a node stands for, in the order of its ports; none of what is no block of the user's own. */
export function inputsOf(
  node: Pick<DesignNode, 'kind' | 'params'>,
  blocks: BlockDefinitions,
): readonly NodeId[] {
  const name = blockNameOf(node);
  if (name === undefined || !Object.hasOwn(blocks, name)) return [];
  return endsOf(blocks[name]!, 'input');
}

const nothingWrong: Inside['wiringProblems'] = new Map();
const soundInsides = new WeakMap<Fragment, Inside>();

function sound(fragment: Fragment): Inside {
  const known = soundInsides.get(fragment) ?? { fragment, wiringProblems: nothingWrong };
  soundInsides.set(fragment, known);
  return known;
}

const insides = new WeakMap<BlockDefinition, Inside | Issue>();

function insideOfDefinition(name: string, definition: BlockDefinition): Inside | Issue {
  const known = insides.get(definition) ?? readDefinition(name, definition);
  insides.set(definition, known);
  return known;
}

const ends = new WeakMap<BlockDefinition['nodes'], Readonly<Record<'input' | 'output', readonly NodeId[]>>>();

/** The nodes of a definition through which its inputs come, or its output goes, in its order. */
export function endsOf(
  { nodes }: Pick<BlockDefinition, 'nodes'>,
  kind: 'input' | 'output',
): readonly NodeId[] {
  // What is being changed is looked at anew.
  const known = isDraft(nodes) ? undefined : ends.get(nodes);
  if (known) return known[kind];
  const found = { input: [] as NodeId[], output: [] as NodeId[] };
  for (const [id, node] of Object.entries(nodes))
    if (node.kind === 'input' || node.kind === 'output') found[node.kind].push(id);
  if (!isDraft(nodes)) ends.set(nodes, found);
  return found[kind];
}

function readDefinition(name: string, definition: BlockDefinition): Inside | Issue {
  const [inputs, outputs] = [endsOf(definition, 'input'), endsOf(definition, 'output')];
  if (inputs.length === 0 || outputs.length === 0) return endMissing(name, definition);
  const { order, cyclic, wirings } = topologyOf(definition);
  if (cyclic.length > 0) return cycle(name, cyclic);
  const [wrong] = outputs.flatMap((id) => wirings.get(id)!.problems);
  if (wrong) return say('block-output-open', { name, reason: wrong.told.message });
  const names = blockPorts(inputs.length);
  const portOf = new Map(inputs.map((id, i) => [id, `@${names[i]}`]));
  const sourceOf = ({ node, port }: { readonly node: NodeId; readonly port: string }): string =>
    portOf.get(node) ?? `${node}:${port}`;
  const ports = outputNames(outputs.length);
  const results = outputs.map((id, i) => [ports[i]!, sourceOf(wirings.get(id)!.ports[0]!.wire!.from)]);
  const inner = order.filter((id) => !portOf.has(id) && definition.nodes[id]!.kind !== 'output');
  const nodes = inner.map((id) => innerNodeOf(id, definition.nodes[id]!, wirings.get(id)!, sourceOf));
  const problems = inner.map((id) => [id, wirings.get(id)!.problems] as const);
  return {
    fragment: { nodes, outputs: Object.fromEntries(results), inputs },
    wiringProblems: new Map(problems.filter(([, each]) => each.length > 0)),
  };
}

function innerNodeOf(
  id: NodeId,
  { kind, params, bypass, suppress, weights, parameters, state }: DesignNode,
  { ports }: Wiring,
  sourceOf: (from: { readonly node: NodeId; readonly port: string }) => string,
): InnerNode {
  // A port without a wire is one of the wiring's problems; nothing is called so.
  const from = ports.map(({ wire }) => (wire ? sourceOf(wire.from) : ''));
  return {
    id,
    kind,
    params,
    from,
    ...(weights === undefined ? {} : { weights }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(state === undefined ? {} : { state }),
    ...(bypass === true ? { bypass } : {}),
    ...(suppress ? { suppress } : {}),
  };
}

function endMissing(name: string, { nodes }: BlockDefinition): Issue {
  const [inputs, outputs] = [endsOf({ nodes }, 'input').length, endsOf({ nodes }, 'output').length];
  const said = (number: number, title: string): Phrase =>
    number === 1
      ? say.part('one', { title })
      : number === 0
        ? say.part('none', { title })
        : say.part('many', { number, title });
  return say('block-ends', {
    name,
    inputs: said(inputs, definitionOf('input').title),
    outputs: said(outputs, definitionOf('output').title),
  });
}

function cycle(name: string, cyclic: readonly NodeId[]): Issue {
  return say('cycle', { name, cyclic: cyclic.slice(0, 4).join(', ') });
}
