import type { PhraseValue } from '../base/messages.ts';
import { type Issue, messages } from '../base/problem.ts';
import { definitionOf } from '../blocks/index.ts';
import { MAX_OUTPUTS } from '../blocks/user-block.ts';
import type { Design, NodeId, PortRef, Wire } from './design.ts';
import { reachable, type Topology } from './topology.ts';

export const say = messages('graph/group-boundary', {
  and: '{{names}} and {{last}}',
  'and-more': '{{names}} and {{rest}} more',
  'group-empty': ['Nothing is selected.', 'Select the nodes of the block.'],
  'group-badly-wired': ['"{{id}}" is badly wired: {{reason}}', '{{hint}}'],
  'group-holds-end:input': [
    '"{{id}}" is where the network begins: that cannot be inside of a block.',
    'Leave "{{id}}" out of the selection.',
  ],
  'group-holds-end:output': [
    '"{{id}}" is where the network ends: that cannot be inside of a block.',
    'Leave "{{id}}" out of the selection.',
  ],
  'group-shares-weights': [
    '"{{id}}" shares weights with "{{outside}}", and a block has weights of its own.',
    'Select "{{outside}}" as well, or unlink the two.',
  ],
  'group-not-closed:one': [
    '{{between}} lies on the way from one selected node to another, so the block would wait for itself.',
    'Select it as well.',
  ],
  'group-not-closed:many': [
    '{{between}} lie on the way from one selected node to another, so the block would wait for itself.',
    'Select them as well.',
  ],
  'group-no-input:none': [
    'Nothing goes into the selection; a block has an input.',
    'Wire what the block takes, or select the nodes before as well.',
  ],
  'group-no-input:one-open': [
    '{{open}} waits for more than one wire, so it is not clear what the block takes.',
    'Wire what the block takes, or select the nodes before as well.',
  ],
  'group-no-input:open': [
    '{{open}} wait for a wire each, so it is not clear what the block takes.',
    'Wire what the block takes, or select the nodes before as well.',
  ],
  'group-outputs:none': [
    'Nothing comes out of the selection; a block has an output.',
    'Select nodes of which something is taken, or that nothing follows.',
  ],
  'group-outputs:many': [
    '{{count}} different values leave the selection, from {{sources}}; a block has {{most}} outputs at most.',
    'Select fewer nodes, or those that follow as well.',
  ],
});

/** Where a group of nodes meets the rest of the design. */
export interface Boundary {
  readonly members: ReadonlySet<NodeId>;
  /** The values that come in, one at least. */
  readonly inputs: readonly Entering[];
  /** The values that go out, one at least. */
  readonly outputs: readonly PortRef[];
}

/** A value that comes into a group: where from, undefined where no wire does yet; and the ports inside that take it, one at least. */
export interface Entering {
  readonly feed: PortRef | undefined;
  readonly targets: readonly PortRef[];
}

/** The boundary of these nodes; or, in words, why no block can have it. */
export function boundaryOf(
  design: Design,
  topology: Topology,
  members: ReadonlySet<NodeId>,
): Boundary | Issue {
  return (
    unfit(design, topology, members) ?? withInput(design, topology, members, Object.values(design.wires))
  );
}

function unfit({ nodes }: Design, topology: Topology, members: ReadonlySet<NodeId>): Issue | undefined {
  if (members.size === 0) return say('group-empty');
  for (const id of members) {
    const { kind } = nodes[id]!;
    if (kind === 'input' || kind === 'output') return say(`group-holds-end:${kind}`, { id });
    const outside = sharedAcross(nodes, id, members);
    if (outside !== undefined) return say('group-shares-weights', { id, outside });
    const wrong = topology.wirings.get(id)!.problems.find(({ code }) => code !== 'input-missing');
    if (wrong) {
      const { message: reason, hint } = wrong.told;
      return say('group-badly-wired', { id, reason, hint });
    }
  }
  const after = reachable(topology, members, 'after');
  const between = [...reachable(topology, members, 'before')].filter((id) => after.has(id));
  if (between.length === 0) return undefined;
  return say(between.length === 1 ? 'group-not-closed:one' : 'group-not-closed:many', {
    between: listOf(between),
  });
}

