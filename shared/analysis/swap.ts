import { type Dims, sameDims } from '../base/dims.ts';
import { isIssue } from '../base/problem.ts';
import { catalog, definitionOf, type NodeKind } from '../blocks/index.ts';
import type { Design, DesignNode, NodeId } from '../graph/design.ts';
import type { Edit } from '../graph/edits.ts';
import { handOn } from '../graph/shared-weights.ts';
import { traitsOf } from '../layers/index.ts';
import { readParam } from '../schema/codec.ts';
import {
  defaultsOf,
  namesWithRole,
  type Param,
  type ParamRole,
  type Params,
  type ParamValue,
  type ParamValues,
} from '../schema/params.ts';
import type { Analysis, NodeFacts } from './facts.ts';
import { inferNode, type Value } from './node-facts.ts';

/** Another kind that can take a node's place: it takes what comes in, and gives what is read. */
export interface Swap {
  readonly kind: NodeKind;
  readonly node: DesignNode;
  /** The parameters that it keeps, by their names there. */
  readonly kept: readonly string[];
  /** What it costs more, or less. */
  readonly difference: { readonly macs: number; readonly params: number; readonly outputBytes: number };
}

/** What two kinds must have in common to be told of each other: being of one family, or looking around alike. */
const tellingRoles: readonly ParamRole[] = ['width', 'kernel', 'expansion'];
const BYTES = 4;

/**
 * The kinds that a node can become in place: those of its family, and those with a width, kernel or expansion as it has one,
 * that with what their parameters share give the very shapes that it gives. Its own family first, then by how much is shared.
 */
export function swapsFor(design: Design, analysis: Analysis, id: NodeId): readonly Swap[] {
  const facts = analysis.facts.get(id);
  if (!facts?.outputs || !facts.cost || facts.node.bypass || facts.problems.length > 0) return [];
  const { kind } = facts.node;
  const own = definitionOf(kind);
  if (own.group === 'io' || kind === 'userBlock' || traitsOf(facts.node).opaque) return [];
  const found = (Object.keys(catalog) as NodeKind[]).flatMap((other) => {
    if (other === kind || other === 'userBlock' || !isRelated(own, definitionOf(other))) return [];
    const swap = swapTo(other, facts, design);
    return swap ? [swap] : [];
  });
  const family = ({ kind: each }: Swap): number => (definitionOf(each).group === own.group ? 0 : 1);
  const rare = ({ kind: each }: Swap): number => (definitionOf(each).frequent ? 0 : 1);
  return found.sort((a, b) => family(a) - family(b) || b.kept.length - a.kept.length || rare(a) - rare(b));
}

/** Makes a node another one in its place. Its wires stay; who used its weights has them now. */
export function swapNode(id: NodeId, node: DesignNode): Edit {
  return (draft) => {
    handOn(draft.nodes, new Set([id]));
    draft.nodes[id] = { ...node } as (typeof draft.nodes)[string];
  };
}

type Definition = ReturnType<typeof definitionOf>;

function isRelated(a: Definition, b: Definition): boolean {
  if (b.group === 'io' || a.inputs.length !== b.inputs.length) return false;
  if (a.inputs.some(({ name }, i) => name !== b.inputs[i]!.name)) return false;
  return (
    a.group === b.group ||
    tellingRoles.some(
      (role) => namesWithRole(a.params, role).length > 0 && namesWithRole(b.params, role).length > 0,
    )
  );
}

function swapTo(kind: NodeKind, facts: NodeFacts, design: Design): Swap | undefined {
  const { params } = definitionOf(kind);
  const shared = sharedParams(facts.node, params);
  const wanted = Object.values(facts.outputs!)[0]!;
  const input = facts.inputs[0];
  const values: Record<string, ParamValue> = { ...defaultsOf(params), ...shared };
  for (const name of namesWithRole(params, 'inputWidth'))
    if (input?.[1] !== undefined) values[name] = input[1];
  const fitting = widthsFor(params, values, wanted)
    .map((widths) => inferred({ kind, params: { ...values, ...widths } }, facts, design))
    .find((made) => fits(made, facts));
  if (!fitting?.cost) return undefined;
  const before = facts.cost!;
  const after = fitting.cost;
  return {
    kind,
    node: fitting.node,
    kept: Object.keys(shared).filter((name) => fitting.node.params[name] === shared[name]),
    difference: {
      macs: after.macs.value - before.macs.value,
      params: after.params.value - before.params.value,
      outputBytes: (after.outputElements - before.outputElements) * BYTES,
    },
  };
}

/** Widths that may give the channels that are wanted: as they are, as many as are wanted, and so many before they expand. */
function widthsFor(params: Params, values: ParamValues, wanted: Dims): readonly ParamValues[] {
  const [width] = namesWithRole(params, 'width');
  if (width === undefined) return [{}];
  // Whatever can become a kind with a width gives channels.
  const channels = wanted[1]!;
  const expansions = namesWithRole(params, 'expansion').map((name) => Number(values[name]));
  const narrow = expansions.map((times) => channels / times).filter(Number.isInteger);
  return [...new Set([Number(values[width]), channels, ...narrow])].map((each) => ({ [width]: each }));
}

function inferred(node: DesignNode, facts: NodeFacts, { blocks }: Design): NodeFacts {
  // Which pixels the inputs have seen makes no difference to shapes and costs.
  const inputs = facts.inputs.map((dims): Value => ({ dims, reach: undefined, blind: false }));
  const samples = facts.inputs[0]?.[0] ?? 1;
  return inferNode(facts.id, node, inputs, [], { samples, blocks, count: () => {} });
}

function fits(made: NodeFacts, { outputs }: NodeFacts): boolean {
  if (!made.outputs || made.problems.length > 0) return false;
  const [now, before] = [Object.entries(made.outputs), Object.entries(outputs!)];
  return (
    now.length === before.length &&
    before.every(([port, dims], i) => now[i]![0] === port && sameDims(now[i]![1], dims))
  );
}

/** The values that another kind can take over: by name where both mean the same by it, else by what they are for. */
function sharedParams({ kind, params }: DesignNode, wanted: Params): Record<string, ParamValue> {
  const own = definitionOf(kind).params;
  const shared: Record<string, ParamValue> = {};
  for (const [name, p] of Object.entries(wanted)) {
    const from = own[name]?.kind === p.kind && own[name].role === p.role ? name : sameRole(own, p);
    const value = from === undefined ? undefined : params[from];
    if (value !== undefined && isAllowed(name, p, value)) shared[name] = value;
  }
  return shared;
}

/** The one parameter that is for the same, where there is just one. */
function sameRole(own: Params, { role, kind }: Param): string | undefined {
  if (role === undefined || role === 'inputWidth') return undefined;
  const names = namesWithRole(own, role);
  return names.length === 1 && own[names[0]!]!.kind === kind ? names[0] : undefined;
}

function isAllowed(name: string, p: Param, value: ParamValue): boolean {
  const read = readParam(name, p, value);
  return typeof read !== 'object' || !isIssue(read);
}
