import { ArrowLeftRight, Pencil } from 'lucide-react';
import { type Command, hasOneSelected } from '../../commands/define.ts';
import { tellSealed } from '../../state/blocks.ts';

export const inspectorCommands: readonly Command[] = [
  {
    id: 'rename',
    title: 'Rename',
    menu: 'Edit',
    after: 'bypass',
    at: ['node'],
    icon: Pencil,
    shortcut: 'F2',
    when: hasOneSelected,
    perform: (app) => {
      if (app.getState().sealed) tellSealed(app);
      else app.focus.focus('inspector.name');
    },
  },
  {
    id: 'swap',
    title: 'Swap kind …',
    menu: 'Edit',
    after: 'rename',
    at: ['node'],
    icon: ArrowLeftRight,
    when: hasOneSelected,
    perform: (app) => {
      if (app.getState().sealed) tellSealed(app);
      else app.focus.focus('inspector.swap');
    },
  },
];
