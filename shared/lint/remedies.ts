import { produce } from 'immer';
import { createAnalyzer } from '../analysis/analyze.ts';
import type { Analysis, Totals } from '../analysis/facts.ts';
import type { Problem } from '../base/problem.ts';
import { definitionOf, type NodeKind } from '../blocks/index.ts';
import type { Design, NodeId } from '../graph/design.ts';
import { addNode, type Edit, freshId, inOrder, insertOnWire, newNode, setParams } from '../graph/edits.ts';
import type { ParamValues } from '../schema/params.ts';

/** What could be done about a problem where it is. */
export type Change =
  /** A number or an option of one node, or of the nodes of a stage alike. */
  | {
      readonly kind: 'set';
      readonly nodes: readonly NodeId[];
      readonly param: string;
      readonly value: number | string;
    }
  | { readonly kind: 'insert'; readonly layer: NodeKind; readonly before: NodeId };

/** A change that ends a problem and begets none elsewhere, with what the design counts after it. */
export interface Remedy {
  readonly change: Change;
  readonly edit: Edit;
  readonly totals: Totals;
}

/** More is not read, and each is worked out on the whole design. */
const MOST_TRIED = 40;
const MOST_OFFERED = 4;

interface Idea {
  readonly change: Change;
  readonly edit: Edit;
}

/**
 * What can be done about a problem of shapes: values that its neighbours have, other options, the same for its whole
 * stage, or a layer between. Only what leaves fewer problems and none that was not there; the cheapest change first.
 */
export function remediesFor(design: Design, analysis: Analysis, problem: Problem): readonly Remedy[] {
  const { node: id } = problem.where;
  if (id === undefined || !design.nodes[id]) return [];
  const known = new Set(analysis.problems.map(nameOf));
  // What one change leaves as it was is known from the one before.
  const analyzer = createAnalyzer();
  const remedies = ideasFor(design, analysis, id)
    .slice(0, MOST_TRIED)
    .flatMap(({ change, edit }): Remedy[] => {
      const { totals, problems } = analyzer.update(produce(design, edit));
      const helps =
        problems.length < analysis.problems.length &&
        problems.every((left) => known.has(nameOf(left)) && nameOf(left) !== nameOf(problem));
      return helps ? [{ change, edit, totals }] : [];
    });
  const moved = ({ totals }: Remedy): number => Math.abs(totals.macs - analysis.totals.macs);
  const order = (remedy: Remedy): number => (remedy.change.kind === 'insert' ? 1 : 0);
  return remedies.sort((a, b) => order(a) - order(b) || moved(a) - moved(b)).slice(0, MOST_OFFERED);
}

const nameOf = ({ code, where }: Problem): string => `${code} ${where.node} ${where.port} ${where.param}`;

function ideasFor(design: Design, analysis: Analysis, id: NodeId): readonly Idea[] {
  const { into } = analysis.topology;
  const sources = (into.get(id) ?? []).map(({ from }) => from.node);
  const channels = sources.flatMap((source) => analysis.facts.get(source)?.outputs?.out?.[1] ?? []);
  const makers = sources.flatMap((source) => makerOf(design, analysis, source) ?? []);
  return [
    ...values(design, analysis, id, channels),
    ...options(design, analysis, id),
    ...makers.flatMap((maker) => values(design, analysis, maker, channels)),
    ...insertions(design, analysis, id, channels),
  ];
}

/** The node that decides how many channels come out of another one: itself, or the nearest before it. */
function makerOf(design: Design, { topology }: Analysis, from: NodeId): NodeId | undefined {
  const seen = new Set<NodeId>();
  for (let id: NodeId | undefined = from; id !== undefined && !seen.has(id); ) {
    seen.add(id);
    const { params } = definitionOf(design.nodes[id]!.kind);
    if (Object.values(params).some(({ role }) => role === 'width')) return id;
    id = topology.into.get(id)?.[0]?.from.node;
  }
  return undefined;
}

