import { param } from '../schema/params.ts';
import { defineBlock, FragmentBuilder } from './define.ts';
import { addNorm, epsilonParam } from './norm.ts';

const epsilon = { ...epsilonParam, default: 0.001 };
const pooled = param.int({
  title: 'Pool projection',
  doc: 'Filters of the 1×1 after the pool.',
  default: 64,
});

/** Branches of convolutions with batch norm and ReLU, each fed by what it is told. */
class Branches {
  readonly f = new FragmentBuilder();
  readonly #epsilon: number;

  constructor(epsilon: number) {
    this.#epsilon = epsilon;
  }

  /** A convolution that keeps the size of the map. */
  unit(id: string, channels: number, [rows, columns]: readonly [number, number], from: string): string {
    const [top, left] = [(rows - 1) / 2, (columns - 1) / 2];
    const params = { channels, kernel: [rows, columns], padding: [top, left, top, left], bias: false };
    const conv = this.f.add(`${id}.conv`, 'conv2d', params, from);
    const norm = { batchNorm: true, epsilon: this.#epsilon };
    return this.f.add(`${id}.relu`, 'relu', {}, addNorm(this.f, `${id}.bn`, norm, conv));
  }

  /** A 3×3 average of the input, and a 1×1. */
  pool(channels: number): string {
    const params = { kernel: [3, 3], stride: [1, 1], padding: [1, 1, 1, 1] };
    return this.unit('branch_pool', channels, [1, 1], this.f.add('pool', 'avgPool', params, '@in'));
  }

  join(...branches: readonly string[]): ReturnType<FragmentBuilder['build']> {
    return this.f.build(this.f.add('concat', 'concat', {}, ...branches));
  }
}

export const inceptionA = defineBlock({
  kind: 'inceptionA',
  title: 'Inception A (v3)',
  icon: 'inceptionA',
  summary: 'Inception with two 3×3 in the place of larger kernels.',
  formula: 'y = [1×1, 5×5(1×1), 3×3(3×3(1×1)), 1×1(pool)]',
  doc: `Inception-v3's module for its largest maps. Two 3×3 in a row see 5×5 pixels with 18 instead of 25 weights per pair of channels.

Sources: Szegedy et al. 2015, figure 5; torchvision (InceptionA).`,
  params: { pool: pooled, epsilon },
  headline: ['pool'],
  expand(params) {
    const b = new Branches(params.epsilon);
    const one = b.unit('branch1x1', 64, [1, 1], '@in');
    const five = b.unit('branch5x5_2', 64, [5, 5], b.unit('branch5x5_1', 48, [1, 1], '@in'));
    const first = b.unit('branch3x3dbl_2', 96, [3, 3], b.unit('branch3x3dbl_1', 64, [1, 1], '@in'));
    const double = b.unit('branch3x3dbl_3', 96, [3, 3], first);
    return b.join(one, five, double, b.pool(params.pool));
  },
  examples: [
    {
      title: 'Mixed_5c: 35·35 positions, 276,480 weights',
      params: {},
      inputs: [[1, 256, 35, 35]],
      outputs: [[1, 288, 35, 35]],
      macs: 338_688_000,
      trainedParams: 277_472,
      source: '256·(64 + 48 + 64 + 64) + 25·48·64 + 9·64·96 + 9·96·96 weights, 2·496 of the norms',
    },
  ],
});

export const inceptionC = defineBlock({
  kind: 'inceptionC',
  title: 'Inception C (v3)',
  icon: 'inceptionC',
  summary: 'Inception whose 7×7 kernels are split into 1×7 and 7×1.',
  formula: 'y = [1×1, 7×1(1×7(1×1)), (1×7 · 7×1)²(1×1), 1×1(pool)]',
  doc: `Inception-v3's module for maps of 17×17. An n×n kernel costs n² weights per pair of channels; 1×n and n×1 in a row cost 2n and see as
much: 14 instead of 49 for n = 7. The paper found that this pays on maps of 12 to 20.

Sources: Szegedy et al. 2015, figure 6; torchvision (InceptionC).`,
  params: {
    channels7: param.int({
      title: '7×7 channels',
      doc: 'Filters within the branches of 7×7.',
      default: 128,
    }),
    epsilon,
  },
  headline: ['channels7'],
  expand({ channels7: c, epsilon: added }) {
    const b = new Branches(added);
    const chain = (prefix: string, kernels: readonly (readonly [number, number])[]): string => {
      let last = '@in';
      for (const [i, kernel] of kernels.entries())
        last = b.unit(`${prefix}_${i + 1}`, i === kernels.length - 1 ? 192 : c, kernel, last);
      return last;
    };
    const one = b.unit('branch1x1', 192, [1, 1], '@in');
    const seven = chain('branch7x7', [
      [1, 1],
      [1, 7],
      [7, 1],
    ]);
    const double = chain('branch7x7dbl', [
      [1, 1],
      [7, 1],
      [1, 7],
      [7, 1],
      [1, 7],
    ]);
    return b.join(one, seven, double, b.pool(192));
  },
  examples: [
    {
      title: 'Mixed_6b: 17·17 positions, 1,294,336 weights',
      params: {},
      inputs: [[1, 768, 17, 17]],
      outputs: [[1, 768, 17, 17]],
      macs: 374_063_104,
      trainedParams: 1_297_408,
      source: '768·(192 + 128 + 128 + 192) + 7·(4·128² + 2·128·192) … weights, 2·1,536 of the norms',
    },
  ],
});

export const inceptionE = defineBlock({
  kind: 'inceptionE',
  title: 'Inception E (v3)',
  icon: 'inceptionE',
  summary: 'Inception whose 3×3 kernels are 1×3 and 3×1 side by side.',
  formula: 'y = [1×1, [1×3, 3×1](1×1), [1×3, 3×1](3×3(1×1)), 1×1(pool)]',
  doc: `Inception-v3's module for its smallest maps, 8×8. The outputs of 1×3 and 3×1 stand side by side instead of in a row: wide
representations are easier to train where the map is coarse.

Sources: Szegedy et al. 2015, figure 7; torchvision (InceptionE).`,
  params: { pool: { ...pooled, default: 192 }, epsilon },
  headline: ['pool'],
  expand(params) {
    const b = new Branches(params.epsilon);
    const both = (prefix: string, from: string): readonly string[] => [
      b.unit(`${prefix}a`, 384, [1, 3], from),
      b.unit(`${prefix}b`, 384, [3, 1], from),
    ];
    const one = b.unit('branch1x1', 320, [1, 1], '@in');
    const three = both('branch3x3_2', b.unit('branch3x3_1', 384, [1, 1], '@in'));
    const seen = b.unit('branch3x3dbl_2', 384, [3, 3], b.unit('branch3x3dbl_1', 448, [1, 1], '@in'));
    const double = both('branch3x3dbl_3', seen);
    return b.join(one, ...three, ...double, b.pool(params.pool));
  },
  examples: [
    {
      title: 'Mixed_7b: 8·8 positions, 5,038,080 weights',
      params: {},
      inputs: [[1, 1280, 8, 8]],
      outputs: [[1, 2048, 8, 8]],
      macs: 322_437_120,
      trainedParams: 5_044_608,
      source: '1280·(320 + 384 + 448 + 192) + 4·3·384² + 9·448·384 weights, 2·3,264 of the norms',
    },
  ],
});
