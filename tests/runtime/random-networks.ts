import type { FlatNetwork } from '../../shared/analysis/flatten.ts';
import type { Dims } from '../../shared/base/dims.ts';
import { isIssue } from '../../shared/base/problem.ts';
import { type LayerKind, layerOf } from '../../shared/layers/index.ts';
import { defaultsOf, type ParamValues } from '../../shared/schema/params.ts';
import { type Draft, networkOf, randomNumbers } from './networks.ts';

/** Extents for a batch of one: the batch is the caller's to choose. */
interface Node {
  readonly id: string;
  readonly dims: Dims;
}

/** Values that a network of these may hold at one point, so that a run takes milliseconds. */
const MOST_ELEMENTS = 50_000;
const MOST_MACS = 12e6;

/** Draws whole numbers and choices, the same for the same seed. */
class Draw {
  private readonly next: () => number;

  constructor(seed: number) {
    this.next = randomNumbers(Math.imul(seed + 1, 0x9e3779b1));
    // The first numbers of neighbouring seeds are alike.
    for (let i = 0; i < 8; i++) this.next();
  }

  from(low: number, high: number): number {
    return low + Math.min(high - low, Math.floor(((this.next() + 1) / 2) * (high - low + 1)));
  }

  chance(share: number): boolean {
    return (this.next() + 1) / 2 < share;
  }

  one<T>(choices: readonly T[]): T {
    return choices[this.from(0, choices.length - 1)]!;
  }
}

type Proposal = Pick<Draft, 'kind'> & { readonly params?: ParamValues; readonly with?: readonly Node[] };
/** A layer to put behind `node`; what does not fit is dropped. */
type Proposer = (draw: Draw, node: Node, others: readonly Node[]) => Proposal | undefined;

const channels = (draw: Draw): number => draw.one([1, 2, 3, 5, 7, 8, 12, 16, 17, 24, 32, 40, 64]);
const sides = (draw: Draw): ParamValues['padding'] =>
  draw.chance(0.5) ? 'same' : [draw.from(0, 2), draw.from(0, 2), draw.from(0, 2), draw.from(0, 2)];
const pair = (draw: Draw, low: number, high: number): [number, number] => {
  const first = draw.from(low, high);
  return [first, draw.chance(0.7) ? first : draw.from(low, high)];
};
const plain =
  (...kinds: readonly LayerKind[]): Proposer =>
  (draw) => ({ kind: draw.one(kinds) });
const sameDims = (a: Dims, b: Dims): boolean => a.join() === b.join();

const convolutions: readonly Proposer[] = [
  (draw) => ({
    kind: 'conv2d',
    params: {
      channels: channels(draw),
      kernel: pair(draw, 1, 5),
      stride: draw.chance(0.6) ? [1, 1] : pair(draw, 1, 3),
      dilation: draw.chance(0.85) ? [1, 1] : pair(draw, 1, 3),
      padding: sides(draw),
      bias: draw.chance(0.7),
    },
  }),
  (draw) => ({ kind: 'conv2d', params: { channels: channels(draw), kernel: [3, 3], padding: 'same' } }),
  (draw) => ({ kind: 'conv2d', params: { channels: channels(draw), kernel: [1, 1] } }),
  (draw, { dims }) => {
    const groups = draw.one([2, 3, 4, dims[1] ?? 1]);
    const each = groups === dims[1] && draw.chance(0.7) ? 1 : draw.from(1, 5);
    const shape = { kernel: pair(draw, 1, 5), stride: pair(draw, 1, 2), padding: sides(draw) };
    return { kind: 'conv2d', params: { ...shape, groups, channels: groups * each } };
  },
  (draw) => ({
    kind: 'convTranspose2d',
    params: { channels: channels(draw), kernel: pair(draw, 1, 4), stride: pair(draw, 1, 3) },
  }),
];

