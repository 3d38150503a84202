import { Play, Timer } from 'lucide-react';
import { type Command, inEditor } from '../../commands/define.ts';
import type { App } from '../../state/app.ts';
import { openMeasuredTimes } from '../../state/run/measured-times.ts';
import { isFed, runOf } from '../../state/run/run-store.ts';

/** Runs the design where it has what it needs; else the Run panel says what is missing, with the photo at hand. */
async function runNow(app: App): Promise<void> {
  app.getState().showPanel('run');
  if (isFed(runOf(app).getState())) return runOf(app).getState().start();
  app.viewport.afterDrawing(() => app.focus.focus('run.input'));
}

export const runCommands: readonly Command[] = [
  {
    id: 'run',
    title: 'Run',
    menu: 'Design',
    icon: Play,
    shortcut: 'Mod+Enter',
    apart: true,
    when: inEditor,
    perform: runNow,
  },
  {
    id: 'openTimes',
    title: 'Open measured times …',
    menu: 'Design',
    icon: Timer,
    when: inEditor,
    perform: openMeasuredTimes,
  },
];
