import { t } from '../i18n/i18n.ts';
import type { App } from '../state/app.ts';
import { tellFault } from '../state/faults.ts';
import type { Command } from './define.ts';

/** The commands of one app. */
export interface Commands {
  /** In the order of the menus. */
  readonly all: readonly Command[];
  /** Undefined where the feature that brings it is not there. */
  find(id: string): Command | undefined;
  enabled(command: Command): boolean;
  /** Performs a command if there is one and it can be done now. What goes wrong is told, never lost. */
  run(id: string): Promise<void>;
}

export function createCommands(app: App, registered: readonly Command[]): Commands {
  const all = inOrder(registered);
  const byId = new Map(all.map((command) => [command.id, command]));
  const enabled = ({ when }: Command): boolean => when?.(app.getState()) ?? true;
  return {
    all,
    find: (id) => byId.get(id),
    enabled,
    async run(id) {
      const command = byId.get(id);
      if (!command || !enabled(command)) return;
      app.deeds.note(id);
      try {
        await command.perform(app);
      } catch (error) {
        tellFault(app, error, t('“{{title}}” did not work', { title: t(command.title) }));
      }
    },
  };
}

/** As registered, but for those that ask to stand behind another one. */
function inOrder(registered: readonly Command[]): readonly Command[] {
  const ordered = registered.filter(({ after }) => after === undefined);
  for (const command of registered) {
    if (command.after === undefined) continue;
    const at = ordered.findIndex(({ id }) => id === command.after);
    ordered.splice(at < 0 ? ordered.length : at + 1, 0, command);
  }
  return ordered;
}
