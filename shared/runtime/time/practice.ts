import type { Activation } from '../../blocks/activation.ts';
import type { Design } from '../../graph/design.ts';
import { NetworkBuilder } from '../../zoo/builder.ts';

/**
 * What a machine is calibrated on: no published networks, so that those stay to be predicted, but all that such networks are
 * made of, each over the sizes at which it is met. Some milliseconds each.
 */
export const practice: readonly (() => Design)[] = [
  () =>
    plain('early', 112, [
      [16, 3],
      [32, 3],
      [48, 3],
      [32, 1],
      [64, 1],
      [24, 1],
    ]),
  () =>
    plain('middle', 56, [
      [64, 3],
      [64, 3],
      [96, 3],
      [96, 1],
      [192, 1],
      [64, 1],
      [256, 1],
      [128, 1],
    ]),
  () =>
    plain('late', 28, [
      [128, 3],
      [128, 3],
      [192, 3],
      [160, 1],
      [512, 1],
      [128, 1],
      [512, 1],
      [512, 1],
      [256, 1],
    ]),
  () =>
    plain('deep', 14, [
      [256, 3],
      [256, 3],
      [384, 3],
      [384, 1],
      [1024, 1],
      [256, 1],
      [1024, 1],
      [160, 1],
      [960, 1],
      [96, 1],
    ]),
  () =>
    plain('last', 7, [
      [512, 3],
      [512, 3],
      [320, 1],
      [2048, 1],
      [512, 1],
      [2048, 1],
      [160, 1],
      [960, 1],
      [1280, 1],
    ]),
  () =>
    plain('tiny', 32, [
      [16, 3],
      [16, 3],
      [32, 3],
      [64, 3],
      [16, 1],
      [64, 1],
      [8, 3],
    ]),
  () =>
    plain('tinier', 8, [
      [64, 3],
      [64, 3],
      [128, 3],
      [256, 3],
      [64, 1],
      [256, 1],
    ]),
  () =>
    plain('odd', 27, [
      [20, 3],
      [50, 5],
      [92, 5],
      [100, 3],
      [116, 1],
      [58, 1],
      [232, 1],
    ]),
  () =>
    plain('cold', 8, [
      [512, 3],
      [512, 3],
      [512, 3],
      [512, 3],
      [1024, 3],
      [1024, 1],
      [4096, 1],
      [1024, 1],
    ]),
  () =>
    plain('small maps', 4, [
      [256, 3],
      [256, 3],
      [128, 3],
      [384, 3],
    ]),
  () =>
    plain('small cold maps', 4, [
      [512, 3],
      [512, 3],
      [512, 3],
      [512, 3],
      [1024, 3],
    ]),
  () =>
    plain('smallest maps', 2, [
      [512, 3],
      [512, 3],
      [512, 3],
      [256, 3],
      [256, 1],
      [512, 1],
    ]),
  () =>
    strided('stem 1', 112, [
      [32, 3, 1],
      [64, 3, 2],
    ]),
  () =>
    strided('stem 5', 32, [
      [16, 5, 1],
      [24, 3, 1],
    ]),
  () =>
    strided('stem 7', 224, [
      [64, 7, 2],
      [96, 3, 2],
      [128, 1, 2],
      [128, 3, 2],
      [256, 3, 2],
    ]),
  () =>
    strided('stem 3', 224, [
      [32, 3, 2],
      [32, 3, 1],
      [64, 5, 2],
      [128, 5, 1],
      [192, 3, 2],
      [384, 1, 2],
    ]),
  () =>
    strided('stem 11', 227, [
      [64, 11, 4],
      [192, 5, 1],
      [128, 5, 2],
    ]),
  ...(
    [
      [16, 3, 48],
      [64, 3, 160],
      [96, 3, 64],
      [32, 5, 96],
      [8, 7, 32],
      [40, 3, 224],
    ] as const
  ).map(
    ([channels, kernel, side]) =>
      () =>
        strided(`first of ${side}`, side, [[channels, kernel, 1]]),
  ),
  // First layers of every second pixel, of each size of filter, as wide as they are met.
  ...(
    [
      [3, 'relu', [16, 24, 48], [112, 96, 160]],
      [3, 'silu', [32, 40, 64], [224, 128, 64]],
      [5, 'relu', [16, 32, 64], [64, 128, 192]],
      [5, 'hardSwish', [12, 24, 48], [224, 96, 160]],
      [7, 'relu', [16, 24, 48], [64, 160, 224]],
      [7, 'silu', [12, 32, 40], [256, 128, 96]],
    ] as const
  ).flatMap(([kernel, activation, widths, sides]) =>
    widths.map(
      (channels, i) => () => strided(`stem of ${sides[i]!}`, sides[i]!, [[channels, kernel, 2]], activation),
    ),
  ),
  () =>
    separable('small kernels', 112, 3, 'relu6', [
      [32, 16, 1],
      [96, 24, 2],
      [144, 32, 2],
      [192, 64, 2],
      [384, 96, 1],
      [576, 160, 2],
      [960, 320, 1],
    ]),
  () =>
    separable('small maps', 24, 3, 'relu', [
      [32, 32, 1],
      [64, 32, 2],
      [128, 64, 1],
      [192, 64, 2],
      [256, 96, 2],
      [384, 128, 1],
    ]),
  () =>
    separable('small maps', 20, 5, 'relu', [
      [24, 32, 1],
      [96, 32, 2],
      [200, 40, 2],
    ]),
  () =>
    separable('largest kernels', 64, 7, 'hardSwish', [
      [48, 32, 2],
      [160, 48, 1],
      [240, 64, 2],
      [320, 96, 2],
    ]),
  () =>
    separable(
      'large kernels',
      56,
      5,
      'hardSwish',
      [
        [72, 40, 2],
        [120, 40, 1],
        [240, 80, 2],
        [480, 112, 1],
        [672, 160, 2],
      ],
      true,
    ),
  () =>
    separable(
      'excited',
      120,
      3,
      'silu',
      [
        [32, 16, 1],
        [96, 24, 2],
        [144, 40, 2],
        [240, 80, 2],
        [480, 112, 1],
        [672, 192, 2],
        [1152, 320, 1],
      ],
      true,
    ),
  () =>
    separable(
      'wider',
      36,
      5,
      'silu',
      [
        [288, 48, 1],
        [528, 88, 2],
        [720, 120, 1],
        [1248, 208, 2],
        [2112, 352, 1],
      ],
      true,
    ),
  () =>
    grouped('groups', 56, [
      [128, 32],
      [256, 16],
      [64, 8],
      [96, 4],
    ]),
  () =>
    grouped('halves', 64, [
      [48, 2],
      [96, 2],
      [128, 4],
      [160, 8],
    ]),
  () =>
    grouped('halves of small maps', 16, [
      [48, 4],
      [136, 4],
      [240, 2],
      [512, 8],
    ]),
  () =>
    plain('small and wide', 16, [
      [24, 1],
      [144, 1],
      [40, 1],
      [240, 1],
      [64, 3],
      [384, 1],
      [80, 5],
    ]),
  () =>
    plain('smaller and wide', 6, [
      [80, 1],
      [480, 1],
      [96, 1],
      [576, 1],
      [128, 5],
      [512, 3],
      [256, 5],
      [512, 1],
    ]),
  () =>
    grouped('few groups', 14, [
      [512, 32],
      [384, 16],
      [768, 8],
      [240, 10],
    ]),
  dense,
  shuffled,
  () =>
    joined('joined', 192, 28, [
      [64, 96, 32],
      [128, 160, 64],
      [100, 72, 20],
    ]),
  () =>
    joined('joined at odd places', 50, 32, [
      [25, 36, 13],
      [34, 35, 17],
      [75, 58, 30],
    ]),
  () =>
    joined('small and joined', 90, 12, [
      [98, 98, 20],
      [188, 76, 50],
    ]),
  normed,
  () => rows('rows of 56', 56),
  () => rows('rows of 28', 28),
  upwards,
  pooled,
  () => connected('classifier', 9216, [4096, 4096, 1000, 10]),
  () => connected('small classifier', 640, [128, 128, 8, 128, 640, 84, 10]),
  curved,
  () => attending(14, 64),
  () => attending(7, 96),
  () => attending(10, 32),
];

