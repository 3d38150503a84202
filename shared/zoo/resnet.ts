import type { Design } from '../graph/design.ts';
import type { ParamValues } from '../schema/params.ts';
import { NetworkBuilder } from './builder.ts';
import type { ZooEntry } from './define.ts';

/** Blocks per stage: table 1 of the paper. */
export const stages = {
  18: [2, 2, 2, 2],
  34: [3, 4, 6, 3],
  50: [3, 4, 6, 3],
  101: [3, 4, 23, 3],
  152: [3, 8, 36, 3],
} as const;
type Depth = keyof typeof stages;

/** Where a block stands in a network that halves its map in the first block of every stage but the first. */
interface Place {
  readonly name: string;
  readonly stage: number;
  readonly isFirst: boolean;
  readonly stride: 1 | 2;
}

/** The blocks of such a network from the input on, so many in each stage. */
function placesOf(depths: readonly number[]): readonly Place[] {
  return depths.flatMap((blocks, stage) =>
    Array.from({ length: blocks }, (_, i) => ({
      name: `layer${stage + 1}.${i}`,
      stage,
      isFirst: i === 0,
      stride: stage > 0 && i === 0 ? 2 : 1,
    })),
  );
}

/** What stands before the first stage: a 7×7 convolution and a pool, each of which halves the map. */
function begin(width = 64): NetworkBuilder {
  const b = new NetworkBuilder();
  b.input(3, 224);
  b.unit('conv1', width, 7, { stride: 2 });
  b.maxPool('maxpool', 3, 2, { padding: 1 });
  return b;
}

/** What every block of a deep ResNet has in common: it strides, and projects its shortcut, where a stage begins. */
const placed = ({ isFirst, stride }: Place): ParamValues => ({
  stride: [stride, stride],
  shortcut: isFirst ? 'projection' : 'identity',
});

function resnet(depth: Depth, original: boolean): ZooEntry {
  const deep = depth >= 50;
  const title = `ResNet-${depth}${original ? ' (paper)' : ''}`;
  const notes = original
    ? 'With the stride on the first 1×1 of a stage, as in the paper.'
    : "torchvision's form, with the stride on the 3×3.";
  return {
    id: `resnet${depth}${original ? '-original' : ''}`,
    title,
    family: 'ResNet',
    year: 2015,
    source: `He et al. 2015, table 1, ${original ? 'stride on the first 1×1' : 'as in torchvision'}`,
    summary: 'Shortcuts make deep networks trainable: blocks learn what to add to their input.',
    featured: (depth === 18 || depth === 50) && !original,
    build: () => plainResNet(deep ? 'bottleneck' : 'residual', 64, stages[depth], { original, title, notes }),
  };
}

/**
 * A ResNet with so many blocks in each stage, as wide as said in the first and twice as wide in each that follows: table 1
 * of the paper with other numbers.
 */
export function plainResNet(
  block: 'residual' | 'bottleneck',
  width: number,
  depths: readonly number[],
  {
    original = false,
    title = `ResNet of ${depths.join(', ')} ${block}s from ${width}`,
    notes = '',
  }: { readonly original?: boolean; readonly title?: string; readonly notes?: string } = {},
): Design {
  const deep = block === 'bottleneck';
  const b = begin(width);
  for (const { name, stage, isFirst, stride } of placesOf(depths)) {
    b.add(name, block, {
      channels: width << stage,
      stride: [stride, stride],
      shortcut: isFirst && (stage > 0 || deep) ? 'projection' : 'identity',
      ...(deep && original ? { strideOn: '1x1' } : {}),
    });
  }
  b.classify('fc');
  return b.design(title, notes);
}

export const resnets: readonly ZooEntry[] = [
  ...([18, 34, 50, 101, 152] as const).map((depth) => resnet(depth, false)),
  ...([50, 101, 152] as const).map((depth) => resnet(depth, true)),
];

/** What ResNet-18 and ResNet-34 were held against: the same layers without shortcuts. */
function plain(depth: 18 | 34): ZooEntry {
  const title = `Plain-${depth}`;
  return {
    id: `plain${depth}`,
    title,
    family: 'Plain',
    year: 2015,
    source: 'He et al. 2015, table 1 and figure 3, without shortcuts',
    summary: 'ResNet without its shortcuts, which trains worse the deeper it is.',
    build() {
      const b = begin();
      for (const { name, stage, stride } of placesOf(stages[depth])) {
        b.unit(`${name}.conv1`, 64 << stage, 3, { stride });
        b.unit(`${name}.conv2`, 64 << stage, 3);
      }
      b.classify('fc');
      return b.design(title, 'Pairs of 3×3 convolutions, with nothing around them.');
    },
  };
}

