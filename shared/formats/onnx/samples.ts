import { analyze } from '../../analysis/analyze.ts';
import type { Analysis } from '../../analysis/facts.ts';
import type { Dims } from '../../base/dims.ts';
import type { Problem } from '../../base/problem.ts';
import { messages } from '../../base/problem.ts';
import type { Design, DesignNode, NodeId } from '../../graph/design.ts';
import type { ParamValues } from '../../schema/params.ts';
import { MAX_BATCH } from '../spec/format.ts';

export const say = messages('formats/onnx/samples', {
  'batch-fixed': [
    'The model is made for {{batch}} samples at once, and its layers cannot do with another number: what it costs is told for all of them.',
    'Export it for one sample, or with an open batch.',
  ],
});

/** A design of one sample, and what could not be made of it. */
export interface PerSample {
  readonly design: Design;
  readonly remark?: Problem;
}

/**
 * A network that was exported for so many samples as a design of one, with that batch: costs are a sample's everywhere.
 * The design itself, and a remark, where its layers would not give what they gave, because the batch is woven into them.
 */
export function perSample(design: Design): PerSample {
  const batch = batchOf(design);
  if (batch === undefined) return { design };
  const whole = analyze(design);
  if (whole.problems.length > 0 || whole.totals.params === 0) return { design };
  const nodes = mapNodes(design, (id, node) => keepingBatch(node, batch, whole, id));
  const one: Design = { ...design, batch, nodes };
  // With the batch as an axis of the inputs the shapes must be those of before, and without it those of one sample.
  const again: Design = {
    ...one,
    nodes: mapNodes(one, (id, node) => (node.kind === 'input' ? design.nodes[id]! : node)),
  };
  return sameShapes(whole, analyze(again), batch, batch) && sameShapes(whole, analyze(one), batch, 1)
    ? { design: one }
    : { design, remark: woven(batch, inputNames(design)) };
}

const inputNames = ({ nodes }: Design) => Object.keys(nodes).filter((id) => nodes[id]!.kind === 'input');

function woven(batch: number, [input = '']: readonly NodeId[]): Problem {
  return say.at({ path: input }, 'batch-fixed', { batch });
}

function mapNodes(
  { nodes }: Design,
  change: (id: NodeId, node: DesignNode) => DesignNode,
): Readonly<Record<NodeId, DesignNode>> {
  return Object.fromEntries(Object.entries(nodes).map(([id, node]) => [id, change(id, node)]));
}

/** The first extent of every input, where all have the same. */
function batchOf(design: Design): number | undefined {
  const inputs = Object.values(design.nodes).filter(({ kind }) => kind === 'input');
  const shapes = inputs.map(({ params }) => params.shape as Dims);
  const batch = shapes[0]?.[0];
  const isOne = shapes.every((shape) => shape.length > 1 && shape[0] === batch);
  const open = inputs.every(({ params }) => params.batched === false);
  return batch !== undefined && batch > 1 && batch <= MAX_BATCH && isOne && open ? batch : undefined;
}

/** Inputs of one sample; reshapes that keep the batch say so in the place of its number. */
function keepingBatch(node: DesignNode, batch: number, { facts }: Analysis, id: NodeId): DesignNode {
  const { kind, params } = node;
  const [from] = facts.get(id)?.inputs ?? [];
  const shape = params.shape as Dims | undefined;
  const changed: ParamValues | undefined =
    kind === 'input' && shape
      ? { shape: shape.slice(1), batched: true }
      : kind === 'reshape' && shape?.[0] === batch && from?.[0] === batch
        ? { shape: shape.with(0, 0) }
        : kind === 'expand' && shape?.[0] === batch && from?.length === shape.length && from[0] === batch
          ? { shape: shape.with(0, 1) }
          : undefined;
  return changed ? { ...node, params: { ...params, ...changed } } : node;
}

/** Whether every node gives what it gave, `batch` samples along the first axis being so many now; constants' values as they are. */
function sameShapes(before: Analysis, now: Analysis, batch: number, samples: number): boolean {
  if (now.problems.length > 0) return false;
  const fed = new Set<NodeId>();
  for (const id of before.order) {
    const { node, outputs, weights } = before.facts.get(id)!;
    const kept = (specs: typeof weights) => specs.map(({ dims }) => dims.join()).join(' ');
    if (kept(weights) !== kept(now.facts.get(id)?.weights ?? [])) return false;
    const wires = before.topology.wirings.get(id)!.ports;
    if (node.kind === 'input' || wires.some(({ wire }) => wire && fed.has(wire.from.node))) fed.add(id);
    for (const [port, dims] of Object.entries(outputs ?? {})) {
      const wanted = fed.has(id) ? (dims[0] === batch ? dims.with(0, samples) : undefined) : dims;
      if (wanted === undefined || now.facts.get(id)?.outputs?.[port]?.join() !== wanted.join()) return false;
    }
  }
  return true;
}
