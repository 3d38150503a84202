import { analyze } from '../../shared/analysis/analyze.ts';
import type { Analysis, NodeFacts } from '../../shared/analysis/facts.ts';
import type { Dims } from '../../shared/base/dims.ts';
import { repeatOf } from '../../shared/blocks/expansion.ts';
import { hasInside } from '../../shared/blocks/index.ts';
import { emptyCanvas } from '../../shared/graph/canvas.ts';
import { blockNameOf } from '../../shared/graph/definitions.ts';
import type { BlockDefinition, Design, DesignNode, NodeId } from '../../shared/graph/design.ts';
import { newNode } from '../../shared/graph/edits.ts';
import { endsOf } from '../../shared/graph/inside.ts';
import { insideSealed, type SealedPlaces, sealedKey } from './sealed.ts';

/** What the canvas shows: the design, or the inside of one of its blocks as a design of its own. */
export interface View {
  /** The nodes that were opened on the way there, from the outermost on. */
  readonly trail: readonly NodeId[];
  /** The same as text: the same for as long as the same is looked at. */
  readonly path: string;
  /** The name of the user's own block that is shown, or stands around what is; edits land in it. */
  readonly block: string | undefined;
  /** How many of the trail lead to a block of the user's own: what comes after them comes with the program, and is sealed. */
  readonly openDepth: number;
  /** The block that is looked at, where it comes with the program: nothing inside of it can be changed. */
  readonly sealed: NodeFacts | undefined;
  readonly shown: Design;
}

/** A trail as text. */
export const pathOf = (trail: readonly NodeId[]): string => trail.join('/');

const analyses = new WeakMap<Design, Analysis>();

/** What is known of a design that is shown beside the one that is looked at. */
export function analysisOf(design: Design): Analysis {
  const before = analyses.get(design);
  if (before) return before;
  const analysis = analyze(design);
  analyses.set(design, analysis);
  return analysis;
}

/** Follows a trail into a document as far as it still leads: undoing can take blocks away. */
export function viewOf(
  document: Design,
  whole: Analysis,
  trail: readonly NodeId[],
  places: SealedPlaces,
): View {
  const walked: NodeId[] = [];
  let view: Omit<View, 'trail' | 'path'> = {
    block: undefined,
    openDepth: 0,
    sealed: undefined,
    shown: document,
  };
  let at: NodeFacts | undefined;
  for (const id of trail) {
    const { shown, openDepth, sealed } = view;
    const node = shown.nodes[id];
    if (!node || !hasInside(node.kind)) break;
    if (sealed) at = analysisOf(shown).facts.get(id);
    else if (walked.length === 0) at = whole.facts.get(id);
    else at = insideOf(at)?.find((each) => each.id.endsWith(`/${id}`));
    const block = blockNameOf(node);
    if (block === undefined) {
      if (!at) break;
      const inside = insideSealed(id, at, shown);
      view = { ...view, sealed: at, shown: placed(inside, places) };
    } else {
      if (!document.blocks[block]) break;
      const within = insideAsDesign(document, block, at?.inputs ?? []);
      view = { block, openDepth: openDepth + 1, sealed: undefined, shown: within };
    }
    walked.push(id);
  }
  return { trail: walked, path: pathOf(walked), ...view };
}

const withPlaces = new WeakMap<Design, Design>();

function placed(inside: Design, places: SealedPlaces): Design {
  const layout = places.get(sealedKey(inside));
  if (!layout) return inside;
  const before = withPlaces.get(inside);
  if (before?.layout === layout) return before;
  const design = { ...inside, layout };
  withPlaces.set(inside, design);
  return design;
}

/** What is inside of a block; of one that repeats, of its first copy. */
function insideOf(facts: NodeFacts | undefined): readonly NodeFacts[] | undefined {
  if (facts === undefined || repeatOf(facts.node.params) === 1) return facts?.inside;
  return facts.inside?.[0]?.inside;
}

interface Shown {
  readonly document: Design;
  readonly design: Design;
}
/** A block may be open in several places at once, with other tensors in each. */
const known = new WeakMap<BlockDefinition, Map<string, Shown>>();
const inputs = new WeakMap<DesignNode, Map<string, DesignNode>>();

/** A block's inside as a design: what its inputs give is what reaches the block where it was opened. */
function insideAsDesign(document: Design, block: string, dims: readonly (Dims | undefined)[]): Design {
  const definition = document.blocks[block]!;
  const given = JSON.stringify(dims);
  const open = known.get(definition) ?? new Map<string, Shown>();
  known.set(definition, open);
  const before = open.get(given);
  if (before?.document === document) return before.design;
  const ends = new Map(endsOf(definition, 'input').map((id, i) => [id, dims[i]]));
  const nodes = Object.entries(definition.nodes).map(([id, node]) => [id, fed(node, ends.get(id))] as const);
  const design: Design = {
    ...document,
    name: block,
    notes: '',
    nodes: Object.fromEntries(nodes),
    wires: definition.wires,
    layout: definition.layout,
    canvas: definition.canvas ?? emptyCanvas,
    budget: { limits: {} },
  };
  open.set(given, { document, design });
  return design;
}

function fed(node: DesignNode, dims: Dims | undefined): DesignNode {
  if (node.kind !== 'input' || dims === undefined) return node;
  const given = String(dims);
  const made = inputs.get(node) ?? new Map<string, DesignNode>();
  inputs.set(node, made);
  const before = made.get(given);
  if (before) return before;
  const batched = dims.length > 1;
  const fresh = { ...node, ...newNode('input', { shape: batched ? dims.slice(1) : dims, batched }) };
  made.set(given, fresh);
  return fresh;
}
