import { faultsOf } from '../commands/faults.ts';
import type { Feature } from '../commands/feature.ts';
import { type Commands, createCommands } from '../commands/registry.ts';
import { watchHost } from '../documents/watch.ts';
import type { App } from '../state/app.ts';
import { windowOf } from './window.ts';

/**
 * Gives an app its features: their commands can be performed from now on, and it listens to its host. Throws where the
 * features contradict each other or lack a text; tests and development see to it that they do not.
 */
export function assemble(app: App, features: readonly Feature[]): Commands {
  const all = [...features, windowOf(features)];
  if (import.meta.env.DEV) {
    const faults = faultsOf(all);
    if (faults.length > 0) throw new Error(faults.join('\n'));
  }
  const commands = createCommands(
    app,
    all.flatMap((feature) => feature.commands ?? []),
  );
  for (const { start } of all) start?.(app);
  watchHost(app, (id) => void commands.run(id));
  return commands;
}
