import { BoxSelect, CornerLeftUp, Group, Package, PackageOpen, SquareStack } from 'lucide-react';
import { hasInside } from '../../../shared/blocks/index.ts';
import { type Command, hasSelection, inEditor } from '../../commands/define.ts';
import { type AppState, designOf } from '../../state/app-state.ts';
import { leaveBlock, openBlock, turnInPlace } from '../../state/blocks.ts';
import { foldChosen } from './fold.ts';
import { groupSelection, unpackChosen, unpackLookedAt } from './grouping.ts';

const blockChosen = (state: AppState): boolean => {
  const [id, ...more] = state.selection;
  const kind = id === undefined ? undefined : designOf(state).nodes[id]?.kind;
  return inEditor(state) && more.length === 0 && kind !== undefined && hasInside(kind);
};

export const blockCommands: readonly Command[] = [
  {
    id: 'group',
    title: 'Group into a block',
    menu: 'Design',
    at: ['node'],
    icon: Group,
    shortcut: 'Mod+G',
    apart: true,
    when: hasSelection,
    perform: groupSelection,
  },
  {
    id: 'openBlock',
    title: 'Open block',
    menu: 'Design',
    at: ['node'],
    icon: BoxSelect,
    shortcut: 'Enter',
    when: blockChosen,
    perform: (app) => {
      const [id] = app.getState().selection;
      if (id !== undefined) return openBlock(app, id);
      return undefined;
    },
  },
  {
    id: 'turnInPlace',
    title: 'Open or close in place',
    menu: 'Design',
    at: ['node'],
    icon: SquareStack,
    shortcut: 'Shift+Enter',
    when: (state) => blockChosen(state) || (inEditor(state) && state.trail.length > state.base),
    perform: (app) => {
      const [id] = app.getState().selection;
      if (blockChosen(app.getState()) && id !== undefined) return turnInPlace(app, id);
      // Inside of a block that is open in place, it is that one that is closed.
      const around = app.getState().trail.at(-1);
      leaveBlock(app);
      return around === undefined ? undefined : turnInPlace(app, around);
    },
  },
  {
    id: 'leaveBlock',
    title: 'Leave the block',
    menu: 'Design',
    at: ['canvas'],
    icon: CornerLeftUp,
    when: (state) => inEditor(state) && state.trail.length > 0,
    perform: (app) => leaveBlock(app),
  },
  {
    id: 'unpack',
    title: 'Unpack into layers',
    menu: 'Design',
    at: ['node'],
    icon: PackageOpen,
    shortcut: 'Mod+Shift+G',
    when: (state) => blockChosen(state) || (inEditor(state) && state.sealed !== undefined),
    perform: (app) => (app.getState().sealed ? unpackLookedAt(app) : unpackChosen(app)),
  },
  {
    id: 'fold',
    title: 'Fold into blocks',
    menu: 'Design',
    at: ['node', 'canvas'],
    icon: Package,
    shortcut: 'Shift+G',
    when: inEditor,
    perform: foldChosen,
  },
];
