import { conventionInfo, conventions } from '../../analysis/conventions.ts';
import { type Params, param, type ValuesOf } from '../../schema/params.ts';

/** Everything that can be chosen about a picture or a table. Flags of the command and fields of the app are derived from it. */
export const exportParams = {
  detail: param.choice({
    title: 'Detail',
    doc: 'How much is shown: every layer, blocks closed, or stages with repeat counts; auto is blocks for the graph and stages for volumes.',
    options: [
      { value: 'auto', title: 'Automatic' },
      { value: 'layers', title: 'Every layer' },
      { value: 'blocks', title: 'Blocks closed' },
      { value: 'stages', title: 'Stages, with repeat counts' },
    ],
    default: 'auto',
  }),
  direction: param.choice({
    title: 'Direction',
    doc: 'Where the graph flows.',
    options: [
      { value: 'down', title: 'Top to bottom' },
      { value: 'right', title: 'Left to right' },
    ],
    default: 'down',
  }),
  scale: param.choice({
    title: 'Lengths',
    doc: 'How the extents of volumes become lengths: true to scale, or by their logarithm so that small maps stay visible.',
    options: [
      { value: 'linear', title: 'To scale' },
      { value: 'log', title: 'Logarithmic' },
    ],
    default: 'linear',
  }),
  theme: param.choice({
    title: 'Colours',
    doc: 'Colours for a light or for a dark page.',
    options: [
      { value: 'light', title: 'Light' },
      { value: 'dark', title: 'Dark' },
    ],
    default: 'light',
  }),
  transparent: param.flag({
    title: 'Transparent',
    doc: 'No background.',
    default: false,
  }),
  ratio: param.int({
    title: 'Pixels per unit',
    doc: 'Pixels of a PNG to one of the picture: 2 is sharp on most screens, 4 in print.',
    default: 2,
    min: 1,
    max: 8,
  }),
  alone: param.flag({
    title: 'Without the baseline',
    doc: 'Leaves out the outlines of the pinned baseline.',
    default: false,
  }),
  convention: param.choice({
    title: 'Convention',
    doc: 'What one operation is.',
    options: conventions.map((value) => ({ value, title: conventionInfo[value].title })),
    default: 'mac',
  }),
  open: param.flag({
    title: 'Layers inside blocks',
    doc: 'Lists the layers inside blocks instead of the blocks.',
    default: false,
  }),
} as const satisfies Params;

export type ExportOptions = ValuesOf<typeof exportParams>;
export type ExportOption = keyof ExportOptions;
