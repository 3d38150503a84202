import { t } from '../i18n/i18n.ts';
import { app } from '../store/app.ts';
import type { Command } from './define.ts';
import { designCommands } from './design.ts';
import { editCommands } from './edit.ts';
import { exportCommands } from './export.ts';
import { fileCommands } from './file.ts';
import { viewCommands } from './view.ts';

/** Every command, in the order of the menus. */
export const commands: readonly Command[] = [
  ...fileCommands,
  ...editCommands,
  ...viewCommands,
  ...designCommands,
  ...exportCommands,
];

const byId = new Map(commands.map((command) => [command.id, command]));

export function commandOf(id: string): Command {
  const command = byId.get(id);
  if (!command) throw new Error(`There is no command ${id}.`);
  return command;
}

export function enabled(command: Command): boolean {
  return command.when?.(app.getState()) ?? true;
}

/** Performs a command if it can be done now. What goes wrong is told, never lost. */
export function run(id: string): void {
  const command = commandOf(id);
  if (!enabled(command)) return;
  Promise.resolve()
    .then(() => command.perform())
    .catch((error: unknown) => {
      const line = error instanceof Error ? error.message : String(error);
      const title = t('“{{title}}” did not work', { title: t(command.title) });
      app.getState().set({ notice: { kind: 'error', title, lines: [line] } });
    });
}

/** From the native menu, which may name anything. */
export function runIfKnown(id: string): void {
  if (byId.has(id)) run(id);
}
