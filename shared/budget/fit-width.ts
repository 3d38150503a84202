import { produce } from 'immer';
import { analyze } from '../analysis/analyze.ts';
import { isIssue } from '../base/problem.ts';
import { definitionOf } from '../blocks/index.ts';
import { inBlock } from '../graph/block-edits.ts';
import { definitionsFor } from '../graph/definitions.ts';
import type { BlockDefinition, Design, DesignNode, NodeId } from '../graph/design.ts';
import { type Edit, setParams } from '../graph/edits.ts';
import type { CountedQuantity } from '../graph/quantities.ts';
import { namesWithRole, type ParamValues } from '../schema/params.ts';
import { amountUnder } from './budget.ts';

/** A width at which a design meets a limit. */
export interface Fit {
  /** Factor on the channel counts. */
  readonly width: number;
  readonly edit: Edit;
  /** What the design then counts. */
  readonly actual: number;
}

/** Channel counts are kept multiples of this, which hardware likes and groups divide. */
const STEP = 8;
const SEARCHES = 24;

/**
 * Finds the largest width factor at which `quantity` is at most `max`: all channel counts and hidden features are scaled
 * alike, the last layer's (the classes) are not. Memory is counted as `limit` says, that of the budget where it is left out. Undefined when even the thinnest network is too large, or when scaling
 * breaks the design.
 */
export function fitWidth(
  design: Design,
  quantity: CountedQuantity,
  max: number,
  limit = design.budget.limits[quantity],
): Fit | undefined {
  const widths = scalable(design);
  if (widths.length === 0) return undefined;
  const at = (width: number): Fit | undefined => {
    const edit = scaleBy(widths, width);
    const analysis = analyze(produce(design, edit));
    if (analysis.problems.length > 0) return undefined;
    return { width, edit, actual: amountUnder(analysis, quantity, limit) };
  };
  let low = 0;
  let high = 4;
  let best: Fit | undefined;
  for (let i = 0; i < SEARCHES; i++) {
    const width = (low + high) / 2;
    const fit = at(width);
    if (fit && fit.actual <= max) {
      best = fit;
      low = width;
    } else high = width;
  }
  return best;
}

interface Width {
  /** The block that the node is in; undefined for the design itself. */
  readonly block: string | undefined;
  readonly id: NodeId;
  readonly node: DesignNode;
  readonly names: readonly string[];
}

/** Every parameter that is a number of channels or features, but for those of the last layers. */
function scalable(design: Design): readonly Width[] {
  const last = lastWidths(design, Object.values(design.wires));
  const kept = new Set([...last].flatMap((id) => definitionsBehind(design.nodes[id]!, design.blocks)));
  const inside = Object.entries(design.blocks).filter(([, definition]) => !kept.has(definition));
  return [
    ...widthsOf(design.nodes, undefined).filter(({ id }) => !last.has(id)),
    ...inside.flatMap(([name, { nodes }]) => widthsOf(nodes, name)),
  ];
}

function widthsOf(nodes: Design['nodes'], block: string | undefined): readonly Width[] {
  return Object.entries(nodes).flatMap(([id, node]) => {
    const names = widthNames(node);
    return names.length === 0 ? [] : [{ block, id, node, names }];
  });
}

const widthNames = ({ kind }: DesignNode): readonly string[] => {
  const { params } = definitionOf(kind);
  return [...namesWithRole(params, 'width'), ...namesWithRole(params, 'inputWidth')];
};

/** Walking back from the outputs, the first layers that set a width of their own: the classifiers. */
function lastWidths(
  { nodes, blocks }: Design,
  wires: readonly Design['wires'][string][],
): ReadonlySet<NodeId> {
  const found = new Set<NodeId>();
  const seen = new Set<NodeId>();
  const queue = Object.keys(nodes).filter((id) => nodes[id]!.kind === 'output');
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const node = nodes[id];
    if (!node) continue;
    if (setsWidth(node, blocks)) found.add(id);
    else for (const { from, to } of wires) if (to.node === id) queue.push(from.node);
  }
  return found;
}

/** Whether a node, or what it stands for, has a number of channels of its own. */
function setsWidth(node: DesignNode, blocks: Design['blocks']): boolean {
  if (widthNames(node).length > 0) return true;
  return definitionsBehind(node, blocks).some(({ nodes }) => widthsOf(nodes, undefined).length > 0);
}

function definitionsBehind(node: DesignNode, blocks: Design['blocks']): readonly BlockDefinition[] {
  const needed = definitionsFor(node, blocks);
  return isIssue(needed) ? [] : needed;
}

function scaleBy(widths: readonly Width[], factor: number): Edit {
  return (draft) => {
    for (const { block, id, node, names } of widths) {
      const edit = setParams([id], scaled(node, names, factor));
      (block === undefined ? edit : inBlock(block, edit))(draft);
    }
  };
}

function scaled({ kind, params }: DesignNode, names: readonly string[], factor: number): ParamValues {
  const values: Record<string, number> = {};
  for (const name of names) {
    const value = Number(params[name]);
    const step = Math.min(STEP, value);
    values[name] = Math.max(step, Math.round((value * factor) / step) * step);
  }
  // A depthwise convolution stays one: its groups are its channels.
  const [width] = names;
  for (const groups of namesWithRole(definitionOf(kind).params, 'groups')) {
    if (width !== undefined && Number(params[groups]) > 1 && params[groups] === params[width])
      values[groups] = values[width]!;
  }
  return values;
}
