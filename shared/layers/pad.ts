import { isIssue, messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import { param } from '../schema/params.ts';
import { largestFloat } from './clip.ts';
import { defineLayer, free } from './define.ts';
import { expectMap } from './expect.ts';
import { padMap } from './pad-map.ts';
import { sidesOf } from './window.ts';

export const say = messages('layers/pad', {
  height: 'height',
  width: 'width',
  'padding-larger-than-input': [
    "Pad mirrors {{most}} rows or columns, but the input's {{side}} is only {{extent}}.",
    'Pad by at most {{fits}}, or fill with a constant.',
  ],
});

export const pad = defineLayer({
  kind: 'pad',
  title: 'Pad',
  group: 'shape',
  icon: 'pad',
  summary: 'Adds rows and columns around a map.',
  words: ['zero pad', '填充', '补零'],
  formula: 'y[c, i, j] = x[c, i − top, j − left], or the filling outside',
  traits: ({ mode, value }) => ({
    linear: infinite[mode] === undefined,
    keepsSign: mode !== 'minusInfinity' && (mode !== 'constant' || value >= 0),
  }),
  doc: `Enlarges a map by a constant, by the map mirrored at its edge (*reflect*, the edge itself not repeated), or by its edge
repeated (*edge*), by what lies at its other side (*wrap*), or by an infinity, which a maximum never (or always) takes. It moves data and counts no operations. Style-transfer networks mirror, so that no dark frame appears.

Source: ONNX operator Pad.`,
  params: {
    padding: param.padding({
      title: 'Padding',
      doc: 'Rows and columns added: top, left, bottom, right.',
      default: 1,
      allowSame: false,
      role: 'padding',
    }),
    mode: param.choice({
      title: 'Filling',
      doc: 'What the added rows and columns hold.',
      default: 'constant',
      options: [
        { value: 'constant', title: 'constant' },
        { value: 'reflect', title: 'mirrored' },
        { value: 'edge', title: 'edge repeated' },
        { value: 'wrap', title: 'other side' },
        { value: 'minusInfinity', title: '−∞' },
        { value: 'infinity', title: '∞' },
      ],
    }),
    value: param.float({
      title: 'Value',
      doc: 'The constant.',
      default: 0,
      min: -largestFloat,
      max: largestFloat,
      advanced: true,
    }),
  },
  headline: ['padding', 'mode'],
  idle: ({ mode }) => (mode === 'constant' ? [] : ['value']),
  shape({ params, inputs }) {
    const map = expectMap('Pad', inputs[0]!);
    if (isIssue(map)) return map;
    const [top, left, bottom, right] = sidesOf(params.padding);
    for (const [side, extent, most] of [
      ['height', map.height, Math.max(top, bottom)],
      ['width', map.width, Math.max(left, right)],
    ] as const) {
      const least = params.mode === 'reflect' ? most + 1 : Math.min(most, 1);
      if (params.mode === 'constant' || infinite[params.mode] !== undefined || extent >= least) continue;
      return say(
        'padding-larger-than-input',
        { most, side: say.part(side), extent, fits: Math.max(0, extent - 1) },
        { param: 'padding' },
      );
    }
    return [[map.batch, map.channels, top + map.height + bottom, left + map.width + right]];
  },
  cost: () => free,
  reach({ params }) {
    const [top, left] = sidesOf(params.padding);
    return { kind: 'window', kernel: [1, 1], stride: [1, 1], dilation: [1, 1], before: [top, left] };
  },
  forward({ params, inputs, outputs }) {
    const x = inputs[0]!;
    const [top, left, bottom, right] = sidesOf(params.padding);
    const value = params.mode === 'constant' ? params.value : infinite[params.mode];
    if (value !== undefined) return [padMap(x, [top, left], [bottom, right], value)];
    const source = params.mode === 'reflect' ? mirror : params.mode === 'wrap' ? around : clamp;
    const y = Tensor.zeros(outputs[0]!);
    const [batch, channels, hOut, wOut] = y.dims as readonly [number, number, number, number];
    const [height, width] = x.dims.slice(2) as [number, number];
    for (let plane = 0; plane < batch * channels; plane++) {
      for (let i = 0; i < hOut; i++) {
        const from = (plane * height + source(i - top, height)) * width;
        const to = (plane * hOut + i) * wOut;
        for (let j = 0; j < wOut; j++) y.data[to + j] = x.data[from + source(j - left, width)]!;
      }
    }
    return [y];
  },
  examples: [
    {
      title: 'Before a 9×9 convolution of a style-transfer network',
      params: { padding: [4, 4, 4, 4], mode: 'reflect' },
      inputs: [[1, 3, 224, 224]],
      outputs: [[1, 3, 232, 232]],
      macs: 0,
      trainedParams: 0,
      source: 'definition',
    },
    {
      title: 'The other side',
      params: { padding: [0, 1, 0, 1], mode: 'wrap' },
      inputs: [[1, 1, 3, 2]],
      outputs: [[1, 1, 3, 4]],
      source: 'ONNX operator Pad, example of mode wrap',
      values: {
        inputs: [[1, 1.2, 2.3, 3.4, 4.5, 5.7]],
        outputs: [[1.2, 1, 1.2, 1, 3.4, 2.3, 3.4, 2.3, 5.7, 4.5, 5.7, 4.5]],
      },
    },
    {
      title: 'Mirrored',
      params: { padding: [0, 1, 0, 0], mode: 'reflect' },
      inputs: [[1, 1, 3, 2]],
      outputs: [[1, 1, 3, 3]],
      source: 'ONNX operator Pad, example of mode reflect',
      values: {
        inputs: [[1, 1.2, 2.3, 3.4, 4.5, 5.7]],
        outputs: [[1.2, 1, 1.2, 3.4, 2.3, 3.4, 5.7, 4.5, 5.7]],
      },
    },
  ],
});

/** What a filling holds that is no number. */
const infinite: Readonly<Record<string, number>> = {
  minusInfinity: Number.NEGATIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
};

/** −1 → extent − 1; extent → 0. */
function around(i: number, extent: number): number {
  return ((i % extent) + extent) % extent;
}

/** −1 → 1, −2 → 2; extent → extent − 2. */
function mirror(i: number, extent: number): number {
  const folded = Math.abs(i);
  return folded < extent ? folded : 2 * (extent - 1) - folded;
}

function clamp(i: number, extent: number): number {
  return Math.min(Math.max(i, 0), extent - 1);
}