/** Numbers that neighbours of the kind have, or that come in, for each whole number that shapes depend on. */
function values(
  design: Design,
  analysis: Analysis,
  id: NodeId,
  channels: readonly number[],
): readonly Idea[] {
  const node = design.nodes[id]!;
  return Object.entries(definitionOf(node.kind).params).flatMap(([param, { kind, role }]) => {
    const now = node.params[param];
    if (kind !== 'int' || role === 'repeat') return [];
    const stage = stageOf(design, analysis, id);
    const around = stage.flatMap((other) => Number(design.nodes[other]!.params[param]));
    // One channel fits to any other where it is spread over them, which nobody means.
    const least = role === 'width' ? [] : [1];
    const wished = [...new Set([...around, ...channels, ...least])].filter((value) => value !== now);
    const alike = stage
      .filter((other) => other !== id)
      .every((other) => design.nodes[other]!.params[param] === around.find((value) => value !== now));
    return [
      ...wished.map((value) => set([id], param, value)),
      ...(stage.length > 1 && alike && typeof now === 'number' ? [set(stage, param, now)] : []),
    ];
  });
}

/** Other options, for the node alone and for it and those of its stage that would then have the problem. */
function options(design: Design, analysis: Analysis, id: NodeId): readonly Idea[] {
  const node = design.nodes[id]!;
  const stage = stageOf(design, analysis, id);
  const behind = stage.slice(stage.indexOf(id));
  return Object.entries(definitionOf(node.kind).params).flatMap(([param, definition]) => {
    if (definition.kind !== 'choice') return [];
    return definition.options
      .filter(({ value }) => value !== node.params[param])
      .flatMap(({ value }) => behind.map((_, i) => set(behind.slice(0, i + 1), param, value)).slice(0, 2));
  });
}

const set = (nodes: readonly NodeId[], param: string, value: number | string): Idea => {
  const params: ParamValues = { [param]: value };
  return { change: { kind: 'set', nodes, param, value }, edit: setParams(nodes, params) };
};

/** The nodes of the same kind that follow each other around one, in their order, as long as they do not stride. */
function stageOf(design: Design, { topology }: Analysis, id: NodeId): readonly NodeId[] {
  const kind = design.nodes[id]!.kind;
  const alike = (other: NodeId | undefined): other is NodeId =>
    other !== undefined && design.nodes[other]?.kind === kind;
  const before: NodeId[] = [];
  for (let at = id; !strides(design, at); ) {
    const source = topology.into.get(at)![0]?.from.node;
    if (!alike(source) || before.includes(source)) break;
    before.unshift(source);
    at = source;
  }
  const after: NodeId[] = [];
  for (let at = id; ; ) {
    const target = topology.outOf.get(at)![0]?.to.node;
    if (!alike(target) || after.includes(target) || strides(design, target)) break;
    after.push(target);
    at = target;
  }
  return [...before, id, ...after];
}

function strides(design: Design, id: NodeId): boolean {
  const { kind, params } = design.nodes[id]!;
  return Object.entries(definitionOf(kind).params).some(
    ([name, { role }]) => role === 'stride' && JSON.stringify(params[name]) !== '[1,1]',
  );
}

/** Layers that turn what comes into what is wanted, on each wire that comes in. */
function insertions(
  design: Design,
  { topology }: Analysis,
  id: NodeId,
  channels: readonly number[],
): readonly Idea[] {
  const wires = Object.entries(design.wires).filter(([, { to }]) => to.node === id);
  const layers: readonly (readonly [NodeKind, ParamValues])[] = [
    ['flatten', {}],
    ['globalAvgPool', {}],
    ...[...new Set(channels)].map((count) => ['conv2d', { channels: count, kernel: [1, 1] }] as const),
  ];
  if ((topology.into.get(id) ?? []).length === 0) return [];
  return wires.flatMap(([wire]) =>
    layers.map(([layer, params]): Idea => {
      const added = freshId(design.nodes, layer);
      return {
        change: { kind: 'insert', layer, before: id },
        edit: inOrder(addNode(added, newNode(layer, params)), insertOnWire(wire, added)),
      };
    }),
  );
}
