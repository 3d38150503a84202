import { param, type ValuesOf } from '../schema/params.ts';

/** How a picture becomes the network's input; of a design, and changed in the Run view. */
export const preprocessingParams = {
  fit: param.choice({
    title: 'Fit',
    doc: 'How a picture that is not as large as the input is brought to its size.',
    default: 'crop',
    options: [
      { value: 'crop', title: 'Crop the middle' },
      { value: 'stretch', title: 'Stretch' },
      { value: 'fit', title: 'Keep all, with bars' },
    ],
  }),
  resize: param.int({
    title: 'Shorter side',
    doc: "In pixels, before the middle is cut out; 0 is the input's own size. torchvision takes 256 for 224.",
    default: 0,
    min: 0,
    max: 8192,
  }),
  order: param.choice({
    title: 'Channels',
    doc: 'The order of the colours. Models from Caffe take blue first. One channel is the luma of the colours.',
    default: 'rgb',
    options: [
      { value: 'rgb', title: 'RGB' },
      { value: 'bgr', title: 'BGR' },
    ],
  }),
  range: param.choice({
    title: 'Values',
    doc: 'What black to white become before mean and deviation.',
    default: '0-1',
    options: [
      { value: '0-1', title: '0 … 1' },
      { value: '0-255', title: '0 … 255' },
    ],
  }),
  invert: param.flag({
    title: 'Invert',
    doc: 'Makes black white: for dark ink on paper, where a network learned from light strokes on black.',
    default: false,
  }),
  mean: param.floats({
    title: 'Mean',
    doc: 'Taken from each value; one for all channels, or one for each in the order above.',
    default: [0],
    maxLength: 16,
  }),
  std: param.floats({
    title: 'Deviation',
    doc: 'What each value is then divided by; one for all channels, or one for each.',
    default: [1],
    maxLength: 16,
    positive: true,
  }),
} as const;

/** How a picture becomes the input of a network. */
export type Preprocessing = ValuesOf<typeof preprocessingParams>;

/** Files are untrusted: more classes than any published classifier has, and names that fit on a line. */
export const MAX_CLASSES = 50_000;
export const MAX_CLASS_NAME_LENGTH = 200;

/** What running a design takes besides the design: saved with it. */
export interface RunSettings {
  /** Undefined: chosen by the input's shape. */
  readonly preprocessing?: Preprocessing;
  /** Names by the index of the output; undefined where nobody gave any. */
  readonly classes?: readonly string[];
}