/** Two maps that no cache holds, added: what memory gives. */
export function streaming(): Design {
  const b = new NetworkBuilder();
  b.input(32, 512);
  b.add('other', 'input', { shape: [32, 512, 512] });
  b.add('sum', 'add', {}, 'input', 'other');
  b.add('pool', 'globalAvgPool');
  b.add('output', 'output');
  return b.design('streaming', '');
}

type Layer = readonly [channels: number, kernel: number];

function plain(name: string, side: number, layers: readonly Layer[]): Design {
  const b = new NetworkBuilder();
  b.input(layers[0]![0], side);
  for (const [i, [channels, kernel]] of layers.entries()) {
    const before = b.last;
    b.unit(`c${i}`, channels, kernel);
    // A shortcut wherever one fits, as half of all networks have it.
    if (i > 0 && channels === layers[i - 1]![0]) b.add(`s${i}`, 'add', {}, b.last, before);
  }
  return ended(b, name);
}

function strided(
  name: string,
  side: number,
  layers: readonly (readonly [number, number, number])[],
  activation: Activation = 'relu',
): Design {
  const b = new NetworkBuilder();
  b.input(3, side);
  for (const [i, [channels, kernel, stride]] of layers.entries())
    b.unit(`c${i}`, channels, kernel, { stride, activation });
  b.add('flat', 'avgPool', { kernel: [4, 4], stride: [4, 4] });
  b.add('vector', 'flatten');
  b.add('scores', 'linear', { features: 200 });
  b.add('output', 'output');
  return b.design(name, '');
}

