import type { Analysis } from '../analysis/facts.ts';
import type { DesignTimer, WholeTime } from '../analysis/timer.ts';
import { definitionOf } from '../blocks/index.ts';
import { MAX_REPEAT } from '../blocks/repeat.ts';
import type { Loaded } from '../budget/memory.ts';
import { blockNameOf, usedIn } from '../graph/definitions.ts';
import type { Design, DesignNode, NodeId } from '../graph/design.ts';
import type { PaperSharing } from '../graph/quantities.ts';
import { MAX_EXTENT, namesWithRole, type ParamRole } from '../schema/params.ts';
import { type Chain, chainOf } from './chains.ts';
import { type Stage, stagesOf } from './stages.ts';

export type KnobKind = 'width' | 'depth' | 'resolution' | 'groups' | 'groupWidth' | 'expansion' | 'kernel';

/** One thing about a design that may be turned, without its values. */
export interface Knob {
  /** `stage3.width`, `conv1.kernel`, `input`; `width` is the factor on all widths. */
  readonly id: string;
  readonly title: string;
  readonly kind: KnobKind;
  /** What it stands at. */
  readonly base: number;
  readonly nodes: readonly NodeId[];
  /** What values must be multiples of. */
  readonly step: number;
  readonly min: number;
  readonly max: number;
  /** Whether costs can only rise as it rises, fall, or neither. */
  readonly cost: 'rises' | 'falls' | 'either';
  /** Of a depth: what there is more or less of. */
  readonly chain?: Chain;
}

/** A knob and the values that it may take, rising. One value: it is locked. */
export interface TurnedKnob {
  readonly knob: Knob;
  readonly values: readonly number[];
}

/** Channel counts are kept multiples of this where nothing else is said: what hardware likes. */
const WIDTH_STEP = 8;
const RESOLUTION_STEP = 32;
export const FACTOR_STEP = 0.05;

/** How the variants of a design are timed: by what each piece takes, to the scale of the whole. */
export interface Timing {
  readonly timer: DesignTimer;
  readonly original: WholeTime;
  /** What the whole design takes, by the sum of what its pieces take by themselves. */
  readonly scale: number;
}

/** How the engine's arena is estimated: as so many times what another convention counts, and what algorithms work in. */
export interface Arena {
  readonly like: PaperSharing;
  readonly scale: number;
}

/** What a design is steered by: its analysis, its stages, and the nodes that set widths. */
export interface Steering {
  readonly design: Design;
  readonly analysis: Analysis;
  readonly stages: readonly Stage[];
  /** Nodes whose widths may be turned: not the last layers', which are the classes. */
  readonly wide: ReadonlySet<NodeId>;
  /** Where variants are timed, too. */
  readonly timing?: Timing;
  /** Peaks that variants are counted by besides, in which something shares its place. */
  readonly peaks?: readonly PaperSharing[];
  /** Where the engine's arena is asked for: of a variant an estimate, of an answer what its plan says. */
  readonly arena?: Arena;
  /** What peaks are counted of, where that is not one sample in float32. */
  readonly loaded?: Loaded;
}

export function steeringOf(design: Design, analysis: Analysis): Steering {
  const { into } = analysis.topology;
  const sources = (id: NodeId): readonly NodeId[] => (into.get(id) ?? []).map(({ from }) => from.node);
  const last = lastWidths(design, sources);
  const wide = new Set(Object.keys(design.nodes).filter((id) => setsWidth(design, id) && !last.has(id)));
  return { design, analysis, stages: stagesOf(analysis, sources), wide };
}

export function rolesOf({ kind }: DesignNode, role: ParamRole): readonly string[] {
  return namesWithRole(definitionOf(kind).params, role);
}

