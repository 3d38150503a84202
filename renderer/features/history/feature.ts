import type { Feature } from '../../commands/feature.ts';
import { historyCommands } from './history-commands.ts';
import { HistoryPanel } from './history-panel.tsx';

/** Every step that was done, to be undone and redone. */
export const history: Feature = {
  id: 'history',
  commands: historyCommands,
  panel: { name: 'history', title: 'History', Body: HistoryPanel },
};
