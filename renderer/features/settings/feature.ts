import type { Feature } from '../../commands/feature.ts';
import { settingsCommands } from './settings-commands.ts';
import { SettingsDialog } from './settings-dialog.tsx';
import { beginSettings } from './settings-state.ts';

/** What the user chooses for good, and what the desktop offers beside windows and files. */
export const settings: Feature = {
  id: 'settings',
  commands: settingsCommands,
  views: { dialog: SettingsDialog },
  start: beginSettings,
};