export const plains: readonly ZooEntry[] = ([18, 34] as const).map(plain);

interface Wider {
  readonly id: string;
  readonly title: string;
  readonly family: string;
  readonly depth: 50 | 101;
  readonly year: number;
  readonly source: string;
  readonly summary: string;
  /** Channels of the first stage's 3×3, its groups, and how many times fewer than the output they are. */
  readonly width: number;
  readonly groups: number;
  readonly expansion: number;
}

/** A deep ResNet whose 3×3 are wider than a quarter of the output, and may be grouped. */
function wider({
  id,
  title,
  family,
  depth,
  year,
  source,
  summary,
  width,
  groups,
  expansion,
}: Wider): ZooEntry {
  return {
    id,
    title,
    family,
    year,
    source,
    summary,
    build: () => wideResNet(depth, { width, groups, expansion }, title, summary),
  };
}

/**
 * A deep ResNet whose 3×3 have `width` channels in the first stage, twice as many in each that follows, in groups. Outputs
 * have 256 there, of which the width must be a part.
 */
export function wideResNet(
  depth: 50 | 101,
  { width, groups, expansion = 256 / width }: { width: number; groups: number; expansion?: number },
  title = `ResNet-${depth}, ${groups} groups of ${width / groups}`,
  notes = '',
): Design {
  const b = begin();
  for (const place of placesOf(stages[depth])) {
    b.add(place.name, 'bottleneck', { channels: width << place.stage, groups, expansion, ...placed(place) });
  }
  b.classify('fc');
  return b.design(title, notes);
}

const cardinality = 'Many narrow paths side by side: cardinality pays more than depth or width.';
const width = 'Half as deep and twice as wide trains faster and learns as well.';

export const resnexts: readonly ZooEntry[] = (
  [
    ['resnext50_32x4d', 'ResNeXt-50 32×4d', 50, 128, 32, 2],
    ['resnext101_32x8d', 'ResNeXt-101 32×8d', 101, 256, 32, 1],
    ['resnext101_64x4d', 'ResNeXt-101 64×4d', 101, 256, 64, 1],
  ] as const
).map(([id, title, depth, channels, groups, expansion]) =>
  wider({
    id,
    title,
    family: 'ResNeXt',
    depth,
    year: 2016,
    source: 'Xie et al. 2016, table 1, as in torchvision',
    summary: cardinality,
    width: channels,
    groups,
    expansion,
  }),
);

export const wideResnets: readonly ZooEntry[] = ([50, 101] as const).map((depth) =>
  wider({
    id: `wide_resnet${depth}_2`,
    title: `Wide ResNet-${depth}-2`,
    family: 'Wide ResNet',
    depth,
    year: 2016,
    source: 'Zagoruyko and Komodakis 2016, bottlenecks twice as wide, as in torchvision',
    summary: width,
    width: 128,
    groups: 1,
    expansion: 2,
  }),
);

/** ResNet-v2 as Keras has it: the stride in the last block of a stage, a bias where no normalisation follows. */
function preActivated(depth: 50 | 101 | 152): ZooEntry {
  const title = `ResNet-${depth} v2`;
  return {
    id: `resnet${depth}v2`,
    title,
    family: 'ResNet',
    year: 2016,
    source: 'He et al. 2016 (identity mappings), as in Keras',
    summary: 'Normalised before each convolution, so that shortcuts are clear from end to end.',
    build() {
      const b = new NetworkBuilder();
      const epsilon = 1.001e-5;
      b.input(3, 224);
      b.conv('conv1', 64, 7, { stride: 2, padding: 3 });
      b.maxPool('pool1', 3, 2, { padding: 1 });
      for (const [stage, blocks] of stages[depth].entries()) {
        for (let i = 0; i < blocks; i++) {
          const stride = i === blocks - 1 && stage < 3 ? 2 : 1;
          b.add(`conv${stage + 2}_block${i + 1}`, 'preActBottleneck', {
            channels: 64 << stage,
            stride: [stride, stride],
            shortcut: i === 0 ? 'projection' : stride > 1 ? 'pool' : 'identity',
            epsilon,
          });
        }
      }
      b.add('post_bn', 'batchNorm', { epsilon });
      b.add('post_relu', 'relu');
      b.classify('predictions');
      return b.design(title, 'Pre-activation blocks.');
    },
  };
}

