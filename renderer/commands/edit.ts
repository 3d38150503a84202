import {
  Ban,
  ClipboardPaste,
  Copy,
  CopyPlus,
  Pencil,
  Redo2,
  Scissors,
  Search,
  Spline,
  Trash2,
  Undo2,
  Unplug,
} from 'lucide-react';
import { disconnect, inOrder, removeAndBridge, removeNodes, setBypass } from '../../shared/graph/edits.ts';
import { reachable } from '../../shared/graph/topology.ts';
import { t } from '../i18n/i18n.ts';
import { app, designOf } from '../store/app.ts';
import { tellSealed } from '../store/blocks.ts';
import { duplicate, pasteText, removeSelected, selectionAsText } from './clipboard.ts';
import { type Command, hasOneSelected, hasSelection, inEditor } from './define.ts';

async function copy(): Promise<void> {
  const text = selectionAsText();
  if (text !== undefined) await navigator.clipboard.writeText(text);
}

function remove(): void {
  const { selection, wires, edit } = app.getState();
  const label = selection.length === 1 ? t('Delete {{name}}', { name: selection[0] ?? '' }) : t('Delete');
  edit(label, inOrder(disconnect(wires), removeNodes(selection)));
}

function selectAlong(direction: 'before' | 'after'): void {
  const { selection, analysis, select } = app.getState();
  select([...new Set([...selection, ...reachable(analysis.topology, selection, direction)])]);
}

function bypass(): void {
  const { selection, edit } = app.getState();
  const { nodes } = designOf(app.getState());
  const all = selection.every((id) => nodes[id]?.bypass);
  edit(all ? t('Use again') : t('Bypass'), setBypass(selection, !all));
}

export const editCommands: readonly Command[] = [
  {
    id: 'undo',
    title: 'Undo',
    menu: 'Edit',
    at: ['canvas'],
    icon: Undo2,
    shortcut: 'Mod+Z',
    when: (state) => inEditor(state) && state.history.past.length > 0,
    perform: () => app.getState().undo(),
  },
  {
    id: 'redo',
    title: 'Redo',
    menu: 'Edit',
    at: ['canvas'],
    icon: Redo2,
    shortcut: 'Mod+Shift+Z',
    when: (state) => inEditor(state) && state.history.future.length > 0,
    perform: () => app.getState().redo(),
  },
  {
    id: 'cut',
    title: 'Cut',
    menu: 'Edit',
    at: ['node'],
    icon: Scissors,
    shortcut: 'Mod+X',
    ownEvent: true,
    apart: true,
    when: hasSelection,
    perform: async () => {
      await copy();
      removeSelected(t('Cut'));
    },
  },
  {
    id: 'copy',
    title: 'Copy',
    menu: 'Edit',
    at: ['node'],
    icon: Copy,
    shortcut: 'Mod+C',
    ownEvent: true,
    when: hasSelection,
    perform: copy,
  },
  {
    id: 'paste',
    title: 'Paste',
    menu: 'Edit',
    at: ['canvas'],
    icon: ClipboardPaste,
    shortcut: 'Mod+V',
    ownEvent: true,
    when: inEditor,
    perform: async () => pasteText(await navigator.clipboard.readText()),
  },
  {
    id: 'duplicate',
    title: 'Duplicate',
    menu: 'Edit',
    at: ['node'],
    icon: CopyPlus,
    shortcut: 'Mod+D',
    when: hasSelection,
    perform: duplicate,
  },
  {
    id: 'delete',
    title: 'Delete',
    menu: 'Edit',
    at: ['node', 'wire'],
    icon: Trash2,
    shortcut: 'Delete',
    apart: true,
    when: (state) => inEditor(state) && (state.selection.length > 0 || state.wires.length > 0),
    perform: remove,
  },
  {
    id: 'deleteBridge',
    title: 'Delete and join the wires',
    menu: 'Edit',
    at: ['node'],
    icon: Unplug,
    shortcut: 'Mod+Delete',
    when: hasSelection,
    perform: () =>
      app.getState().edit(t('Delete and join the wires'), removeAndBridge(app.getState().selection)),
  },
  {
    id: 'bypass',
    title: 'Bypass or use again',
    menu: 'Edit',
    at: ['node'],
    icon: Ban,
    shortcut: 'B',
    when: hasSelection,
    perform: bypass,
  },
  {
    id: 'rename',
    title: 'Rename',
    menu: 'Edit',
    at: ['node'],
    icon: Pencil,
    shortcut: 'F2',
    when: hasOneSelected,
    perform: () => {
      if (app.getState().sealed) return tellSealed();
      const field = document.querySelector<HTMLInputElement>('#node-name');
      field?.focus();
      field?.select();
    },
  },
  {
    id: 'connectTo',
    title: 'Connect to …',
    menu: 'Edit',
    at: ['node'],
    icon: Spline,
    shortcut: 'C',
    when: hasOneSelected,
    perform: () => app.getState().set({ overlay: 'connect' }),
  },
  {
    id: 'selectAll',
    title: 'Select all',
    menu: 'Edit',
    at: ['canvas'],
    shortcut: 'Mod+A',
    apart: true,
    when: inEditor,
    perform: () => app.getState().select(Object.keys(designOf(app.getState()).nodes)),
  },
  {
    id: 'selectUpstream',
    title: 'Select what feeds it',
    menu: 'Edit',
    at: ['node'],
    shortcut: 'Shift+U',
    when: hasSelection,
    perform: () => selectAlong('before'),
  },
  {
    id: 'selectDownstream',
    title: 'Select what it feeds',
    menu: 'Edit',
    at: ['node'],
    shortcut: 'Shift+D',
    when: hasSelection,
    perform: () => selectAlong('after'),
  },
  {
    id: 'find',
    title: 'Find a node …',
    menu: 'Edit',
    icon: Search,
    shortcut: 'Mod+F',
    apart: true,
    when: inEditor,
    perform: () => app.getState().set({ overlay: 'find' }),
  },
];
