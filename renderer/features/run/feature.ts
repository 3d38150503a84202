import type { Feature } from '../../commands/feature.ts';
import { RunPanel } from '../../panels/run/run-panel.tsx';
import { runOf } from '../../panels/run/run-store.ts';
import { runCommands } from './run-commands.ts';

/** The design run for real. */
export const run: Feature = {
  id: 'run',
  commands: runCommands,
  // It keeps its picture and its result while other tabs are looked at.
  panel: { name: 'run', title: 'Run', Body: RunPanel, kept: true },
  start: (app) => void runOf(app),
};
