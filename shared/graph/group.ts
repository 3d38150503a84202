import type { Draft } from 'immer';
import type { Dims } from '../base/dims.ts';
import { largestOf, smallestOf } from '../base/extremes.ts';
import { type Issue, isIssue } from '../base/problem.ts';
import { outputNames } from '../blocks/user-block.ts';
import { anchorOf } from './anchor.ts';
import type { BlockDefinition, Design, DesignNode, NodeId, Point, PortRef, Wire, WireId } from './design.ts';
import { wireBetween, wireId } from './design.ts';
import { type Edit, freshId, newNode } from './edits.ts';
import { type Boundary, boundaryOf, type Entering } from './group-boundary.ts';
import { blockPorts } from './inside.ts';
import { nextName, type Passed } from './next-name.ts';
import type { Moves } from './packing.ts';
import type { Topology } from './topology.ts';

/** Nodes of a design that can become a block of the user's own, and the block. */
export interface Grouping {
  /** Of the node that takes their place. */
  readonly id: NodeId;
  /** Of the block. */
  readonly name: string;
  readonly definition: BlockDefinition;
  readonly boundary: Boundary;
}

/** A name that no block has yet: `block1`, `block2`, … */
export function freshBlockName(blocks: Design['blocks'], wanted = 'block1'): string {
  const isTaken = (name: string): boolean => Object.hasOwn(blocks, name);
  return isTaken(wanted) ? nextName(wanted, isTaken) : wanted;
}

/**
 * What grouping these nodes makes of them, or why they cannot be a block. `sampleOf` tells the shape of one sample of what the
 * block is given, where that is known.
 */
export function groupingOf(
  design: Design,
  topology: Topology,
  chosen: Iterable<NodeId>,
  sampleOf: (feed: PortRef) => Dims | undefined = () => undefined,
): Grouping | Issue {
  const members = new Set([...chosen].filter((id) => Object.hasOwn(design.nodes, id)));
  const boundary = boundaryOf(design, topology, members);
  if (isIssue(boundary)) return boundary;
  const name = freshBlockName(design.blocks);
  const left = Object.fromEntries(Object.entries(design.nodes).filter(([id]) => !members.has(id)));
  return {
    id: freshId(left, 'userBlock', name),
    name,
    boundary,
    definition: definitionOf(design, members, boundary, ({ feed }) => feed && sampleOf(feed)),
  };
}

const COLUMN_PIXELS = 240;
const ROW_PIXELS = 110;

function definitionOf(
  design: Design,
  members: ReadonlySet<NodeId>,
  { inputs, outputs }: Boundary,
  shapeOf: (entering: Entering) => Dims | undefined,
): BlockDefinition {
  const inside = Object.entries(design.nodes).filter(([id]) => members.has(id));
  const taken = Object.fromEntries(inside);
  const known: Record<NodeId, unknown> = { ...taken };
  const passed: Passed = new Map();
  const freshEnd = (kind: 'input' | 'output'): NodeId => {
    const id = freshId(known, kind, undefined, passed);
    known[id] = true;
    return id;
  };
  const heads: Record<NodeId, DesignNode> = {};
  const starts = inputs.map((entering) => {
    const id = freshEnd('input');
    const shape = shapeOf(entering);
    heads[id] = newNode('input', shape ? { shape } : {});
    return { id, ...entering };
  });
  const tails: Record<NodeId, DesignNode> = {};
  const ends = outputs.map((from) => {
    const id = freshEnd('output');
    tails[id] = newNode('output');
    return { id, from };
  });
  const nodes: Record<NodeId, DesignNode> = { ...heads, ...taken, ...tails };
  const wires = [
    ...starts.flatMap(({ id, targets }) =>
      targets.map((to): Wire => ({ from: { node: id, port: 'out' }, to })),
    ),
    ...Object.values(design.wires).filter(({ from, to }) => members.has(from.node) && members.has(to.node)),
    ...ends.map(({ id, from }) => wireBetween(from.node, id, 'in', from.port)),
  ];
  return {
    nodes,
    wires: Object.fromEntries(wires.map((wire) => [wireId(wire), wire])),
    layout: layoutInside(
      design,
      members,
      starts.map(({ id }) => id),
      ends.map(({ id }) => id),
    ),
  };
}

