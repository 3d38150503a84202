import type { HostMenu } from '../../shared/host/contract.ts';
import { t } from '../i18n/i18n.ts';
import { type CanvasPlace, type Command, type MenuName, menuNames } from './define.ts';
import type { Commands } from './registry.ts';
import { accelerator } from './shortcuts.ts';

export function commandsOf({ all }: Commands, menu: MenuName): readonly Command[] {
  return all.filter((command) => command.menu === menu);
}

export function commandsAt({ all }: Commands, place: CanvasPlace): readonly Command[] {
  return all.filter((command) => command.at?.includes(place));
}

/** The menus as the host shows them natively. */
export function hostMenus(commands: Commands): readonly HostMenu[] {
  return menuNames.map((name) => ({
    label: t(name),
    items: commandsOf(commands, name).flatMap((command, i) => {
      const item = {
        command: command.id,
        label: t(command.title),
        accelerator: command.shortcut ? accelerator(command.shortcut) : '',
        enabled: commands.enabled(command),
      };
      const line = { command: null, label: '', accelerator: '', enabled: true };
      return command.apart && i > 0 ? [line, item] : [item];
    }),
  }));
}
