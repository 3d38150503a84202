import { elementCount } from '../base/dims.ts';
import type { LayerKind } from '../layers/index.ts';
import type { Leaf } from './leaves.ts';

/** What a tool counts for one layer of a network, for one sample; undefined where that depends on what is not known. */
type Count = (leaf: Leaf, leaves: readonly Leaf[]) => number | undefined;
/** What is of the layer alone. */
type OwnCount = (leaf: Leaf) => number;

/** What a tool counts: multiply-adds and what it adds to them, or stored numbers. */
export type Counted = 'operations' | 'parameters';

interface CountingTool {
  readonly title: string;
  readonly counted: Counted;
  /** What it counts, as its hooks say. */
  readonly doc: string;
  /** By kind of layer; what another kind costs there was not held against a figure, and is not told. */
  readonly counts: Partial<Readonly<Record<LayerKind, Count>>>;
}

const macs: OwnCount = ({ facts }) => facts.cost!.macs.value;
const outputs: OwnCount = ({ outputDims }) => elementCount(outputDims![0]!);
const inputs: OwnCount = ({ facts }) => elementCount(facts.inputs[0]!);
const params: OwnCount = ({ facts }) => facts.cost!.params.value;
const statistics: OwnCount = ({ facts }) => facts.cost!.statistics.value;
const nothing: OwnCount = () => 0;
/** Of a convolution or a linear layer: one for each number that a bias is added to. */
const biased: OwnCount = ({ facts }) => facts.cost!.otherOps.value;
/** Over rows and columns of the output. */
const places: OwnCount = ({ outputDims }) => elementCount(outputDims![0]!.slice(2));
const times =
  (factor: number, count: OwnCount): OwnCount =>
  (leaf) =>
    factor * count(leaf);
const sum =
  (...counts: readonly OwnCount[]): OwnCount =>
  (leaf) =>
    counts.reduce((total, count) => total + count(leaf), 0);
/** Over every output, the values that its window covers. */
const windows: OwnCount = (leaf) => {
  const { kernel } = leaf.facts.node.params;
  return outputs(leaf) * (kernel as readonly number[]).reduce((product, extent) => product * extent, 1);
};
/** Nothing where a convolution before it takes the norm up. */
const foldedNorm: Count = ({ inputs: [source] }, leaves) =>
  source && leaves[source.step]?.kind === 'conv2d' ? 0 : undefined;

/** What most tools count nothing for; each says for itself where it counts something. */
const free = {
  input: nothing,
  output: nothing,
  concat: nothing,
  dropout: nothing,
  flatten: nothing,
  batchNorm: nothing,
  relu: nothing,
  maxPool: nothing,
  avgPool: nothing,
  globalAvgPool: nothing,
  add: nothing,
} as const satisfies CountingTool['counts'];

/** Multiply-adds of what has weights to multiply with. */
const weighted = { conv2d: macs, linear: macs } as const satisfies CountingTool['counts'];

