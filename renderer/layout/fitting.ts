import { analyze } from '../../shared/analysis/analyze.ts';
import type { Dims } from '../../shared/base/dims.ts';
import { definitionOf } from '../../shared/blocks/index.ts';
import {
  type Design,
  type DesignNode,
  emptyDesign,
  type PortRef,
  wireBetween,
  wireId,
} from '../../shared/graph/design.ts';
import { newNode } from '../../shared/graph/edits.ts';
import { blockPorts, inputsOf } from '../../shared/graph/inside.ts';
import type { Group } from '../../shared/layers/define.ts';
import { said } from '../i18n/said.ts';
import type { App } from '../state/app.ts';
import { designOf } from '../state/app-state.ts';
import { type Addable, nodeOf } from './addable.ts';

/** What follows most often first; what ends a network, and what only imported models use, last. */
const order: readonly Group[] = [
  'convolution',
  'dense',
  'block',
  'pooling',
  'activation',
  'normalisation',
  'merge',
  'shape',
  'io',
  'math',
];

/** Something to add, and why it cannot follow; undefined where it can. */
export interface Fitting {
  readonly added: Addable;
  readonly misfit: string | undefined;
}

/** Which layers can follow a tensor: those that can first, the usual ones before others. */
export function fittings(all: readonly Addable[], dims: Dims, blocks: Design['blocks']): readonly Fitting[] {
  const place = (group: Group): number => order.indexOf(group);
  return all
    .map((added) => ({ added, misfit: misfitOf(nodeOf(added, dims[1]), dims, blocks) }))
    .sort(
      (a, b) =>
        Number(a.misfit !== undefined) - Number(b.misfit !== undefined) ||
        Number(b.added.frequent) - Number(a.added.frequent) ||
        place(a.added.group) - place(b.added.group),
    );
}

/** What the analysis says of a node that is fed this tensor at all the inputs that it needs. */
function misfitOf(node: DesignNode, dims: Dims, blocks: Design['blocks']): string | undefined {
  return problemOf(node, new Map(neededPorts(node, blocks).map((port) => [port, dims])), blocks);
}

/** The inputs that a node cannot be without. */
function neededPorts(node: DesignNode, blocks: Design['blocks']): readonly string[] {
  if (node.kind === 'userBlock') return blockPorts(inputsOf(node, blocks).length);
  return definitionOf(node.kind).inputs.flatMap(({ name, atLeast }) =>
    atLeast === undefined ? [name] : Array.from({ length: atLeast }, (_, i) => `${name}${i}`),
  );
}

/** What a layer would say of one more wire at a port, beside those that it has; undefined when nothing, or none can know. */
export function misfitAt(app: App, from: PortRef, to: PortRef): string | undefined {
  const { analysis } = app.getState();
  const { nodes, blocks } = designOf(app.getState());
  const dimsOf = ({ node, port }: PortRef): Dims | undefined => analysis.facts.get(node)?.outputs?.[port];
  const wired = [...(analysis.topology.into.get(to.node) ?? []), { from, to }];
  const fed = new Map(wired.map((wire) => [wire.to.port, dimsOf(wire.from)] as const));
  // With a port still free the layer has nothing to say of the others but that.
  const least = neededPorts(nodes[to.node]!, blocks).length;
  const known = new Map([...fed].flatMap(([port, dims]) => (dims ? [[port, dims] as const] : [])));
  if (known.size < fed.size || fed.size < least) return undefined;
  return problemOf(nodes[to.node]!, known, blocks);
}

/** The first problem of a node that is fed these tensors. */
function problemOf(
  node: DesignNode,
  fed: ReadonlyMap<string, Dims>,
  blocks: Design['blocks'],
): string | undefined {
  const sources = [...fed].map(([port, dims], i) => {
    const batched = dims.length > 1;
    const input = newNode('input', { shape: batched ? dims.slice(1) : dims, batched });
    return { id: `input${i}`, input, wire: wireBetween(`input${i}`, 'node', port) };
  });
  const { facts } = analyze({
    ...emptyDesign,
    blocks,
    nodes: { ...Object.fromEntries(sources.map(({ id, input }) => [id, input])), node },
    wires: Object.fromEntries(sources.map(({ wire }) => [wireId(wire), wire])),
  });
  const [problem] = facts.get('node')?.problems ?? [];
  return problem && said(problem.told.message);
}
