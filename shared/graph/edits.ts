import type { Draft } from 'immer';
import { definitionOf, type NodeKind } from '../blocks/index.ts';
import { defaultsOf, type ParamValues } from '../schema/params.ts';
import {
  type Baseline,
  type Budget,
  type Design,
  type DesignNode,
  MOST_LETTERS,
  type NodeId,
  type Point,
  type PortRef,
  type Quantity,
  variadicIndex,
  type Wire,
  wireId,
} from './design.ts';
import { blockPorts, inputsOf } from './inside.ts';
import { nextName, type Passed, shortened } from './next-name.ts';
import type { RunSettings } from './run-settings.ts';
import { handOn, withWeights } from './shared-weights.ts';

/** A change of a design, run on an immer draft. Edits compose by being called one after another. */
export type Edit = (draft: Draft<Design>) => void;

type Nodes = Readonly<Record<NodeId, unknown>>;

/**
 * A free, readable id: the wanted one or the next after it; else `input`, then `input2`, and numbered from the start what a
 * network has many of: `conv1`.
 */
export function freshId(nodes: Nodes, kind: NodeKind, wanted?: string, passed?: Passed): NodeId {
  const isTaken = (id: NodeId): boolean => Object.hasOwn(nodes, id);
  const first = wanted ?? (definitionOf(kind).group === 'io' ? kind : undefined);
  if (first === undefined) return nextName(`${stemOf(kind)}0`, isTaken, passed);
  const name = shortened(first, MOST_LETTERS);
  return isTaken(name) ? nextName(name, isTaken, passed) : name;
}

/** `conv2d` → `conv`: neither the dimension nor another number says anything in a name that is counted. */
function stemOf(kind: NodeKind): string {
  return kind.replace(/\dd$|\d+$/, '');
}

export function newNode(kind: NodeKind, params: ParamValues = {}): DesignNode {
  return { kind, params: { ...defaultsOf(definitionOf(kind).params), ...params } };
}

export function addNode(id: NodeId, node: DesignNode, at?: Point): Edit {
  return (draft) => {
    draft.nodes[id] = node as Draft<DesignNode>;
    if (at) draft.layout[id] = { ...at };
  };
}

export function removeNodes(ids: Iterable<NodeId>): Edit {
  const gone = new Set(ids);
  return (draft) => {
    handOn(draft.nodes, gone);
    for (const id of gone) {
      delete draft.nodes[id];
      delete draft.layout[id];
    }
    for (const [id, { from, to }] of Object.entries(draft.wires)) {
      if (gone.has(from.node) || gone.has(to.node)) delete draft.wires[id];
    }
  };
}

/** Removes nodes and joins what fed each one's first input to everything that it fed. */
export function removeAndBridge(ids: Iterable<NodeId>): Edit {
  return (draft) => {
    for (const id of ids) {
      const wires = Object.values(draft.wires);
      const source = wires.find(({ to }) => to.node === id)?.from;
      const targets = wires.filter(({ from }) => from.node === id).map(({ to }) => to);
      removeNodes([id])(draft);
      if (source) for (const to of targets) addWire(draft, { from: source, to });
    }
  };
}

export function setParams(ids: Iterable<NodeId>, values: ParamValues): Edit {
  return (draft) => {
    for (const id of ids) {
      const node = draft.nodes[id];
      if (!node) continue;
      node.params = { ...node.params, ...values } as Draft<ParamValues>;
      // Other parameters have other weights: what these were made of is past.
      delete node.parameters;
    }
  };
}

export function setBypass(ids: Iterable<NodeId>, bypass: boolean): Edit {
  return (draft) => {
    for (const id of ids) {
      const node = draft.nodes[id];
      if (!node) continue;
      if (bypass) node.bypass = true;
      else delete node.bypass;
    }
  };
}

/** Renames a node wherever its name stands, keeping its place in the order. */
export function rename(from: NodeId, to: NodeId): Edit {
  return (draft) => {
    if (from === to || !draft.nodes[from] || draft.nodes[to]) return;
    draft.nodes = renamedKeys(draft.nodes, from, to);
    for (const [id, node] of Object.entries(draft.nodes))
      if (node.weights === from) draft.nodes[id] = withWeights(node, to);
    draft.layout = renamedKeys(draft.layout, from, to);
    const wires: Record<string, Draft<Wire>> = {};
    for (const wire of Object.values(draft.wires)) {
      if (wire.from.node === from) wire.from.node = to;
      if (wire.to.node === from) wire.to.node = to;
      wires[wireId(wire)] = wire;
    }
    draft.wires = wires;
  };
}

function renamedKeys<T>(record: Record<string, T>, from: string, to: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key === from ? to : key, value]));
}

