import type { Feature } from '../../commands/feature.ts';
import { fitCommands } from './fit-commands.ts';
import { FitPanel } from './fit-panel.tsx';

/** The designs that keep limits. */
export const fit: Feature = {
  id: 'fit',
  commands: fitCommands,
  panel: { name: 'fit', title: 'Fitting', Body: FitPanel },
};
