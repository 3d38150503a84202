import { produce } from 'immer';
import type { NodeFacts } from '../../shared/analysis/facts.ts';
import { type Design, emptyDesign, type NodeId, wireBetween, wireId } from '../../shared/graph/design.ts';
import { newNode } from '../../shared/graph/edits.ts';
import { unpackBlock } from '../../shared/graph/unpack.ts';

/** Where the layers of blocks that come with the program were put, by `sealedKey`: in the document they have no places. */
export type SealedPlaces = ReadonlyMap<string, Design['layout']>;

const made = new WeakMap<NodeFacts, Design>();

/** A block that comes with the program, opened, between an input of the shape that reaches it and an output. */
export function insideSealed(id: NodeId, facts: NodeFacts, { blocks, lint, run }: Design): Design {
  const before = made.get(facts);
  if (before && before.blocks === blocks && before.lint === lint && before.run === run) return before;
  const { node, inputs } = facts;
  const [dims] = inputs;
  const batched = (dims?.length ?? 0) > 1;
  const wires = [wireBetween('input', id), wireBetween(id, 'output')];
  const alone: Design = {
    ...emptyDesign,
    name: id,
    blocks,
    lint,
    run,
    nodes: {
      input: newNode('input', dims ? { shape: batched ? dims.slice(1) : dims, batched } : {}),
      [id]: node,
      output: newNode('output'),
    },
    wires: Object.fromEntries(wires.map((wire) => [wireId(wire), wire])),
  };
  const design = produce(alone, unpackBlock(id));
  made.set(facts, design);
  return design;
}

/** The same for designs of the same nodes and wires, which are laid out alike. */
export const sealedKey = ({ nodes, wires }: Design): string =>
  `${Object.keys(nodes).join()} ${Object.keys(wires).join()}`;

export const isPlaced = ({ nodes, layout }: Design): boolean =>
  Object.keys(nodes).every((id) => layout[id] !== undefined);
