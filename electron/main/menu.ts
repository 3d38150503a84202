import { type BrowserWindow, Menu, type MenuItemConstructorOptions } from 'electron';
import type { HostMenu } from '../../shared/host/contract.ts';

/** The app's commands as a native menu. Text fields keep the system's own editing keys. */
export function buildMenu(menus: readonly HostMenu[], onCommand: (id: string) => void): Menu {
  const own = menus.map(
    ({ label, items }): MenuItemConstructorOptions => ({
      label,
      submenu: items.map(
        ({ command, label: title, accelerator, enabled }): MenuItemConstructorOptions =>
          command === null
            ? { type: 'separator' }
            : {
                id: command,
                label: title,
                enabled,
                // The page listens to the keys itself, since it knows what has the focus; here they are only shown.
                registerAccelerator: false,
                ...(accelerator === '' ? {} : { accelerator }),
                click: () => onCommand(command),
              },
      ),
    }),
  );
  const mac: MenuItemConstructorOptions[] = process.platform === 'darwin' ? [{ role: 'appMenu' }] : [];
  return Menu.buildFromTemplate([...mac, ...own]);
}

export function setWindowMenu(window: BrowserWindow, menu: Menu): void {
  if (process.platform === 'darwin') Menu.setApplicationMenu(menu);
  else window.setMenu(menu);
}