export const resnetsV2: readonly ZooEntry[] = ([50, 101, 152] as const).map(preActivated);

/** Squeeze-and-excitation: a deep ResNet or ResNeXt whose blocks weigh their channels before the sum. */
function excitedResNet(
  id: string,
  title: string,
  depth: 50 | 101 | 152,
  block: (stage: number) => ParamValues,
): ZooEntry {
  return {
    id,
    title,
    family: 'SENet',
    year: 2017,
    source: 'Hu et al. 2017, table 1',
    summary: 'Channels weighed by what the whole map holds, for hardly any multiply-adds.',
    build() {
      const b = begin();
      for (const place of placesOf(stages[depth])) {
        b.add(place.name, 'bottleneck', {
          ...block(place.stage),
          ...placed(place),
          squeezeExcite: 'outer',
          squeezed: (256 << place.stage) / 16,
        });
      }
      b.classify('fc');
      return b.design(title, 'Reduction ratio 16.');
    },
  };
}

/** The blocks of SENet-154: 64 groups, half as many channels before the 3×3 as in it, and 3×3 projections that stride. */
const senet154: ZooEntry = {
  id: 'senet154',
  title: 'SENet-154',
  family: 'SENet',
  year: 2017,
  source: 'Hu et al. 2017, appendix, as its authors published it for Caffe',
  summary: 'The winner of the last ImageNet challenge: grouped bottlenecks that weigh their channels.',
  build() {
    const b = new NetworkBuilder();
    b.input(3, 224);
    b.unit('conv1', 64, 3, { stride: 2 });
    b.unit('conv2', 64, 3);
    b.unit('conv3', 128, 3);
    b.maxPool('maxpool', 3, 2, { ceilMode: true });
    for (const [stage, blocks] of stages[152].entries()) {
      const channels = 64 << stage;
      const extent = 56 >> stage;
      const into = stage === 0 ? 128 : 2 * channels;
      const [first, others] = [`SENetProjection${channels}`, `SENetBlock${channels}`];
      b.own(first, into, stage === 0 ? extent : 2 * extent, (inside, input) =>
        seBlock(inside, input, { channels, stride: stage === 0 ? 1 : 2, projection: stage === 0 ? 1 : 3 }),
      );
      b.use(`layer${stage + 1}.0`, first);
      b.own(others, 4 * channels, extent, (inside, input) => seBlock(inside, input, { channels, stride: 1 }));
      b.use(`layer${stage + 1}.others`, others, blocks - 1);
    }
    b.add('avgpool', 'globalAvgPool');
    b.add('dropout', 'dropout', { rate: 0.2 });
    b.add('fc', 'linear', { features: 1000 });
    b.add('output', 'output');
    return b.design(
      'SENet-154',
      'Blocks of ResNeXt-152 64×4d with squeeze-excite, a deep stem and 3×3 projections.',
    );
  },
};

function seBlock(
  b: NetworkBuilder,
  input: string,
  {
    channels,
    stride,
    projection,
  }: { readonly channels: number; readonly stride: number; readonly projection?: number },
): void {
  const wide = 4 * channels;
  b.unit('unit1', 2 * channels, 1);
  b.unit('unit2', wide, 3, { stride, groups: 64 });
  b.conv('conv3', wide, 1, { bias: false });
  b.add('bn3', 'batchNorm');
  const branch = b.add('se', 'squeezeExcite', { channels: wide, squeezed: wide / 16 });
  let across = input;
  if (projection !== undefined) {
    b.conv('downsample.0', wide, projection, {
      stride,
      padding: (projection - 1) / 2,
      bias: false,
      from: input,
    });
    across = b.add('downsample.1', 'batchNorm');
  }
  b.add('add', 'add', {}, branch, across);
  b.add('relu', 'relu');
}

export const senets: readonly ZooEntry[] = [
  ...([50, 101, 152] as const).map((depth) =>
    // The authors' form strides on the first 1×1, as the ResNets did that they began with.
    excitedResNet(`se_resnet${depth}`, `SE-ResNet-${depth}`, depth, (stage) => ({
      channels: 64 << stage,
      strideOn: '1x1',
    })),
  ),
  ...([50, 101] as const).map((depth) =>
    excitedResNet(`se_resnext${depth}_32x4d`, `SE-ResNeXt-${depth} 32×4d`, depth, (stage) => ({
      channels: 128 << stage,
      groups: 32,
      expansion: 2,
    })),
  ),
  senet154,
];
