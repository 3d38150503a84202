import { app, Menu } from 'electron';

const texts = {
  en: { window: 'New window', hint: 'Opens another window of Netwright' },
  zh: { window: '新建窗口', hint: '打开另一个 Netwright 窗口' },
} as const;

/** What a second start says that wants a window and brings no file. */
export const NEW_WINDOW = '--new-window';

/** Entries of the task bar and the dock: recent documents are the system's own, a new window is ours. */
export function offerEntries(openWindow: () => void): void {
  const { window, hint } = texts[app.getLocale().startsWith('zh') ? 'zh' : 'en'];
  if (process.platform === 'darwin')
    app.dock?.setMenu(Menu.buildFromTemplate([{ label: window, click: openWindow }]));
  if (process.platform === 'win32')
    app.setJumpList([
      { type: 'recent' },
      {
        type: 'tasks',
        items: [
          {
            type: 'task',
            title: window,
            description: hint,
            program: process.execPath,
            args: NEW_WINDOW,
            iconPath: process.execPath,
            iconIndex: 0,
          },
        ],
      },
    ]);
}
