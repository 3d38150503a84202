import type { FlatNetwork } from '../../analysis/flatten.ts';
import { type Dims, elementCount, sameDims } from '../../base/dims.ts';
import { isIssue, messages, type Problem, problemAt } from '../../base/problem.ts';
import { type LayerKind, layerOf, type ParamsOf } from '../../layers/index.ts';
import type { PlanGraph, ValueId } from './graph.ts';
import { type Abilities, GraphBuilder, Site } from './graph-builder.ts';
import { type Lowering, lowerings, runsByReference } from './lowerings.ts';
import { type Reading, whole } from './reading.ts';

export const say = messages('runtime/plan/lower', {
  'runs-by-reference': [
    '"{{node}}" has no fast form: {{title}} runs as it is written.',
    'Plan the parts before and after it.',
  ],
  'empty-tensor': [
    '"{{node}}" gives an empty tensor ({{dims}}), which the CPU backend does not run.',
    'Give every axis at least one element, or run on the reference backend.',
  ],
});

export type LowerResult =
  | { readonly ok: true; readonly graph: PlanGraph }
  | { readonly ok: false; readonly problem: Problem };

/**
 * Lowers a network to operations. `inputDims` gives the extents of each input by node id, batch included; shapes are
 * worked out anew from them, since the network's own are those of a batch of one. `wanted` names nodes whose outputs
 * somebody reads besides the network's own, as they are; `abilities` what the backend does besides what all do.
 */
export function lower(
  network: FlatNetwork,
  inputDims: Readonly<Record<string, Dims>> = {},
  wanted: Iterable<string> = [],
  abilities: Abilities = {},
): LowerResult {
  const graph = new GraphBuilder(abilities);
  const sites: { readonly site: Site; readonly readings: readonly Reading[] }[] = [];
  for (const step of network.steps) {
    const inputs = step.inputs.map(({ step: from, output }) => sites[from]!.readings[output]!);
    const dimsOfInputs = inputs.map(({ dims }) => dims);
    const shape =
      step.kind === 'input'
        ? [inputDims[step.id] ?? step.outputDims[0]!]
        : layerOf(step.kind).shape({ params: step.params, inputs: dimsOfInputs });
    if (isIssue(shape)) return { ok: false, problem: problemAt(step.id, shape) };
    const dims = shape[0] ?? dimsOfInputs[0]!;
    const problem = [dims, ...shape].map((extents) => unsupported(step.id, extents)).find(Boolean);
    if (problem) return { ok: false, problem };
    if (runsByReference(step.kind, step.params))
      return { ok: false, problem: byReference(step.id, step.kind) };
    const site = new Site(graph, step, inputs, dims, shape);
    const outputs = lowerStep(site, graph);
    const readings = (Array.isArray(outputs) ? outputs : [outputs]).map((output: ValueId | Reading, at) =>
      typeof output === 'number'
        ? whole(output, shape[at] ?? dims)
        : { ...output, dims: shape[at] ?? dims, node: output.node ?? step.id },
    );
    sites.push({ site, readings });
  }
  return {
    ok: true,
    graph: { ops: graph.ops, values: graph.values, valueOf: namedValues(graph, sites, new Set(wanted)) },
  };
}

/** The values of those nodes that have one, or are to have one. */
function namedValues(
  graph: GraphBuilder,
  sites: readonly { readonly site: Site; readonly readings: readonly Reading[] }[],
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, ValueId> {
  const named = new Map<string, ValueId>();
  for (const { site, readings } of sites) {
    const reading = readings[0]!;
    const { id } = site.step;
    if (wanted.has(id)) named.set(id, graph.read(site, reading));
    else if (sameDims(graph.values[reading.value]!, reading.dims) && graph.isWhole(reading))
      named.set(id, reading.value);
  }
  return named;
}

function lowerStep(site: Site, graph: GraphBuilder): ReturnType<Lowering<LayerKind>> {
  const lowering = lowerings[site.step.kind] as Lowering<LayerKind>;
  return lowering(site.step.params as ParamsOf<LayerKind>, site, graph);
}

function byReference(node: string, kind: LayerKind): Problem {
  return problemAt(node, say('runs-by-reference', { node, title: layerOf(kind).title }));
}

function unsupported(node: string, dims: Dims): Problem | undefined {
  if (elementCount(dims) > 0) return undefined;
  return problemAt(node, say('empty-tensor', { node, dims: dims.join('×') }));
}
