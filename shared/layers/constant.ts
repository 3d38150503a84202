import { type Dims, elementCount, formatDims } from '../base/dims.ts';
import { type Issue, isIssue, messages } from '../base/problem.ts';
import { param } from '../schema/params.ts';
import { defineLayer, free, type Init, weight } from './define.ts';

export const say = messages('layers/constant', {
  'values-do-not-fill': [
    '{{shape}} has {{elements}} elements, but {{values}} values are given.',
    'Give a value for every element, or none for one number throughout.',
  ],
  'no-windows': [
    'Shifted windows are said by six whole numbers: height and width of the map, of a window that divides it, and of a shift that is less than a window.',
    "For Swin-T's first stage write 56, 56, 7, 7, 3, 3.",
  ],
  'windows-do-not-fill': [
    'The mask of these windows has {{elements}} elements, but the shape is {{shape}}.',
    'Make the shape {{wanted}}, with axes of 1 where they are needed.',
  ],
});

export const constant = defineLayer({
  kind: 'constant',
  title: 'Constant',
  group: 'io',
  icon: 'constant',
  summary: 'A tensor that does not depend on the input.',
  words: ['const', '常量'],
  formula: 'y = w',
  doc: `Hands on a tensor kept with the weights: a position embedding, a mean image, a factor. A learned one counts as parameters;
any other is counted with the statistics.

Of a model that is opened, every stored tensor counts as learned, but for four kinds. What its own description in the file
(its doc_string) calls "not learned" does not, as files written here say of all that training does not change. What prepares the
network's input does not: a mean or a deviation that meets the input itself, or what only such constants made of it, where the input is an
image or the constant has no more than one number per channel. What was written down in the graph does not: a Constant of
one number, or of the same number throughout. And what an exporter worked out itself does not, where it is a single number
or one for every position, such as prior boxes or a mask. *Learned* says otherwise of one node.

Source: ONNX operator Constant and initialisers.`,
  params: {
    shape: param.dims({
      title: 'Shape',
      doc: 'The extents, without a batch axis.',
      default: [1],
      maxRank: 8,
      minRank: 0,
    }),
    fill: param.float({
      title: 'Value',
      doc: 'What every element holds where no weights say otherwise.',
      default: 0,
      advanced: true,
    }),
    learned: param.flag({ title: 'Learned', doc: 'Training changes it.', default: false }),
    values: param.floats({
      title: 'Values',
      doc: 'What it holds where no weights say otherwise, element by element, the last axis first; none where the value is the same throughout.',
      default: [],
      advanced: true,
    }),
    windows: param.ints({
      title: 'Shifted windows',
      doc: 'In place of values, the mask of windows that were shifted: height and width of the map, of a window and of the shift. It holds −100 between places that were no neighbours before, else 0.',
      default: [],
      min: 0,
      maxLength: 6,
      advanced: true,
    }),
  },
  inputs: [],
  headline: ['shape'],
  shape: ({ params }) => {
    const init = initOf(params);
    return isIssue(init) ? init : [params.shape];
  },
  weights: ({ params }) => {
    const init = initOf(params);
    const axes = params.shape.map((_, axis) => `D_${axis}`);
    const known = isIssue(init) ? ({ kind: 'constant', value: params.fill } as const) : init;
    return [weight('value', axes, params.shape, known, params.learned)];
  },
  cost: () => free,
  forward: ({ weights }) => [weights.value!],
  examples: [
    {
      title: "ViT-B/16's position embedding",
      params: { shape: [1, 197, 768], learned: true },
      inputs: [],
      outputs: [[1, 197, 768]],
      macs: 0,
      trainedParams: 151_296,
      source: 'Dosovitskiy et al. 2020: 197·768',
    },
  ],
});

interface Held {
  readonly shape: Dims;
  readonly fill: number;
  readonly values: readonly number[];
  readonly windows: readonly number[];
}

/** What a constant holds at first, or why that cannot be. */
function initOf({ shape, fill, values, windows }: Held): Init | Issue {
  if (windows.length > 0) return windowsOf(shape, windows);
  if (values.length === 0) return { kind: 'constant', value: fill };
  const elements = elementCount(shape);
  if (elements === values.length) return { kind: 'values', values };
  return say(
    'values-do-not-fill',
    { shape: formatDims(shape), elements, values: values.length },
    { param: 'values' },
  );
}

function windowsOf(shape: Dims, windows: readonly number[]): Init | Issue {
  const [height = 0, width = 0, tall = 0, wide = 0, down = 0, right = 0] = windows;
  const isWhole =
    windows.length === 6 &&
    Math.min(height, width, tall, wide) > 0 &&
    height % tall === 0 &&
    width % wide === 0 &&
    down < tall &&
    right < wide;
  if (!isWhole) return say('no-windows', {}, { param: 'windows' });
  const places = tall * wide;
  const wanted = [(height * width) / places, places, places];
  if (shape.filter((extent) => extent !== 1).join() === wanted.filter((extent) => extent !== 1).join())
    return { kind: 'windows', map: [height, width], window: [tall, wide], shift: [down, right] };
  return say(
    'windows-do-not-fill',
    { elements: elementCount(wanted), shape: formatDims(shape), wanted: formatDims(wanted) },
    { param: 'shape' },
  );
}

/** Fills a constant that says what it holds, in the order of its elements. */
export function fillSaid(data: Float32Array, init: Exclude<Init, { readonly kind: 'kaiming' }>): void {
  switch (init.kind) {
    case 'constant':
      data.fill(init.value);
      return;
    case 'values':
      data.set(init.values);
      return;
    case 'windows':
      fillWindows(data, init);
  }
}

/**
 * Of each two places of each window, −100 where they were no neighbours before the map was rolled: along each axis the last
 * window holds what was at its end, and what came in from its beginning (Liu et al. 2021, figure 4).
 */
function fillWindows(
  data: Float32Array,
  { map: [height, width], window: [tall, wide], shift: [down, right] }: InitOf<'windows'>,
): void {
  const part = (at: number, extent: number, window: number, shift: number): number =>
    (at >= extent - window ? 1 : 0) + (at >= extent - shift ? 1 : 0);
  const places = tall * wide;
  const columns = width / wide;
  const regions = new Uint8Array(places);
  for (let window = 0; window * places * places < data.length; window++) {
    const [top, left] = [Math.floor(window / columns) * tall, (window % columns) * wide];
    for (let place = 0; place < places; place++) {
      const y = part(top + Math.floor(place / wide), height, tall, down);
      const x = part(left + (place % wide), width, wide, right);
      regions[place] = 3 * y + x;
    }
    const from = window * places * places;
    for (let a = 0; a < places; a++)
      for (let b = 0; b < places; b++) data[from + a * places + b] = regions[a] === regions[b] ? 0 : -100;
  }
}

type InitOf<K extends Init['kind']> = Extract<Init, { readonly kind: K }>;