/** Whether a node, or what it stands for, has a number of channels of its own. */
function setsWidth({ nodes, blocks }: Pick<Design, 'nodes' | 'blocks'>, id: NodeId): boolean {
  const node = nodes[id]!;
  if (rolesOf(node, 'width').length > 0) return true;
  const name = blockNameOf(node);
  const definition = name === undefined ? undefined : blocks[name];
  return (
    definition !== undefined &&
    Object.keys(definition.nodes).some((inner) =>
      setsWidth({ nodes: definition.nodes, blocks: withoutBlock(blocks, name!) }, inner),
    )
  );
}

function withoutBlock(blocks: Design['blocks'], name: string): Design['blocks'] {
  const { [name]: _, ...rest } = blocks;
  return rest;
}

/** Walking back from the outputs, the first layers that set a width of their own: the classifiers. */
function lastWidths(design: Design, sources: (id: NodeId) => readonly NodeId[]): ReadonlySet<NodeId> {
  const found = new Set<NodeId>();
  const seen = new Set<NodeId>();
  const queue = Object.keys(design.nodes).filter((id) => design.nodes[id]!.kind === 'output');
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (seen.has(id) || !design.nodes[id]) continue;
    seen.add(id);
    if (setsWidth(design, id)) found.add(id);
    else for (const source of sources(id)) queue.push(source);
  }
  return found;
}

/** A depthwise convolution, or another layer that has as many channels as come in: it follows what feeds it. */
export function followsInput(node: DesignNode, inputChannels: number | undefined): boolean {
  const [width] = rolesOf(node, 'width');
  const [groups] = rolesOf(node, 'groups');
  if (width === undefined || groups === undefined) return false;
  const { [width]: channels, [groups]: count } = node.params;
  return Number(count) > 1 && channels === count && channels === inputChannels;
}

/** Every knob that a design has by itself: stages and input. Those of single nodes are found by name. */
export function knobsOf(steering: Steering): readonly Knob[] {
  const { stages } = steering;
  const found: Knob[] = [...inputKnobs(steering)];
  const whole = wholeWidth(steering);
  if (whole) found.push(whole);
  for (const { name, nodes } of stages) {
    for (const kind of ['width', 'groups', 'groupWidth', 'expansion', 'kernel'] as const) {
      const knob = paramKnob(steering, `${name}.${kind}`, kind, nodes);
      if (knob) found.push(knob);
    }
  }
  for (const stage of stages) {
    const chain = chainOf(stage, steering.analysis);
    if (chain) found.push(depthKnob(stage, chain));
  }
  return found;
}

/** The knob of that name, of a stage or of a single node. */
export function knobNamed(steering: Steering, id: string): Knob | undefined {
  const known = knobsOf(steering).find((knob) => knob.id === id);
  if (known) return known;
  const dot = id.lastIndexOf('.');
  const node = id.slice(0, Math.max(dot, 0));
  const kind = id.slice(dot + 1);
  if (!Object.hasOwn(steering.design.nodes, node) || !isParamKind(kind)) return undefined;
  return paramKnob(steering, id, kind, [node]);
}

type ParamKnobKind = Exclude<KnobKind, 'depth' | 'resolution'>;

const paramKinds: Readonly<Record<ParamKnobKind, { readonly role: ParamRole; readonly title: string }>> = {
  width: { role: 'width', title: 'Width' },
  groups: { role: 'groups', title: 'Groups' },
  groupWidth: { role: 'groups', title: 'Width of a group' },
  expansion: { role: 'expansion', title: 'Expansion' },
  kernel: { role: 'kernel', title: 'Kernel' },
};

/** What can be turned of a single node. */
export const paramKnobKinds = Object.keys(paramKinds) as readonly ParamKnobKind[];

function isParamKind(kind: string): kind is ParamKnobKind {
  return Object.hasOwn(paramKinds, kind);
}

