import type { Feature } from '../../commands/feature.ts';
import { runOf } from '../../state/run/run-store.ts';
import { runCommands } from './run-commands.ts';
import { RunPanel } from './run-panel.tsx';

/** The design run for real. */
export const run: Feature = {
  id: 'run',
  commands: runCommands,
  // It keeps its picture and its result while other tabs are looked at.
  panel: { name: 'run', title: 'Run', Body: RunPanel, kept: true },
  start: (app) => void runOf(app),
};