const rest: readonly Proposer[] = [
  (draw) => ({
    kind: draw.one(['maxPool', 'avgPool'] as const),
    params: { kernel: pair(draw, 1, 3), stride: pair(draw, 1, 3), ceilMode: draw.chance(0.3) },
  }),
  plain('batchNorm'),
  plain('relu', 'leakyRelu', 'sigmoid', 'tanh', 'gelu', 'silu', 'hardSwish', 'mish', 'abs', 'softplus'),
  plain('relu', 'clip', 'dropout'),
  plain('softmax', 'localResponseNorm', 'globalAvgPool', 'globalMaxPool'),
  plain('flatten'),
  (draw, { dims }) =>
    dims.length === 2 ? { kind: 'linear', params: { features: draw.from(1, 70) } } : undefined,
  (draw, node, others) => {
    const partners = others.filter(({ id, dims }) => id !== node.id && sameDims(dims, node.dims));
    if (partners.length === 0) return undefined;
    const kind = draw.one(['add', 'add', 'multiply', 'max', 'subtract'] as const);
    return { kind, with: [draw.one(partners)] };
  },
  (draw, node, others) => {
    const partners = others.filter(({ dims }) => sameDims(dims.with(1, 0), node.dims.with(1, 0)));
    return { kind: 'concat', params: { axis: 1 }, with: [draw.one(partners)] };
  },
  (draw, { dims }) =>
    dims.length === 4
      ? {
          kind: 'pad',
          params: {
            pads: [draw.from(0, 2), draw.from(0, 2), draw.from(0, 2), draw.from(0, 2)],
            mode: draw.one(['constant', 'edge', 'reflect'] as const),
          },
        }
      : undefined,
  (draw, { dims }) =>
    dims.length === 4 ? { kind: 'resize', params: { scales: pair(draw, 1, 2) } } : undefined,
  (_, { dims }) => (dims.length === 4 ? { kind: 'transpose', params: { perm: [0, 1, 3, 2] } } : undefined),
  (draw, { dims }) =>
    dims.length === 4 && dims[1]! > 2
      ? { kind: 'slice', params: { axes: [1], starts: [1], ends: [draw.from(2, dims[1]!)], steps: [1] } }
      : undefined,
];

/**
 * A small network, the same for the same number: one or two inputs (of few channels as often as not, on odd and tiny maps
 * too), then some of everything that plans do differently, with branches, sums and concatenations.
 */
export function randomNetwork(number: number): FlatNetwork {
  const draw = new Draw(number);
  const drafts: Draft[] = [];
  const nodes: Node[] = [];
  const extent = (): number => (draw.chance(0.3) ? draw.from(1, 4) : draw.from(5, 28));
  const shape = [draw.chance(0.6) ? draw.from(1, 4) : channels(draw), extent(), extent()];
  for (let i = 0; i < (draw.chance(0.15) ? 2 : 1); i++) {
    drafts.push({ id: `x${i}`, kind: 'input', params: { shape } });
    nodes.push({ id: `x${i}`, dims: [1, ...shape] });
  }
  const wanted = nodes.length + draw.from(2, 8);
  for (let tries = 0; nodes.length < wanted && tries < 60; tries++) {
    const node = draw.chance(0.75) ? nodes.at(-1)! : draw.one(nodes);
    const proposal = draw.one(draw.chance(0.45) ? convolutions : rest)(draw, node, nodes);
    if (!proposal) continue;
    const inputs = [node, ...(proposal.with ?? [])];
    const layer = layerOf(proposal.kind);
    const params = { ...defaultsOf(layer.params), ...proposal.params };
    const inputDims = inputs.map(({ dims }) => dims);
    const outputs = layer.shape({ params, inputs: inputDims });
    if (isIssue(outputs)) continue;
    const elements = outputs[0]!.reduce((a, b) => a * b, 1);
    const weights = layer.weights({ params, inputs: inputDims });
    const { macs } = layer.cost({ params, inputs: inputDims, outputs, weights });
    if (elements < 1 || elements > MOST_ELEMENTS || macs.value > MOST_MACS) continue;
    const id = `n${nodes.length}`;
    drafts.push({
      id,
      kind: proposal.kind,
      params: proposal.params ?? {},
      from: inputs.map((each) => each.id),
    });
    nodes.push({ id, dims: outputs[0]! });
  }
  const read = new Set(drafts.flatMap(({ from = [] }) => from));
  const last = nodes.filter(({ id }) => !read.has(id));
  for (const { id } of last) drafts.push({ id: `y-${id}`, kind: 'output', from: [id] });
  return networkOf(drafts);
}

/** Extents of the inputs of a network of these, for a batch of so many. */
export function inputDimsOf({ steps, inputs }: FlatNetwork, batch: number): Record<string, Dims> {
  return Object.fromEntries(inputs.map((at) => [steps[at]!.id, steps[at]!.outputDims[0]!.with(0, batch)]));
}
