import type { FlatNetwork, FlatSource, FlatStep } from '../../analysis/flatten.ts';
import type { Dims } from '../../base/dims.ts';
import { isIssue, type Problem, problemAt } from '../../base/problem.ts';
import { zero } from '../../base/term.ts';
import { layerOf } from '../../layers/index.ts';

/** A layer that no shader computes: its inputs are read back, its `forward` runs, its outputs are uploaded. */
export interface HostLayer {
  readonly step: FlatStep;
  /** Flat ids whose values it needs, and their extents. */
  readonly inputs: readonly string[];
  readonly inputDims: readonly Dims[];
  readonly outputDims: readonly Dims[];
}

export interface SplitNetwork {
  /** The network with each host layer replaced by inputs named after its outputs. */
  readonly network: FlatNetwork;
  /** By the feed names that stand for their outputs. */
  readonly feeds: ReadonlyMap<string, { readonly layer: HostLayer; readonly output: number }>;
  /** Extents of all inputs, host layers' outputs among them. */
  readonly inputDims: Readonly<Record<string, Dims>>;
}

export type SplitResult =
  | { readonly ok: true; readonly value: SplitNetwork }
  | { readonly ok: false; readonly problem: Problem };

/** Takes the layers named in `hosted` out of the network, so that what remains can be lowered to shaders. */
export function splitNetwork(
  network: FlatNetwork,
  feedDims: Readonly<Record<string, Dims>>,
  hosted: ReadonlySet<string>,
): SplitResult {
  const steps: FlatStep[] = [];
  const taken = withProducersOfParts(network, hosted);
  /** Where output `k` of old step `i` comes from now, and its extents. */
  const moved: {
    readonly index: number;
    readonly output: number;
    readonly id: string;
    readonly dims: Dims;
  }[][] = [];
  const feeds = new Map<string, { readonly layer: HostLayer; readonly output: number }>();
  const inputDims: Record<string, Dims> = { ...feedDims };
  const place = ({ step, output }: FlatSource) => moved[step]![output]!;
  for (const step of network.steps) {
    const sources = step.inputs.map(place);
    const dims = sources.map((source) => source.dims);
    const shape =
      step.kind === 'input'
        ? [feedDims[step.id] ?? step.outputDims[0]!]
        : layerOf(step.kind).shape({ params: step.params, inputs: dims });
    if (isIssue(shape)) return { ok: false, problem: problemAt(step.id, shape) };
    if (!taken.has(step.id)) {
      const index =
        steps.push({
          ...step,
          inputs: sources.map((source) => ({ step: source.index, output: source.output })),
        }) - 1;
      moved.push(shape.map((extents, output) => ({ index, output, id: step.id, dims: extents })));
      continue;
    }
    const layer: HostLayer = {
      step,
      inputs: sources.map(({ id }) => id),
      inputDims: dims,
      outputDims: shape,
    };
    moved.push(
      shape.map((extents, output) => {
        const id = output === 0 ? step.id : `${step.id}#${output}`;
        feeds.set(id, { layer, output });
        inputDims[id] = extents;
        return { index: steps.push(feedStep(id, extents)) - 1, output: 0, id, dims: extents };
      }),
    );
  }
  const indices = (kind: FlatStep['kind']): readonly number[] =>
    steps.flatMap((step, i) => (step.kind === kind ? [i] : []));
  return {
    ok: true,
    value: { network: { steps, inputs: indices('input'), outputs: indices('output') }, feeds, inputDims },
  };
}

/** A part of a split has no name that could be read back by, so whoever makes it for a host layer is one as well. */
function withProducersOfParts({ steps }: FlatNetwork, hosted: ReadonlySet<string>): ReadonlySet<string> {
  const taken = new Set(hosted);
  for (const { id, inputs } of steps.toReversed()) {
    if (!taken.has(id)) continue;
    for (const { step, output } of inputs) if (output > 0) taken.add(steps[step]!.id);
  }
  return taken;
}

function feedStep(id: string, dims: Dims): FlatStep {
  return {
    id,
    kind: 'input',
    params: { shape: dims, batched: false },
    inputs: [],
    inputDims: [],
    outputDims: [dims],
    weights: [],
    cost: { macs: zero, otherOps: zero, params: zero, statistics: zero, outputElements: 0 },
  };
}
