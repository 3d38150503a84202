import { app, Menu } from 'electron';
import { languageOf } from './language.ts';
import { words } from './words.ts';

/** What a second start says that wants a window and brings no file. */
export const NEW_WINDOW = '--new-window';

/** Entries of the task bar and the dock: recent documents are the system's own, a new window is ours. */
export function offerEntries(openWindow: () => void): void {
  const { newWindow, newWindowHint } = words[languageOf({})];
  if (process.platform === 'darwin')
    app.dock?.setMenu(Menu.buildFromTemplate([{ label: newWindow, click: openWindow }]));
  if (process.platform === 'win32')
    app.setJumpList([
      { type: 'recent' },
      {
        type: 'tasks',
        items: [
          {
            type: 'task',
            title: newWindow,
            description: newWindowHint,
            program: process.execPath,
            args: NEW_WINDOW,
            iconPath: process.execPath,
            iconIndex: 0,
          },
        ],
      },
    ]);
}
