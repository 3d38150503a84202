import type { PhraseValue } from '../../base/messages.ts';
import { messages } from '../../base/problem.ts';
import { Refusal } from '../weights/source.ts';
import type { OnnxAttribute, OnnxFunction, OnnxModel, OnnxNode, OnnxSubgraph } from './model.ts';

export const say = messages('formats/onnx/inline', {
  'come-to-more': 'come to more than {{MAX_NODES}} operators and values',
  'call-each-other': 'call each other more than {{MAX_DEPTH}} deep',
  'functions-too-large': [
    "The model's own functions {{what}}.",
    'Export the model without functions of its own.',
  ],
});

/** Functions that call functions, and all that they come to, values that they name too: more is no network. */
const MAX_DEPTH = 16;
const MAX_NODES = 1_000_000;

/** The model with its own functions replaced by what they are made of. */
export function inlineFunctions(model: OnnxModel): OnnxModel {
  if (model.functions.length === 0) return model;
  const functions = new Map(model.functions.map((each) => [`${each.domain}:${each.name}`, each]));
  const sizes = new Map(
    model.functions.map((each) => [each, 1 + each.inputs.length + each.outputs.length + sizeOf(each.nodes)]),
  );
  const prefixes = new Prefixes();
  let size = 0;

  const expand = (node: OnnxNode, depth: number, into: OnnxNode[]): void => {
    const called = functions.get(`${node.domain}:${node.op}`);
    if (!called) {
      into.push(withBranches(node, depth));
      return;
    }
    if (depth > MAX_DEPTH) throw tooLarge(node, say.part('call-each-other', { MAX_DEPTH }));
    // A function of nothing takes time, too, when it is called often enough.
    size += sizes.get(called)!;
    if (size > MAX_NODES) throw tooLarge(node, say.part('come-to-more', { MAX_NODES }));
    for (const inner of bodyOf(called, node, prefixes)) expand(inner, depth + 1, into);
  };
  const all = (nodes: readonly OnnxNode[], depth: number): readonly OnnxNode[] => {
    const made: OnnxNode[] = [];
    for (const node of nodes) expand(node, depth, made);
    return made;
  };
  /** A node's branches call functions, too. */
  const withBranches = (node: OnnxNode, depth: number): OnnxNode => {
    if (branchesOf(node).length === 0) return node;
    const inside = (value: OnnxAttribute): OnnxAttribute =>
      value.kind === 'graph'
        ? { kind: 'graph', value: { ...value.value, nodes: all(value.value.nodes, depth) } }
        : value;
    const attributes = new Map([...node.attributes].map(([name, value]) => [name, inside(value)]));
    return { ...node, attributes };
  };

  return { ...model, nodes: all(model.nodes, 0), functions: [] };
}

function tooLarge(node: OnnxNode, what: PhraseValue): Refusal {
  return new Refusal(
    say.at({ path: node.name || node.op, offset: node.offset }, 'functions-too-large', { what }),
  );
}

/** Nodes with what they read and give, those in their branches too. */
const sizeOf = (nodes: readonly OnnxNode[]): number =>
  nodes.reduce((sum, node) => {
    const inside = branchesOf(node).reduce((all, branch) => all + sizeOf(branch.nodes), 0);
    return sum + 1 + node.inputs.length + node.outputs.length + node.attributes.size + inside;
  }, 0);

/** What the values of each call are called by, none like another. */
class Prefixes {
  readonly #taken = new Set<string>();
  readonly #counts = new Map<string, number>();

  take(stem: string): string {
    let prefix = stem;
    for (let i = this.#counts.get(stem) ?? 2; this.#taken.has(prefix); i++) {
      this.#counts.set(stem, i + 1);
      prefix = `${stem}_${i}`;
    }
    this.#taken.add(prefix);
    return prefix;
  }
}

/** A function's nodes as they stand where it is called: its values get names of their own. */
function bodyOf(called: OnnxFunction, node: OnnxNode, prefixes: Prefixes): readonly OnnxNode[] {
  const prefix = prefixes.take(node.name || node.outputs[0] || node.op);
  const names = new Map<string, string>([['', '']]);
  for (const [i, name] of called.inputs.entries()) names.set(name, node.inputs[i] ?? '');
  for (const [i, name] of called.outputs.entries()) names.set(name, node.outputs[i] || `${prefix}/${name}`);
  const renamed = (name: string) => names.get(name) ?? `${prefix}/${name}`;
  const given = (name: string) => node.attributes.get(name) ?? called.defaults.get(name);
  return called.nodes.map((inner) => ({
    ...renamedNode(inner, renamed, given),
    name: inner.name === '' ? '' : `${prefix}/${inner.name}`,
    offset: node.offset,
    ...(called.opset === undefined ? {} : { opset: called.opset }),
  }));
}

/** A node with other names, and with attributes of its caller where it asks for them. */
export function renamedNode(
  node: OnnxNode,
  renamed: (name: string) => string,
  given: (name: string) => OnnxAttribute | undefined,
): OnnxNode {
  const attributes = new Map<string, OnnxAttribute>();
  for (const [name, value] of node.attributes) {
    const own = value.kind === 'ref' ? given(value.value) : value;
    if (own) attributes.set(name, own.kind === 'graph' ? renamedGraph(own.value, renamed, given) : own);
  }
  return { ...node, inputs: node.inputs.map(renamed), outputs: node.outputs.map(renamed), attributes };
}

function renamedGraph(
  { nodes, initializers, inputs, outputs }: OnnxSubgraph,
  renamed: (name: string) => string,
  given: (name: string) => OnnxAttribute | undefined,
): OnnxAttribute {
  const named = <T extends { readonly name: string }>(each: T): T => ({ ...each, name: renamed(each.name) });
  const value = {
    nodes: nodes.map((node) => renamedNode(node, renamed, given)),
    initializers: initializers.map(named),
    inputs: inputs.map(renamed),
    outputs: outputs.map(named),
  };
  return { kind: 'graph', value };
}

/** The branches of a node. */
export function branchesOf({ attributes }: OnnxNode): readonly OnnxSubgraph[] {
  return [...attributes.values()].flatMap((each) => (each.kind === 'graph' ? [each.value] : []));
}

/** All that a node reads, also inside its branches. */
export function readBy(node: OnnxNode): readonly string[] {
  const inside = branchesOf(node).flatMap(({ nodes, outputs }) => [
    ...nodes.flatMap(readBy),
    ...outputs.map(({ name }) => name),
  ]);
  return inside.length === 0 ? node.inputs : [...node.inputs, ...inside];
}

/** The nodes that the outputs come from, and those that nothing reads. */
export function dropUnread({ nodes, outputs }: OnnxModel): {
  readonly read: readonly OnnxNode[];
  readonly unread: readonly OnnxNode[];
} {
  const makers = new Map<string, OnnxNode>();
  for (const node of nodes) for (const name of node.outputs) if (name !== '') makers.set(name, node);
  const live = new Set<OnnxNode>();
  const waiting = outputs.map(({ name }) => name);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const maker = makers.get(name);
    if (!maker || live.has(maker)) continue;
    live.add(maker);
    for (const each of readBy(maker)) waiting.push(each);
  }
  return {
    read: nodes.filter((node) => live.has(node)),
    unread: nodes.filter((node) => !live.has(node)),
  };
}
