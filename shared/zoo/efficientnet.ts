import { makeDivisible } from '../base/rounding.ts';
import type { Design } from '../graph/design.ts';
import { NetworkBuilder } from './builder.ts';
import type { ZooEntry } from './define.ts';

type Stage = readonly [
  kind: 'MB' | 'fused',
  times: number,
  kernel: 3 | 5,
  stride: 1 | 2,
  out: number,
  depth: number,
];

/** Table 1 of the first paper. */
const b0: readonly Stage[] = [
  ['MB', 1, 3, 1, 16, 1],
  ['MB', 6, 3, 2, 24, 2],
  ['MB', 6, 5, 2, 40, 2],
  ['MB', 6, 3, 2, 80, 3],
  ['MB', 6, 5, 1, 112, 3],
  ['MB', 6, 5, 2, 192, 4],
  ['MB', 6, 3, 1, 320, 1],
];

interface Form {
  readonly id: string;
  readonly title: string;
  readonly year: number;
  readonly source: string;
  readonly summary: string;
  readonly stem: number;
  readonly stages: readonly Stage[];
  readonly head: number;
  readonly extent: number;
  readonly dropout: number;
  readonly epsilon: number;
}

function efficientnet(form: Form): ZooEntry {
  const { id, title, year, source, summary, stem, stages, head, extent, dropout, epsilon } = form;
  return {
    id,
    title,
    family: 'EfficientNet',
    year,
    source,
    summary,
    build() {
      const b = new NetworkBuilder();
      const activation = 'silu';
      b.input(3, extent);
      b.unit('features.0', stem, 3, { stride: 2, activation, epsilon });
      let channels = stem;
      for (const [stage, [kind, times, kernel, firstStride, out, depth]] of stages.entries()) {
        const pad = (kernel - 1) / 2;
        for (let i = 0; i < depth; i++) {
          const stride = i === 0 ? firstStride : 1;
          const common = {
            channels: out,
            expand: times > 1,
            stride: [stride, stride],
            shortcut: stride === 1 && channels === out,
            activation,
            epsilon,
          };
          const name = `features.${stage + 1}.${i}`;
          const expanded = makeDivisible(channels * times);
          if (kind === 'fused')
            b.add(name, 'fusedInvertedResidual', { ...common, ...(times > 1 ? { expanded } : {}) });
          else
            b.add(name, 'invertedResidual', {
              ...common,
              expanded,
              kernel: [kernel, kernel],
              padding: [pad, pad, pad, pad],
              squeezeExcite: 'siluSigmoid',
              squeezed: Math.max(1, Math.floor(channels / 4)),
            });
          channels = out;
        }
      }
      b.unit(`features.${stages.length + 1}`, head, 1, { activation, epsilon });
      b.add('avgpool', 'globalAvgPool');
      b.add('classifier.0', 'dropout', { rate: dropout });
      b.add('classifier.1', 'linear', { features: 1000 });
      b.add('output', 'output');
      return b.design(title, summary);
    },
  };
}

/** Width, depth, resolution and dropout of B0 to B7, as published. */
export const efficientNetTriples = [
  [1, 1, 224, 0.2],
  [1, 1.1, 240, 0.2],
  [1.1, 1.2, 288, 0.3],
  [1.2, 1.4, 300, 0.3],
  [1.4, 1.8, 380, 0.4],
  [1.6, 2.2, 456, 0.4],
  [1.8, 2.6, 528, 0.5],
  [2, 3.1, 600, 0.5],
] as const;

/** EfficientNet with widths and depths of B0 times a factor each, at a resolution. */
export function efficientNet(width: number, depth: number, extent: number): Design {
  const title = `EfficientNet ${width} × ${depth} at ${extent}`;
  return efficientnet({
    id: 'efficientnet',
    title,
    year: 2019,
    source: 'Tan and Le 2019',
    summary: title,
    ...scaledStages(width, depth),
    extent,
    dropout: 0.2,
    epsilon: 1e-5,
  }).build();
}

/** B0's table with other widths and depths. */
function scaledStages(width: number, depth: number) {
  return {
    stem: makeDivisible(32 * width),
    stages: b0.map(
      ([kind, times, kernel, stride, out, layers]): Stage => [
        kind,
        times,
        kernel,
        stride,
        makeDivisible(out * width),
        Math.ceil(layers * depth),
      ],
    ),
    head: 4 * makeDivisible(320 * width),
  };
}

const v2: Readonly<
  Record<'s' | 'm' | 'l', { stem: number; stages: readonly Stage[]; extent: number; dropout: number }>
> = {
  s: {
    stem: 24,
    stages: [
      ['fused', 1, 3, 1, 24, 2],
      ['fused', 4, 3, 2, 48, 4],
      ['fused', 4, 3, 2, 64, 4],
      ['MB', 4, 3, 2, 128, 6],
      ['MB', 6, 3, 1, 160, 9],
      ['MB', 6, 3, 2, 256, 15],
    ],
    extent: 384,
    dropout: 0.2,
  },
  m: {
    stem: 24,
    stages: [
      ['fused', 1, 3, 1, 24, 3],
      ['fused', 4, 3, 2, 48, 5],
      ['fused', 4, 3, 2, 80, 5],
      ['MB', 4, 3, 2, 160, 7],
      ['MB', 6, 3, 1, 176, 14],
      ['MB', 6, 3, 2, 304, 18],
      ['MB', 6, 3, 1, 512, 5],
    ],
    extent: 480,
    dropout: 0.3,
  },
  l: {
    stem: 32,
    stages: [
      ['fused', 1, 3, 1, 32, 4],
      ['fused', 4, 3, 2, 64, 7],
      ['fused', 4, 3, 2, 96, 7],
      ['MB', 4, 3, 2, 192, 10],
      ['MB', 6, 3, 1, 224, 19],
      ['MB', 6, 3, 2, 384, 25],
      ['MB', 6, 3, 1, 640, 7],
    ],
    extent: 480,
    dropout: 0.4,
  },
};

export const efficientnets: readonly ZooEntry[] = [
  ...efficientNetTriples.map(([width, depth, extent, dropout], i) =>
    efficientnet({
      id: `efficientnet_b${i}`,
      title: `EfficientNet-B${i}`,
      year: 2019,
      source: 'Tan and Le 2019, table 1 and section 3.3, as in torchvision',
      summary: 'Width, depth and resolution grown together, by one law.',
      ...scaledStages(width, depth),
      extent,
      dropout,
      epsilon: i >= 5 ? 0.001 : 1e-5,
    }),
  ),
  ...(['s', 'm', 'l'] as const).map((size) =>
    efficientnet({
      id: `efficientnet_v2_${size}`,
      title: `EfficientNetV2-${size.toUpperCase()}`,
      year: 2021,
      source: 'Tan and Le 2021, table 4, as in torchvision',
      summary: 'Plain 3×3 convolutions first, where depthwise ones are slow.',
      ...v2[size],
      head: 1280,
      epsilon: 0.001,
    }),
  ),
];