/** Other tools' ways of counting operations, each held against figures that were got with it or that it publishes. */
export const countingTools = {
  torchvision: {
    title: 'torchvision',
    counted: 'operations',
    doc: 'Multiply-adds of convolutions and linear layers; nothing else.',
    counts: {
      ...free,
      ...weighted,
    },
  },
  thop: {
    title: 'thop',
    counted: 'operations',
    doc: 'Multiply-adds; 4 per element of batch norm; 1 per output of average pooling, and for pooling to a size its window and 1 per output.',
    counts: {
      ...free,
      ...weighted,
      batchNorm: times(4, outputs),
      avgPool: outputs,
      globalAvgPool: sum(inputs, outputs),
    },
  },
  fvcore: {
    title: 'fvcore',
    counted: 'operations',
    doc: 'Multiply-adds; 2 per element of batch norm; 1 per input element of pooling to a size; operators that it has no handle for nothing.',
    counts: {
      ...free,
      ...weighted,
      batchNorm: times(2, outputs),
      sigmoid: nothing,
      silu: nothing,
      hardSwish: nothing,
      hardSigmoid: nothing,
      globalAvgPool: inputs,
      multiply: nothing,
    },
  },
  ptflops: {
    title: 'ptflops',
    counted: 'operations',
    doc: 'Multiply-adds; 1 per output for a bias; 2 per element of batch norm; 1 per output of ReLU; 1 per input element of pooling; sums of branches nothing (its pytorch backend).',
    counts: {
      ...free,
      conv2d: sum(macs, biased),
      linear: sum(macs, biased),
      batchNorm: times(2, inputs),
      relu: outputs,
      maxPool: inputs,
      avgPool: inputs,
      globalAvgPool: inputs,
    },
  },
  torchinfo: {
    title: 'torchinfo',
    counted: 'operations',
    doc: 'Weights and biases of a convolution once for each place of its output; those of any other layer once, of batch norm too; what has none nothing.',
    counts: {
      ...free,
      conv2d: (leaf) => params(leaf) * places(leaf),
      linear: params,
      batchNorm: params,
    },
  },
  tflite: {
    title: 'TFLite',
    counted: 'operations',
    doc: 'Operations, a multiply-add two of them; 1 per output of convolutions and linear layers for the bias, which takes up batch norm after a convolution; pooling its window per output; softmax 64 per output; ReLU nothing (the estimate of its converter).',
    counts: {
      input: nothing,
      output: nothing,
      concat: nothing,
      dropout: nothing,
      flatten: nothing,
      conv2d: sum(times(2, macs), outputs),
      linear: sum(times(2, macs), outputs),
      batchNorm: foldedNorm,
      relu: nothing,
      clip: nothing,
      maxPool: windows,
      avgPool: windows,
      globalAvgPool: inputs,
      softmax: times(64, outputs),
    },
  },
  paper: {
    title: 'papers',
    counted: 'operations',
    doc: 'Multiply-adds of convolutions and linear layers, as the papers of ResNet, MobileNet and ShuffleNet call FLOPs; nothing else.',
    counts: {
      ...free,
      ...weighted,
      clip: nothing,
      softmax: nothing,
    },
  },
  keras: {
    title: 'Keras',
    counted: 'parameters',
    doc: 'Parameters as model.summary() totals them: running means and variances are among them, 4 per channel of batch norm.',
    counts: {
      ...free,
      conv2d: params,
      linear: params,
      batchNorm: sum(params, statistics),
      clip: nothing,
      softmax: nothing,
    },
  },
} as const satisfies Readonly<Record<string, CountingTool>>;

export type CountingToolName = keyof typeof countingTools;

export const countingToolNames = Object.keys(countingTools) as readonly CountingToolName[];

export interface ToolCount {
  readonly tool: CountingToolName;
  /** One per layer; undefined where the tool's count was not judged, or the layer's shapes are unknown. */
  readonly layers: readonly (number | undefined)[];
  /** Of the layers that are counted. */
  readonly total: number;
  /** Kinds of layers that were left out. */
  readonly leftOut: readonly LayerKind[];
}

/** What a tool would print for a network. */
export function countLike(tool: CountingToolName, leaves: readonly Leaf[]): ToolCount {
  const { counts }: CountingTool = countingTools[tool];
  const leftOut = new Set<LayerKind>();
  let total = 0;
  const layers = leaves.map((leaf) => {
    const count = counts[leaf.kind];
    const isKnown = leaf.facts.cost !== undefined && leaf.facts.inputs.every((dims) => dims !== undefined);
    const operations = isKnown ? count?.(leaf, leaves) : undefined;
    if (operations === undefined) {
      leftOut.add(leaf.kind);
      return undefined;
    }
    total += operations;
    return operations;
  });
  return { tool, layers, total, leftOut: [...leftOut] };
}
