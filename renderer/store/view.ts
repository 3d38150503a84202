import type { Analysis, NodeFacts } from '../../shared/analysis/facts.ts';
import type { Dims } from '../../shared/base/dims.ts';
import { repeatOf } from '../../shared/blocks/expansion.ts';
import { blockNameOf } from '../../shared/graph/definitions.ts';
import type { BlockDefinition, Design, DesignNode, NodeId } from '../../shared/graph/design.ts';
import { newNode } from '../../shared/graph/edits.ts';

/** What the canvas shows: the design, or the inside of one of its blocks as a design of its own. */
export interface View {
  /** The nodes that were opened on the way there, from the outermost on. */
  readonly trail: readonly NodeId[];
  /** The name of the block that is shown. */
  readonly block: string | undefined;
  readonly shown: Design;
}

/** Follows a trail into a document as far as it still leads: undoing can take blocks away. */
export function viewOf(document: Design, whole: Analysis, trail: readonly NodeId[]): View {
  const walked: NodeId[] = [];
  let block: string | undefined;
  let at: NodeFacts | undefined;
  for (const id of trail) {
    const nodes = block === undefined ? document.nodes : document.blocks[block]!.nodes;
    const name: string | undefined = nodes[id] && blockNameOf(nodes[id]);
    if (name === undefined || !document.blocks[name]) break;
    at = walked.length === 0 ? whole.facts.get(id) : insideOf(at)?.find((each) => each.id.endsWith(`/${id}`));
    walked.push(id);
    block = name;
  }
  if (block === undefined) return { trail: walked, block, shown: document };
  return { trail: walked, block, shown: insideAsDesign(document, block, at?.inputs[0]) };
}

/** What is inside of a block; of one that repeats, of its first copy. */
function insideOf(facts: NodeFacts | undefined): readonly NodeFacts[] | undefined {
  if (facts === undefined || repeatOf(facts.node.params) === 1) return facts?.inside;
  return facts.inside?.[0]?.inside;
}

interface Shown {
  readonly document: Design;
  readonly given: string;
  readonly design: Design;
}
const known = new WeakMap<BlockDefinition, Shown>();
const inputs = new WeakMap<DesignNode, { readonly given: string; readonly node: DesignNode }>();

/** A block's inside as a design: what its input gives is what reaches the block where it was opened. */
function insideAsDesign(document: Design, block: string, dims: Dims | undefined): Design {
  const definition = document.blocks[block]!;
  const given = String(dims);
  const before = known.get(definition);
  if (before?.document === document && before.given === given) return before.design;
  const nodes = Object.entries(definition.nodes).map(([id, node]) => [id, fed(node, dims)] as const);
  const design: Design = {
    ...document,
    name: block,
    notes: '',
    nodes: Object.fromEntries(nodes),
    wires: definition.wires,
    layout: definition.layout,
    budget: { limits: {} },
  };
  known.set(definition, { document, given, design });
  return design;
}

function fed(node: DesignNode, dims: Dims | undefined): DesignNode {
  if (node.kind !== 'input' || dims === undefined) return node;
  const given = String(dims);
  const before = inputs.get(node);
  if (before?.given === given) return before.node;
  const batched = dims.length > 1;
  const made = { ...node, ...newNode('input', { shape: batched ? dims.slice(1) : dims, batched }) };
  inputs.set(node, { given, node: made });
  return made;
}
