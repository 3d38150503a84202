import type { Analysis, NodeFacts } from '../../analysis/facts.ts';
import type { FlatNetwork } from '../../analysis/flatten.ts';
import type { Dims } from '../../base/dims.ts';
import { inEnglish, type Speech } from '../../base/speech.ts';
import { repeatOf } from '../../blocks/expansion.ts';
import { definitionOf, type NodeKind, titleOf } from '../../blocks/index.ts';
import type { Design, Wire } from '../../graph/design.ts';
import type { Group } from '../../layers/define.ts';
import { formatParam } from '../../schema/codec.ts';
import type { ParamValues } from '../../schema/params.ts';

/** How much of a network a picture shows: every layer, blocks closed, or stages with repeat counts. */
export type Detail = 'layers' | 'blocks' | 'stages';

export interface OutlineNode {
  readonly id: string;
  readonly kind: NodeKind;
  readonly group: Group;
  /** What it is: `Conv2d`, `Bottleneck`. */
  readonly title: string;
  /** Its key parameters, and what was folded into it: `3×3, 64`, `BN, ReLU`. */
  readonly lines: readonly string[];
  /** How many times it stands in a row; 1 for a single node. */
  readonly repeat: number;
  readonly output: Dims | undefined;
  readonly macs: number | undefined;
  readonly params: number | undefined;
  /** The nodes that it stands for, in order. */
  readonly members: readonly string[];
}

export interface OutlineEdge {
  readonly from: string;
  readonly to: string;
}

/** A network as a picture sees it. */
export interface Outline {
  readonly name: string;
  readonly nodes: readonly OutlineNode[];
  readonly edges: readonly OutlineEdge[];
}

/** How the names of layers and blocks, and words about them, are said in a language; names that users gave stay. */
export type Say = Speech['t'];

/** The design's own nodes, blocks closed; what has problems is shown without figures. */
export function outlineOf(design: Design, analysis: Analysis, say: Say = inEnglish.t): Outline {
  const ordered = new Set(analysis.order);
  const ids = [...analysis.order, ...Object.keys(design.nodes).filter((id) => !ordered.has(id))];
  return {
    name: design.name,
    nodes: ids.map((id) => fromFacts(analysis.facts.get(id)!, say)),
    edges: ids.flatMap((id) => edgesInto(id, analysis)),
  };
}

/** In the order of the ports; then wires that end at no port or at one that is taken, which have problems but are drawn. */
function edgesInto(id: string, { topology }: Analysis): readonly OutlineEdge[] {
  const ports = (topology.wirings.get(id)?.ports ?? []).map(({ name }) => name);
  const placeOf = ({ to }: Wire): number => (ports.includes(to.port) ? ports.indexOf(to.port) : ports.length);
  const nameOf = ({ to, from }: Wire): string => [to.port, from.node, from.port].join(' ');
  return [...(topology.into.get(id) ?? [])]
    .sort((a, b) => placeOf(a) - placeOf(b) || (nameOf(a) < nameOf(b) ? -1 : 1))
    .map(({ from }) => ({ from: from.node, to: id }));
}

/** Every layer, blocks opened. */
export function outlineOfLayers(name: string, { steps }: FlatNetwork, say: Say = inEnglish.t): Outline {
  return {
    name,
    nodes: steps.map(({ id, kind, params, outputDims, inputDims, cost }) => ({
      ...described(id, kind, params, say),
      output: outputDims[0] ?? inputDims[0],
      macs: cost.macs.value,
      params: cost.params.value,
    })),
    edges: steps.flatMap((step) =>
      step.inputs.map((source) => ({ from: steps[source.step]!.id, to: step.id })),
    ),
  };
}

/** A layer or block, as far as it is known. */
export function fromFacts(
  { id, node, inputs, outputs, cost }: NodeFacts,
  say: Say = inEnglish.t,
): OutlineNode {
  const about = described(id, node.kind, node.params, say);
  return {
    ...about,
    lines: node.bypass === true ? [...about.lines, say('bypassed')] : about.lines,
    output: Object.values(outputs ?? {})[0] ?? (node.kind === 'output' ? inputs[0] : undefined),
    macs: cost?.macs.value,
    params: cost?.params.value,
  };
}

type Described = Omit<OutlineNode, 'output' | 'macs' | 'params'>;

function described(id: string, kind: NodeKind, params: ParamValues, say: Say): Described {
  const definition = definitionOf(kind);
  return {
    id,
    kind,
    group: definition.group,
    title: titleOf({ kind, params }, say),
    lines: headlineOf(kind, params, say),
    repeat: repeatOf(params),
    members: [id],
  };
}

/** `11×11, 64, s4, p2`: the parameters that a figure names, unremarkable ones left out. */
function headlineOf(kind: NodeKind, params: ParamValues, say: Say): readonly string[] {
  const definition = definitionOf(kind);
  const parts = definition.headline.flatMap((name) => {
    const p = definition.params[name]!;
    const value = params[name] ?? p.default;
    const text = formatParam(p, value);
    if (p.role === 'stride') return text === '1×1' ? [] : [`s${text.replace(/^(\d+)×\1$/, '$1')}`];
    if (p.role === 'repeat') return [];
    if (p.role === 'padding') return text === '0' ? [] : [text === 'same' ? text : `p${text}`];
    return [p.kind === 'flag' ? (value === true ? say(p.title).toLowerCase() : '') : text].filter(
      (part) => part !== '',
    );
  });
  return parts.length === 0 ? [] : [parts.join(', ')];
}