/** Connects two ports. A single port gives up the wire it had; a variadic one takes the wire beside the others. */
export function connect(from: PortRef, to: PortRef): Edit {
  return (draft) => {
    for (const [id, wire] of Object.entries(draft.wires)) {
      if (wire.to.node === to.node && wire.to.port === to.port) delete draft.wires[id];
    }
    addWire(draft, { from, to });
  };
}

export function disconnect(ids: Iterable<string>): Edit {
  return (draft) => {
    for (const id of ids) delete draft.wires[id];
  };
}

export function addWire(draft: Draft<Design>, wire: Wire): void {
  draft.wires[wireId(wire)] = { from: { ...wire.from }, to: { ...wire.to } };
}

/** The first input port of a node that no wire takes yet: a free single port, or the next variadic one. */
export function freeInput(
  { nodes, wires, blocks }: Pick<Design, 'nodes' | 'wires' | 'blocks'>,
  id: NodeId,
): string | undefined {
  const node = nodes[id];
  if (!node) return undefined;
  const taken = new Set(
    Object.values(wires)
      .filter(({ to }) => to.node === id)
      .map(({ to }) => to.port),
  );
  // Of a block of the user's own what is inside says how many there are.
  if (node.kind === 'userBlock')
    return blockPorts(inputsOf(node, blocks).length).find((name) => !taken.has(name));
  for (const { name, atLeast } of definitionOf(node.kind).inputs) {
    if (atLeast === undefined) {
      if (!taken.has(name)) return name;
      continue;
    }
    const used = new Set([...taken].map((port) => variadicIndex(name, port)));
    for (let i = 0; ; i++) if (!used.has(i)) return `${name}${i}`;
  }
  return undefined;
}

/** Puts a node on a wire: what fed the wire's end now feeds the node, and the node feeds the end. */
export function insertOnWire(id: string, node: NodeId): Edit {
  return (draft) => {
    const wire = draft.wires[id];
    const added = draft.nodes[node];
    if (!wire || !added) return;
    const input = freeInput(draft, node);
    const output = definitionOf(added.kind).outputs(added.params as ParamValues)[0]?.name;
    if (input === undefined || output === undefined) return;
    const { from, to } = { from: { ...wire.from }, to: { ...wire.to } };
    delete draft.wires[id];
    addWire(draft, { from, to: { node, port: input } });
    addWire(draft, { from: { node, port: output }, to });
  };
}

export function moveNodes(positions: Readonly<Record<NodeId, Point>>): Edit {
  return (draft) => {
    for (const [id, { x, y }] of Object.entries(positions)) draft.layout[id] = { x, y };
  };
}

export function setLimit(quantity: Quantity, limit: Budget['limits'][Quantity]): Edit {
  return (draft) => {
    if (limit) draft.budget.limits[quantity] = limit;
    else delete draft.budget.limits[quantity];
  };
}

/** Pins a design as it is now as the one to measure against. */
export function pinBaseline(design: Design): Edit {
  const baseline = baselineOf(design);
  return (draft) => {
    draft.budget.baseline = baseline as Draft<Baseline>;
  };
}

/** A design as it is kept to measure another one against. */
export function baselineOf({ name, nodes, wires, blocks, numbers, batch }: Design | Baseline): Baseline {
  return { name, nodes, wires, blocks, numbers, batch };
}

export function unpinBaseline(): Edit {
  return (draft) => {
    delete draft.budget.baseline;
  };
}

/** Changes what a run takes; undefined takes a setting away. */
export function setRun(change: { readonly [K in keyof RunSettings]: RunSettings[K] | undefined }): Edit {
  return (draft) => {
    const entries = Object.entries({ ...draft.run, ...change }).filter(([, value]) => value !== undefined);
    draft.run = Object.fromEntries(entries) as Draft<RunSettings>;
  };
}

/** How many samples memory is told for. */
export function setBatch(batch: number): Edit {
  return (draft) => {
    draft.batch = batch;
  };
}

export function setName(name: string): Edit {
  return (draft) => {
    draft.name = name;
  };
}

export function suppress(id: NodeId, rule: string, reason: string): Edit {
  return (draft) => {
    const node = draft.nodes[id];
    if (!node) return;
    node.suppress = [...(node.suppress ?? []).filter((other) => other.rule !== rule), { rule, reason }];
  };
}

export function unsuppress(id: NodeId, rule: string): Edit {
  return (draft) => {
    const node = draft.nodes[id];
    if (!node?.suppress) return;
    node.suppress = node.suppress.filter((other) => other.rule !== rule);
    if (node.suppress.length === 0) delete node.suppress;
  };
}

export function inOrder(...edits: readonly Edit[]): Edit {
  return (draft) => {
    for (const edit of edits) edit(draft);
  };
}