/** A node outside of the group that uses the same weights as this one inside. */
function sharedAcross(nodes: Design['nodes'], id: NodeId, members: ReadonlySet<NodeId>): NodeId | undefined {
  const { weights } = nodes[id]!;
  if (weights !== undefined && !members.has(weights)) return weights;
  return Object.keys(nodes).find((other) => nodes[other]!.weights === id && !members.has(other));
}

function withInput(
  { nodes }: Design,
  topology: Topology,
  members: ReadonlySet<NodeId>,
  wires: readonly Wire[],
): Boundary | Issue {
  const entering = wires.filter(({ from, to }) => members.has(to.node) && !members.has(from.node));
  const leaving = wires.filter(({ from, to }) => members.has(from.node) && !members.has(to.node));
  const open = openInputs(topology, members);
  const inputs = entering.length > 0 ? bySource(entering) : [{ feed: undefined, targets: open }];
  if (entering.length === 0 && open.length === 0) return say('group-no-input:none');
  if (entering.length === 0 && open.length > 1) {
    const names = namesOf(open);
    return say(names.length > 1 ? 'group-no-input:open' : 'group-no-input:one-open', { open: listOf(names) });
  }
  const results = distinct(
    leaving.length > 0 ? leaving.map(({ from }) => from) : openOutputs(nodes, wires, members),
  );
  if (results.length === 0) return say('group-outputs:none');
  if (results.length > MAX_OUTPUTS)
    return say('group-outputs:many', {
      count: results.length,
      sources: listOf(namesOf(results)),
      most: MAX_OUTPUTS,
    });
  return { members, inputs, outputs: results };
}

/** Wires by what they come from, in the order of the nodes that take it. */
function bySource(entering: readonly Wire[]): readonly Entering[] {
  const found = new Map<string, { readonly feed: PortRef; readonly targets: PortRef[] }>();
  for (const { from, to } of entering) {
    const key = `${from.node}:${from.port}`;
    const known = found.get(key);
    if (known) known.targets.push(to);
    else found.set(key, { feed: from, targets: [to] });
  }
  return [...found.values()];
}

function distinct(refs: readonly PortRef[]): readonly PortRef[] {
  return [...new Map(refs.map((ref) => [`${ref.node}:${ref.port}`, ref])).values()];
}

/** Ports that wait for a wire. */
function openInputs({ wirings }: Topology, members: ReadonlySet<NodeId>): readonly PortRef[] {
  return [...members].flatMap((node) =>
    wirings.get(node)!.ports.flatMap(({ name, wire }) => (wire ? [] : [{ node, port: name }])),
  );
}

/** What nobody takes. */
function openOutputs(
  nodes: Design['nodes'],
  wires: readonly Wire[],
  members: ReadonlySet<NodeId>,
): readonly PortRef[] {
  const taken = new Set(wires.map(({ from }) => `${from.node}:${from.port}`));
  return [...members].flatMap((node) => {
    const { kind, params } = nodes[node]!;
    const ports = definitionOf(kind).outputs(params);
    return ports.flatMap(({ name }) => (taken.has(`${node}:${name}`) ? [] : [{ node, port: name }]));
  });
}

/** The nodes of these ports, each once. */
function namesOf(refs: readonly PortRef[]): readonly string[] {
  return [...new Set(refs.map(({ node }) => node))];
}

/** `"a", "b" and 3 more`. */
function listOf(names: readonly string[]): PhraseValue {
  const quoted = names.slice(0, 3).map((name) => `"${name}"`);
  const rest = names.length - quoted.length;
  if (rest > 0) return say.part('and-more', { names: quoted.join(', '), rest });
  if (quoted.length < 2) return quoted.join('');
  return say.part('and', { names: quoted.slice(0, -1).join(', '), last: quoted.at(-1)! });
}
