import { analyze } from '../../shared/analysis/analyze.ts';
import { type FlatNetwork, flatten, weightHolders } from '../../shared/analysis/flatten.ts';
import type { Dims } from '../../shared/base/dims.ts';
import { elementCount } from '../../shared/base/dims.ts';
import { type FloatTensor, Tensor } from '../../shared/base/tensor.ts';
import type { NodeKind } from '../../shared/blocks/index.ts';
import type { WeightTensors } from '../../shared/formats/weights/store.ts';
import type { Design } from '../../shared/graph/design.ts';
import { randomStream } from '../../shared/runtime/weights.ts';
import type { ParamValues } from '../../shared/schema/params.ts';
import { NetworkBuilder } from '../../shared/zoo/builder.ts';

type Step = readonly [kind: NodeKind, params: ParamValues, from?: readonly string[]];

class Dice {
  readonly #next: () => number;
  constructor(seed: string) {
    this.#next = randomStream(seed);
  }
  whole(from: number, to: number): number {
    return from + Math.floor(this.#next() * (to - from + 1));
  }
  one<T>(options: readonly T[]): T {
    return options[this.whole(0, options.length - 1)]!;
  }
  flag(): boolean {
    return this.#next() < 0.5;
  }
}

const plain: readonly NodeKind[] = [
  'relu',
  'leakyRelu',
  'elu',
  'celu',
  'selu',
  'sigmoid',
  'hardSigmoid',
  'tanh',
  'gelu',
  'silu',
  'hardSwish',
  'mish',
  'softplus',
  'softsign',
  'clip',
  'thresholdedRelu',
  'prelu',
  'dropout',
  'batchNorm',
  'abs',
  'neg',
  'exp',
  'erf',
];

/** Steps that suit a map, a vector or both; whether they fit is seen when the design is analysed. */
function stepFor(d: Dice, dims: Dims, last: string, earlier: readonly string[]): Step {
  if (dims.length === 2) {
    return d.one<Step>([
      ['linear', { features: d.whole(2, 12), bias: d.flag() }],
      ['softmax', {}],
      ['logSoftmax', {}],
      ['layerNorm', { bias: d.flag() }],
      ['lpNorm', { p: d.whole(1, 2) }],
      ['unsqueeze', { axes: [2, 3] }],
      [d.one(plain), {}],
    ]);
  }
  if (dims.length !== 4) return ['flatten', {}];
  const pads = d.one([
    [0, 0, 0, 0],
    [1, 1, 1, 1],
    [0, 1, 1, 2],
  ]);
  const kernel = [d.whole(1, 3), d.whole(1, 3)];
  const window = {
    kernel,
    stride: [d.whole(1, 2), d.whole(1, 2)],
    padding: d.one<ParamValues[string]>(['same', pads]),
  };
  const small = {
    kernel: [d.whole(2, 3), 3],
    stride: [2, d.whole(1, 2)],
    padding: d.one([
      [0, 0, 0, 0],
      [1, 1, 1, 1],
    ]),
  };
  const groups = d.one([1, 1, dims[1]!]);
  const channels = groups * d.whole(1, 3);
  return d.one<Step>([
    ['conv2d', { ...window, channels, groups, bias: d.flag(), dilation: [1, d.whole(1, 2)] }],
    ['conv2d', { ...window, channels, groups, bias: d.flag() }],
    [
      'convTranspose2d',
      { channels, groups, kernel: [d.whole(2, 3), 2], stride: [2, d.whole(1, 2)], padding: [0, 0, 0, 0] },
    ],
    ['maxPool', { ...small, ceilMode: d.flag() }],
    ['avgPool', { ...small, countIncludePad: d.flag() }],
    ['pad', { padding: pads, mode: d.one(['constant', 'reflect', 'edge']) }],
    ['convBnRelu', { channels: d.whole(1, 6) }],
    ['residual', { channels: dims[1]! }],
    [
      'residual',
      { channels: d.whole(2, 6), stride: [2, 2], shortcut: 'projection', preActivation: d.flag() },
    ],
    ['bottleneck', { channels: 2, shortcut: 'projection' }],
    ['inception', { c1: 2, r3: 2, c3: 3, r5: 1, c5: 2, pool: 2, batchNorm: d.flag() }],
    ['localResponseNorm', { size: 3 }],
    ['instanceNorm', {}],
    ['groupNorm', { groups: d.one([1, dims[1]!]) }],
    ['softmax', {}],
    ['transpose', { perm: [0, 1, 3, 2] }],
    ['reduceMean', { axes: [d.whole(1, 3)], keepDims: true }],
    ['slice', { axes: [2], starts: [0], ends: [d.whole(1, 4)] }],
    ['resize', { scales: [2, 2], mode: 'nearest', coordinates: 'asymmetric', nearest: 'floor' }],
    ['resize', { scales: [2, 2], mode: 'linear', coordinates: d.one(['half_pixel', 'align_corners']) }],
    ['add', {}, [last, d.one(earlier)]],
    ['multiply', {}, [last, d.one(earlier)]],
    ['concat', {}, [last, d.one(earlier)]],
    ['globalAvgPool', { keepDims: d.flag() }],
    ['flatten', {}],
    [d.one(plain), {}],
    [d.one(plain), {}],
  ]);
}

/** A network of up to ten random nodes that fit together, the same for the same seed. */
export function randomNetwork(seed: number): Design {
  const d = new Dice(`network ${seed}`);
  const shape = [d.whole(1, 4), d.whole(5, 12), d.whole(5, 12)];
  const steps: Step[] = [];
  const build = (tail: readonly Step[]): Design => {
    const b = new NetworkBuilder();
    b.add('input', 'input', { shape });
    for (const [i, [kind, params, from]] of [...steps, ...tail].entries())
      b.add(`n${i}`, kind, params, ...(from ?? []));
    b.add('output', 'output');
    return b.design(`Random ${seed}`, '');
  };
  const wanted = d.whole(3, 10);
  let dims: Dims = analyze(build([])).facts.get('input')!.outputs!.out!;
  for (let tries = 0; steps.length < wanted && tries < 60; tries++) {
    const last = steps.length === 0 ? 'input' : `n${steps.length - 1}`;
    const step = stepFor(d, dims, last, ['input', ...steps.map((_, i) => `n${i}`)]);
    const analysis = analyze(build([step]));
    const out = analysis.facts.get(`n${steps.length}`)?.outputs?.out;
    if (analysis.problems.length === 0 && out && elementCount(out) > 0 && elementCount(out) < 20_000) {
      steps.push(step);
      dims = out;
    }
  }
  return build([]);
}

export function networkOf(design: Design): FlatNetwork {
  const network = flatten(analyze(design));
  if (!network.ok) throw new Error(network.problems.map(({ message }) => message).join('\n'));
  return network.value;
}

/** Weights that move every part: variances near one, everything else small. */
export function randomWeights(network: FlatNetwork, seed: string): WeightTensors {
  const store: Record<string, Record<string, FloatTensor>> = {};
  for (const {
    id,
    step: { weights },
  } of weightHolders(network)) {
    store[id] = Object.fromEntries(
      weights.map(({ name, dims }) => {
        const next = randomStream(`${seed}/${id}/${name}`);
        const fanIn = Math.max(1, elementCount(dims.slice(1)));
        const data = Float32Array.from({ length: elementCount(dims) }, () =>
          name === 'running_var'
            ? 0.5 + next()
            : dims.length > 1
              ? ((next() - 0.5) * 3.4) / Math.sqrt(fanIn)
              : next() - 0.3,
        );
        return [name, new Tensor('float32', data, dims)];
      }),
    );
  }
  return store;
}

export function randomInput(dims: Dims, seed: string): FloatTensor {
  const next = randomStream(seed);
  return new Tensor(
    'float32',
    Float32Array.from({ length: elementCount(dims) }, () => next() * 2 - 1),
    dims,
  );
}
