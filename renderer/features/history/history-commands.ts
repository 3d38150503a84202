import { Redo2, Undo2 } from 'lucide-react';
import { type Command, inEditor } from '../../commands/define.ts';

export const historyCommands: readonly Command[] = [
  {
    id: 'undo',
    title: 'Undo',
    menu: 'Edit',
    at: ['canvas'],
    icon: Undo2,
    shortcut: 'Mod+Z',
    when: (state) => inEditor(state) && state.history.past.length > 0,
    perform: (app) => app.getState().undo(),
  },
  {
    id: 'redo',
    title: 'Redo',
    menu: 'Edit',
    at: ['canvas'],
    icon: Redo2,
    shortcut: 'Mod+Shift+Z',
    also: ['Mod+Y'],
    when: (state) => inEditor(state) && state.history.future.length > 0,
    perform: (app) => app.getState().redo(),
  },
];