function separable(
  name: string,
  side: number,
  kernel: number,
  activation: Activation,
  units: readonly (readonly [expanded: number, out: number, stride: number])[],
  excited = false,
): Design {
  const b = new NetworkBuilder();
  b.input(16, side);
  for (const [i, [expanded, out, stride]] of units.entries()) {
    b.unit(`e${i}`, expanded, 1, { activation });
    b.unit(`d${i}`, expanded, kernel, { stride, groups: expanded, activation });
    if (excited) {
      const gate = activation === 'silu' ? 'siluSigmoid' : 'hardSigmoid';
      b.add(`g${i}`, 'squeezeExcite', { channels: expanded, squeezed: Math.max(8, expanded >> 4), gate });
    }
    b.conv(`o${i}`, out, 1);
  }
  return ended(b, name);
}

function grouped(
  name: string,
  side: number,
  layers: readonly (readonly [channels: number, groups: number])[],
): Design {
  const b = new NetworkBuilder();
  b.input(32, side);
  for (const [i, [channels, groups]] of layers.entries()) {
    b.unit(`a${i}`, channels, 1);
    b.unit(`b${i}`, channels, 3, { groups });
    b.unit(`c${i}`, channels, 3, { groups, stride: 2 });
  }
  return ended(b, name);
}

/** Ever more maps side by side, each time with a norm that nothing takes up. */
function dense(): Design {
  const b = new NetworkBuilder();
  b.input(64, 56);
  const parts = ['input'];
  for (let i = 0; i < 5; i++) {
    if (i === 3) {
      b.conv('transition', 128, 1);
      parts.splice(0, parts.length, b.add('half', 'avgPool', { kernel: [2, 2], stride: [2, 2] }));
    }
    if (parts.length > 1) b.add(`concat${i}`, 'concat', { axis: 1 }, ...parts);
    b.add(`n${i}`, 'batchNorm');
    b.add(`r${i}`, 'relu');
    b.unit(`b${i}`, 128, 1);
    parts.push(b.conv(`c${i}`, 32, 3, { padding: 1, bias: false }));
  }
  b.add('all', 'concat', { axis: 1 }, ...parts);
  b.add('norm', 'batchNorm');
  b.add('relu', 'relu');
  return ended(b, 'dense');
}

/** Halves that are no whole blocks of channels, joined and dealt out anew. */
function shuffled(): Design {
  const b = new NetworkBuilder();
  b.input(24, 56);
  let side = 0;
  for (const half of [58, 122, 176, 232]) {
    const left = b.unit(`l${half}`, half, 3, { stride: side === 0 ? 1 : 2, from: b.last });
    const right = b.unit(`r${half}`, half, 1, { from: left });
    b.add(`j${half}`, 'concat', { axis: 1 }, left, right);
    b.add(`m${half}`, 'channelShuffle', { groups: 2 });
    side++;
  }
  return ended(b, 'shuffled');
}

function joined(
  name: string,
  channels: number,
  side: number,
  units: readonly (readonly [number, number, number])[],
): Design {
  const b = new NetworkBuilder();
  b.input(channels, side);
  for (const [i, widths] of units.entries()) {
    const from = b.last;
    const parts = [
      b.unit(`a${i}`, widths[0], 1, { from }),
      b.unit(`c${i}`, widths[1], 3, { from: b.unit(`b${i}`, widths[2], 1, { from }) }),
      b.unit(`e${i}`, widths[2], [1, 7], { from: b.unit(`d${i}`, widths[2], [7, 1], { from }) }),
      b.unit(`p${i}`, widths[2], 1, {
        from: b.add(`m${i}`, 'maxPool', { kernel: [3, 3], stride: [1, 1], padding: [1, 1, 1, 1] }, from),
      }),
    ];
    b.add(`j${i}`, 'concat', { axis: 1 }, ...parts);
    b.maxPool(`h${i}`, 3, 2, { padding: 1 });
  }
  return ended(b, name);
}

