import type { Feature } from '../../commands/feature.ts';
import { HistoryPanel } from '../../panels/history-panel.tsx';
import { historyCommands } from './history-commands.ts';

/** Every step that was done, to be undone and redone. */
export const history: Feature = {
  id: 'history',
  commands: historyCommands,
  panel: { name: 'history', title: 'History', Body: HistoryPanel },
};