/** The members as they stand, their corner a column right of the inputs, which stand one below another as the outputs do. */
function layoutInside(
  { layout }: Design,
  members: ReadonlySet<NodeId>,
  inputs: readonly NodeId[],
  outputs: readonly NodeId[],
): Record<NodeId, Point> {
  const places = [...members].map((id) => layout[id]);
  const points = places.filter((point) => point !== undefined);
  if (points.length < places.length) return {};
  const left = smallestOf(points.map(({ x }) => x));
  const top = smallestOf(points.map(({ y }) => y));
  const right = largestOf(points.map(({ x }) => x));
  const inside = [...members].map((id, i): [NodeId, Point] => {
    const { x, y } = points[i]!;
    return [id, { x: x - left + COLUMN_PIXELS, y: y - top }];
  });
  return {
    ...Object.fromEntries(inputs.map((id, i) => [id, { x: 0, y: i * ROW_PIXELS }])),
    ...Object.fromEntries(inside),
    ...Object.fromEntries(
      outputs.map((id, i) => [id, { x: right - left + 2 * COLUMN_PIXELS, y: i * ROW_PIXELS }]),
    ),
  };
}

/**
 * Replaces the members by one node, at the place of the first in the order and of the one that is fed on the canvas, and
 * keeps what they were as a block of the design. The grouping must be of this design.
 */
export function groupNodes({ id, name, definition, boundary }: Grouping): Edit {
  return (draft) => {
    const { members, inputs, outputs } = boundary;
    const node = newNode('userBlock', { block: name, outputs: outputs.length });
    draft.blocks[name] = definition as Draft<BlockDefinition>;
    const place = anchorOf(draft.layout, members, inputs[0]!.targets[0]!.node);
    draft.nodes = replaced(draft.nodes, members, id, node as Draft<DesignNode>);
    if (place) draft.layout = replaced(draft.layout, members, id, { ...place });
    draft.wires = rewired(draft.wires, { id, members, inputs, outputs });
  };
}

/** Where the weights of the members go. */
export function groupMoves({ id, boundary }: Grouping): Moves {
  return new Map([...boundary.members].map((member) => [member, `${id}/${member}`]));
}

function replaced<T>(
  record: Readonly<Record<NodeId, T>>,
  members: ReadonlySet<NodeId>,
  id: NodeId,
  value: T,
): Record<NodeId, T> {
  let done = false;
  return Object.fromEntries(
    Object.entries(record).flatMap(([key, own]): (readonly [NodeId, T])[] => {
      if (!members.has(key)) return [[key, own]];
      if (done) return [];
      done = true;
      return [[id, value]];
    }),
  );
}

/** Each value that goes in or comes out has its port: wires inside are gone, and the others end at the block. */
function rewired(
  wires: Readonly<Record<WireId, Wire>>,
  { id, members, inputs, outputs }: Boundary & { readonly id: NodeId },
): Record<WireId, Draft<Wire>> {
  const ports = blockPorts(inputs.length);
  const portOf = new Map<string, string>(
    inputs.flatMap(({ feed }, i) => (feed ? [[`${feed.node}:${feed.port}`, ports[i]!] as const] : [])),
  );
  const results = outputNames(outputs.length);
  const resultOf = new Map<string, string>(
    outputs.map(({ node, port }, i) => [`${node}:${port}`, results[i]!]),
  );
  const kept = Object.values(wires).flatMap(({ from, to }): Draft<Wire>[] => {
    const [leaves, enters] = [members.has(from.node), members.has(to.node)];
    if (leaves && enters) return [];
    const source = `${from.node}:${from.port}`;
    return [
      {
        from: leaves ? { node: id, port: resultOf.get(source)! } : { ...from },
        to: enters ? { node: id, port: portOf.get(source)! } : { ...to },
      },
    ];
  });
  return Object.fromEntries(kept.map((wire) => [wireId(wire), wire]));
}
