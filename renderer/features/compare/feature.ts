import type { Feature } from '../../commands/feature.ts';
import { watchDifference } from '../../state/compared.ts';
import { compareCommands } from './compare-commands.ts';
import { ComparePanel } from './compare-panel.tsx';

/** The design beside others. */
export const compare: Feature = {
  id: 'compare',
  commands: compareCommands,
  panel: { name: 'compare', title: 'Compare', Body: ComparePanel },
  start: watchDifference,
};