function paramKnob(
  steering: Steering,
  id: string,
  kind: ParamKnobKind,
  among: readonly NodeId[],
): Knob | undefined {
  const { design, analysis, wide } = steering;
  const { role, title } = paramKinds[kind];
  const inputsOf = (node: NodeId): number | undefined => analysis.facts.get(node)!.inputs[0]?.[1];
  const nodes = among.filter((each) => {
    const node = design.nodes[each]!;
    if (node.weights !== undefined || node.bypass === true) return false;
    const follows = followsInput(node, inputsOf(each));
    if (kind === 'width') return wide.has(each) && !follows;
    const [name] = rolesOf(node, role);
    if (name === undefined || follows) return false;
    if (role === 'groups') return Number(node.params[name]) > 1;
    return kind !== 'kernel' || kernelOf(node) !== undefined;
  });
  const lead = nodes.find((each) => rolesOf(design.nodes[each]!, role).length > 0);
  if (lead === undefined) return undefined;
  const node = design.nodes[lead]!;
  const scope = `${title} of ${id.slice(0, id.lastIndexOf('.'))}`;
  const common = { id, title: scope, kind, nodes };
  const value = Number(node.params[rolesOf(node, role)[0]!]);
  switch (kind) {
    case 'width': {
      const step = nodes.reduce((all, each) => lcm(all, groupsOf(design.nodes[each]!)), WIDTH_STEP);
      const fine =
        value % step === 0 ? step : nodes.reduce((all, each) => lcm(all, groupsOf(design.nodes[each]!)), 1);
      return { ...common, base: value, step: fine, min: fine, max: MAX_EXTENT, cost: 'rises' };
    }
    case 'groups':
      return { ...common, base: value, step: 1, min: 1, max: widthOf(node), cost: 'falls' };
    case 'groupWidth':
      return { ...common, base: widthOf(node) / value, step: 1, min: 1, max: widthOf(node), cost: 'rises' };
    case 'expansion':
      return { ...common, base: value, step: 1, min: 1, max: 64, cost: 'rises' };
    case 'kernel': {
      const same = nodes.filter((each) => kernelOf(design.nodes[each]!) === kernelOf(node));
      return { ...common, nodes: same, base: kernelOf(node)!, step: 2, min: 1, max: 31, cost: 'rises' };
    }
  }
}

function groupsOf(node: DesignNode): number {
  const [groups] = rolesOf(node, 'groups');
  return groups === undefined ? 1 : Number(node.params[groups]);
}

export function widthOf(node: DesignNode): number {
  const [width] = rolesOf(node, 'width');
  return width === undefined ? 1 : Number(node.params[width]);
}

/** The side of a square odd kernel that is padded such that the map keeps its size; undefined for any other. */
export function kernelOf(node: DesignNode): number | undefined {
  const [name] = rolesOf(node, 'kernel');
  if (name === undefined) return undefined;
  const [rows, columns] = node.params[name] as readonly [number, number];
  if (rows !== columns || rows % 2 === 0) return undefined;
  const [padding] = rolesOf(node, 'padding');
  if (padding === undefined) return undefined;
  const sides = node.params[padding];
  const [dilation = 1] = (node.params.dilation ?? [1, 1]) as readonly number[];
  const half = (dilation * (rows - 1)) / 2;
  return Array.isArray(sides) && sides.every((side) => side === half) ? rows : undefined;
}

function inputKnobs({ design, analysis }: Steering): readonly Knob[] {
  const inputs = Object.entries(design.nodes).filter(([, { kind }]) => kind === 'input');
  const [only] = inputs;
  if (!only || inputs.length > 1) return [];
  const [id, { params }] = only;
  const shape = params.shape as readonly number[];
  if (shape.length !== 3 && !isSequence(analysis, id)) return [];
  const base = shape[1]!;
  return [
    {
      id: 'input',
      title: shape.length === 3 ? 'Height of the input' : 'Length of the input',
      kind: 'resolution',
      base,
      nodes: [id],
      step: 1,
      min: 1,
      max: MAX_EXTENT,
      cost: 'rises',
    },
  ];
}

