import { conventionInfo, conventions } from '../../analysis/conventions.ts';
import { type Params, param, type ValuesOf } from '../../schema/params.ts';
import type { Theme } from '../pictures/families.ts';
import type { Direction } from '../pictures/graph-picture.ts';
import type { Detail } from '../pictures/outline.ts';
import type { Scale } from '../pictures/volumes.ts';

/** A title for each value that the pictures know: none can be forgotten, and none made up. */
function optionsFor<V extends string>(titles: Readonly<Record<V, string>>) {
  return (Object.keys(titles) as V[]).map((value) => ({ value, title: titles[value] }));
}

/** Everything that can be chosen about a picture or a table. Flags of the command and fields of the app are derived from it. */
export const exportParams = {
  detail: param.choice({
    title: 'Detail',
    doc: 'How much is shown: every layer, blocks closed, or stages with repeat counts; auto is blocks for the graph and stages for volumes.',
    options: optionsFor<'auto' | Detail>({
      auto: 'Automatic',
      layers: 'Every layer',
      blocks: 'Blocks closed',
      stages: 'Stages, with repeat counts',
    }),
    default: 'auto',
  }),
  direction: param.choice({
    title: 'Direction',
    doc: 'Where the graph flows.',
    options: optionsFor<Direction>({ down: 'Top to bottom', right: 'Left to right' }),
    default: 'down',
  }),
  scale: param.choice({
    title: 'Lengths',
    doc: 'How the extents of volumes become lengths: true to scale, or by their logarithm so that small maps stay visible.',
    options: optionsFor<Scale>({ linear: 'To scale', log: 'Logarithmic' }),
    default: 'linear',
  }),
  theme: param.choice({
    title: 'Colours',
    doc: 'Colours for a light or for a dark page.',
    options: optionsFor<Theme>({ light: 'Light', dark: 'Dark' }),
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