/** Norms of every pixel's channels between depthwise convolutions and products. */
function normed(): Design {
  const b = new NetworkBuilder();
  b.input(96, 28);
  for (const [i, channels] of [96, 192, 384].entries()) {
    const entry = b.last;
    b.conv(`d${i}`, channels, 7, { padding: 3, groups: channels });
    b.add(`v${i}`, 'transpose', { perm: [0, 2, 3, 1] });
    b.add(`n${i}`, 'layerNorm');
    b.add(`w${i}`, 'transpose', { perm: [0, 3, 1, 2] });
    b.conv(`a${i}`, 4 * channels, 1);
    b.add(`g${i}`, 'gelu');
    b.conv(`b${i}`, channels, 1);
    b.add(`s${i}`, 'add', {}, b.last, entry);
    if (i < 2) b.conv(`h${i}`, 2 * channels, 2, { stride: 2 });
  }
  return ended(b, 'normed');
}

/** Norms over maps, and everything else that goes through runs of numbers. */
function rows(name: string, side: number): Design {
  const b = new NetworkBuilder();
  b.input(32, side);
  b.unit('c0', 64, 3);
  b.add('g0', 'groupNorm', { groups: 8 });
  b.unit('c1', 96, 3, { stride: 2 });
  b.add('g1', 'instanceNorm');
  b.add('l1', 'localResponseNorm', { size: 5 });
  b.unit('c2', 64, 1);
  b.add('l2', 'localResponseNorm', { size: 5 });
  return ended(b, name);
}

function upwards(): Design {
  const b = new NetworkBuilder();
  b.input(64, 14);
  for (const [i, channels] of [128, 64, 32].entries()) {
    b.add(`t${i}`, 'convTranspose2d', { channels, kernel: [2, 2], stride: [2, 2] });
    b.add(`p${i}`, 'pad', { pads: [1, 1, 1, 1], mode: 'reflect' });
    b.unit(`c${i}`, channels, 3, { padding: 0 });
  }
  b.add('near', 'resize', { scales: [2, 2], mode: 'nearest' });
  b.unit('c', 16, 3);
  b.add('between', 'resize', { scales: [0.5, 0.5], mode: 'linear' });
  b.unit('d', 48, 1);
  b.add('nearer', 'resize', { scales: [0.5, 0.5], mode: 'nearest' });
  b.add('again', 'resize', { scales: [2, 2], mode: 'linear' });
  b.unit('e', 64, 3, { stride: 2 });
  b.add('last', 'resize', { scales: [3, 3], mode: 'linear' });
  return ended(b, 'upwards');
}

function pooled(): Design {
  const b = new NetworkBuilder();
  b.input(64, 112);
  b.maxPool('m0', 3, 2, { padding: 1 });
  b.add('a0', 'avgPool', { kernel: [3, 3], stride: [1, 1], padding: [1, 1, 1, 1] });
  b.maxPool('m1', 3, 1, { padding: 1 });
  b.maxPool('m2', 2, 2);
  b.add('a1', 'avgPool', { kernel: [2, 2], stride: [2, 2] });
  b.unit('c', 512, 1);
  b.maxPool('m3', 5, 1, { padding: 2 });
  return ended(b, 'pooled');
}

function connected(name: string, inputs: number, features: readonly number[]): Design {
  const b = new NetworkBuilder();
  b.add('input', 'input', { shape: [inputs] });
  for (const [i, count] of features.entries()) {
    b.add(`f${i}`, 'linear', { features: count });
    b.add(`r${i}`, 'relu');
  }
  b.add('softmax', 'softmax');
  b.add('output', 'output');
  return b.design(name, '');
}

/** Activations by themselves, where nothing takes them up. */
function curved(): Design {
  const b = new NetworkBuilder();
  b.input(64, 56);
  const first = b.unit('c', 64, 1);
  for (const kind of ['sigmoid', 'silu', 'gelu', 'tanh', 'hardSwish', 'relu', 'softplus', 'mish'] as const) {
    const one = b.add(`${kind}1`, kind, {}, first);
    b.add(`${kind}2`, 'multiply', {}, one, first);
    b.add(`${kind}3`, 'add', {}, b.last, one);
    b.maxPool(`${kind}4`, 2, 2);
    b.add(`${kind}5`, kind);
    b.add(`${kind}6`, 'output');
  }
  return b.design('curved', '');
}

function attending(side: number, channels: number): Design {
  const b = new NetworkBuilder();
  b.input(channels, side);
  b.add('r', 'reshape', { shape: [1, channels, side * side] });
  const tokens = b.add('t', 'transpose', { perm: [0, 2, 1] });
  b.add('k', 'matmul', {}, tokens, 'r');
  b.add('s', 'softmax');
  b.add('m', 'matmul', {}, b.last, tokens);

  b.add('n', 'layerNorm');
  b.add('output', 'output');
  return b.design(`attending ${side}`, '');
}

function ended(b: NetworkBuilder, name: string): Design {
  b.add('pool', 'globalAvgPool');
  b.add('output', 'output');
  return b.design(name, '');
}