/** Whether what comes in is channels along a length, and no tokens: windows go over it. */
function isSequence({ topology, facts }: Analysis, input: NodeId): boolean {
  const readers = (topology.outOf.get(input) ?? []).map(({ to }) => facts.get(to.node));
  return (
    readers.length > 0 &&
    readers.every((known) => known?.inputs[0]?.length === 3 && (known.reach?.extent[1] ?? 1) > 1)
  );
}

function wholeWidth({ wide, design, analysis }: Steering): Knob | undefined {
  const nodes = [...wide].filter((id) => {
    const node = design.nodes[id]!;
    return (
      node.weights === undefined &&
      node.bypass !== true &&
      !followsInput(node, analysis.facts.get(id)!.inputs[0]?.[1])
    );
  });
  if (nodes.length === 0) return undefined;
  const title = 'Factor on all widths';
  return { id: 'width', title, kind: 'width', base: 1, nodes, step: 0, min: 0.01, max: 16, cost: 'rises' };
}

function depthKnob({ name }: Stage, chain: Chain): Knob {
  const fewest = chain.others > 0 ? chain.others : 1;
  return {
    id: `${name}.depth`,
    title: `Depth of ${name}`,
    kind: 'depth',
    base: chain.copies + chain.others,
    nodes: chain.units.flat(),
    step: 1,
    min: fewest,
    max: MAX_REPEAT,
    cost: 'rises',
    chain,
  };
}

/** Values around where a knob stands, for who names none: from half of it to twice as much. */
export function usualValues(knob: Knob): readonly number[] {
  const { kind, base, step, min, max } = knob;
  const between = (low: number, high: number, by: number): readonly number[] => {
    const values: number[] = [];
    const first = Math.max(low, min);
    for (let value = first; value <= Math.min(high, max); value += by) values.push(value);
    return withBase(values, base);
  };
  switch (kind) {
    case 'width':
      if (step === 0) return factors(0.25, 2);
      return between(
        Math.ceil(base / 2 / step) * step,
        2 * base,
        Math.max(step, Math.ceil(base / 16 / step) * step),
      );
    case 'depth':
      return between(min, Math.max(2 * base, base + 2), Math.max(1, Math.ceil(base / 8)));
    case 'resolution': {
      const by = Math.min(RESOLUTION_STEP, Math.max(1, Math.round(base / 8)));
      return between(Math.max(1, base - 4 * by), base + 4 * by, by);
    }
    case 'groups':
    case 'groupWidth':
      return withBase(
        [1, 2, 4, 8, 16, 32, 64].filter((value) => value <= max),
        base,
      );
    case 'expansion':
      return withBase([1, 2, 3, 4, 6, 8], base);
    case 'kernel':
      return withBase([1, 3, 5, 7], base);
  }
}

function factors(low: number, high: number): readonly number[] {
  const count = Math.round((high - low) / FACTOR_STEP);
  return Array.from({ length: count + 1 }, (_, i) => Number((low + i * FACTOR_STEP).toFixed(6)));
}

function withBase(values: readonly number[], base: number): readonly number[] {
  return [...new Set([...values, base])].sort((a, b) => a - b);
}

function lcm(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return (a / x) * b;
}

/** The user's own blocks whose every use lies among these nodes, so that they can be scaled with them. */
export function blocksOwnedBy({ design }: Steering, nodes: readonly NodeId[]): ReadonlySet<string> {
  const inside = new Set(nodes);
  const { blocks } = design;
  const owned = new Set<string>();
  const outside = new Set<string>();
  const reach = (name: string, into: Set<string>): void => {
    if (into.has(name) || !Object.hasOwn(blocks, name)) return;
    into.add(name);
    for (const inner of usedIn(blocks[name]!)) reach(inner, into);
  };
  for (const [id, node] of Object.entries(design.nodes)) {
    const name = blockNameOf(node);
    if (name !== undefined) reach(name, inside.has(id) ? owned : outside);
  }
  return new Set([...owned].filter((name) => !outside.has(name)));
}
