import { t } from '../../i18n/i18n.ts';
import { short } from '../../parts/format.ts';
import type { App } from '../../state/app.ts';
import { type AppState, designOf } from '../../state/app-state.ts';
import type { WindowBox } from '../../state/focus.ts';

/** One thing to look at, or to do. */
export interface Step {
  readonly id: string;
  readonly title: () => string;
  /** Markdown; of what was done it speaks only where it was, since the tour began. */
  readonly text: (state: AppState, begun: AppState) => string;
  /** Where what it speaks of is; undefined where it is not there. */
  readonly at: (app: App) => WindowBox | undefined;
  /** Makes sure that it can be seen. */
  readonly come?: (app: App) => void;
  /** What the user does to go on, beside what was there when the step began; read only, where left out. */
  readonly done?: (now: AppState, start: AppState) => boolean;
}

/** The layer that the tour is about. */
const LAYER = 'conv1';

const filtersOf = (state: AppState): unknown => designOf(state).nodes[LAYER]?.params.channels;
const nodesIn = (state: AppState): number => Object.keys(designOf(state).nodes).length;
const totals = ({ whole }: AppState) => whole.analysis.totals;
const isChanged = (now: AppState, begun: AppState): boolean =>
  totals(now).macs !== totals(begun).macs || totals(now).params !== totals(begun).params;
const canUndo = ({ history }: AppState): boolean => history.past.length > 0;

/** From a first look to a run, on a network that is small enough to be taken in at once. */
export const steps: readonly Step[] = [
  {
    id: 'canvas',
    title: () => t('A network is a drawing'),
    text: (state) =>
      t(
        'This is **LeNet**, which reads digits. Boxes are layers; wires carry the shapes between them. All of it takes **{{macs}}** multiply-adds and **{{params}}** parameters, worked out while you draw.',
        { macs: short(totals(state).macs), params: short(totals(state).params) },
      ),
    at: ({ focus }) => focus.boxOf('canvas'),
    come: (app) => app.viewport.fit(),
  },
  {
    id: 'select',
    title: () => t('Choose a layer'),
    text: () =>
      t('Click **conv1**. With the keyboard: F6 until the canvas has the focus, then the arrow keys.'),
    at: ({ viewport }) => viewport.boxOf(LAYER),
    // What is chosen already could not be chosen.
    come: (app) => {
      app.getState().select([]);
      app.viewport.reveal(LAYER);
    },
    done: ({ selection }) => selection.length === 1 && selection[0] === LAYER,
  },
  {
    id: 'change',
    title: () => t('Change it'),
    text: (state) =>
      t(
        'Here are its parameters, each with what it means. It has **{{filters}}** filters: give it another number, and Enter.',
        { filters: String(filtersOf(state)) },
      ),
    at: ({ focus }) => focus.boxOf('parameter.channels'),
    come: (app) => app.getState().select([LAYER]),
    // Typing a number is one gesture: it is done when the field is left.
    done: (now, start) => filtersOf(now) !== filtersOf(start) && now.history.past.at(-1)?.mark === undefined,
  },
  {
    id: 'budget',
    title: () => t('See what it costs'),
    text: (state, begun) => {
      const values = { macs: short(totals(state).macs), params: short(totals(state).params) };
      return isChanged(state, begun)
        ? t(
            'The totals moved at once: **{{macs}}** multiply-adds and **{{params}}** parameters now. Press one to give it a limit; what is over its limit turns red, here and in the command.',
            values,
          )
        : t(
            'The totals move with every change: **{{macs}}** multiply-adds and **{{params}}** parameters now. Press one to give it a limit; what is over its limit turns red, here and in the command.',
            values,
          );
    },
    at: ({ focus }) => focus.boxOf('gauges'),
  },
  {
    id: 'add',
    title: () => t('Add a layer'),
    text: () =>
      t(
        'Drag one from here onto a wire: it is put in between. With the keyboard: press Tab on the canvas, type “relu”, and Enter.',
      ),
    at: ({ focus }) => focus.boxOf('palette'),
    done: (now, start) => nodesIn(now) > nodesIn(start),
  },
  {
    id: 'undo',
    title: () => t('Nothing is lost'),
    text: (state) =>
      canUndo(state)
        ? t(
            'Press Ctrl+Z (⌘Z on a Mac) to take the last change back. Every step can be undone, and done again.',
          )
        : t('Ctrl+Z (⌘Z on a Mac) takes the last change back. Every step can be undone, and done again.'),
    at: ({ focus }) => focus.boxOf('command.undo'),
    done: ({ history }, start) => history.past.length < start.history.past.length,
  },
  {
    id: 'panels',
    title: () => t('Look closer'),
    text: () =>
      t(
        'Costs layer by layer, problems with their fixes, a comparison with what was, a real run with feature maps, and the shapes in 3D.',
      ),
    at: ({ focus }) => focus.boxOf('panels'),
    come: (app) => app.getState().showPanel('costs'),
  },
  {
    id: 'search',
    title: () => t('Everything has a name'),
    text: () =>
      t(
        'Ctrl+K (⌘K on a Mac) finds commands, layers and networks by name. F1 tells about the chosen layer, ? lists all keys. The story from AlexNet to ResNet and the exercises are in the menu Help.',
      ),
    at: ({ focus }) => focus.boxOf('search'),
  },
];
