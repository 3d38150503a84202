import {
  Ban,
  BetweenHorizontalStart,
  ClipboardPaste,
  Copy,
  CopyPlus,
  Scissors,
  Search,
  Spline,
  Trash2,
  Unplug,
} from 'lucide-react';
import { removeCanvasItems } from '../../../shared/graph/canvas-edits.ts';
import { disconnect, inOrder, removeAndBridge, removeNodes, setBypass } from '../../../shared/graph/edits.ts';
import { reachable } from '../../../shared/graph/topology.ts';
import { type Command, hasOneSelected, hasSelection, inEditor } from '../../commands/define.ts';
import { t } from '../../i18n/i18n.ts';
import type { App } from '../../state/app.ts';
import { designOf } from '../../state/app-state.ts';
import { duplicate, pasteText, removeSelected, selectionAsText } from './clipboard.ts';
import { addOnWire } from './quick-adding.ts';

async function copy(app: App): Promise<void> {
  const text = selectionAsText(app);
  if (text !== undefined) await app.clipboard.writeText(text);
}

function remove(app: App): void {
  const { selection, wires, items, edit } = app.getState();
  const label = selection.length === 1 ? t('Delete {{name}}', { name: selection[0] ?? '' }) : t('Delete');
  edit(label, inOrder(disconnect(wires), removeNodes(selection), removeCanvasItems(items)));
}

function selectAlong(app: App, direction: 'before' | 'after'): void {
  const { selection, analysis, select } = app.getState();
  select([...new Set([...selection, ...reachable(analysis.topology, selection, direction)])]);
}

function bypass(app: App): void {
  const { selection, edit } = app.getState();
  const { nodes } = designOf(app.getState());
  const all = selection.every((id) => nodes[id]?.bypass);
  edit(all ? t('Use again') : t('Bypass'), setBypass(selection, !all));
}

export const editCommands: readonly Command[] = [
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
    perform: async (app) => {
      await copy(app);
      removeSelected(app, t('Cut'));
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
    perform: async (app) => pasteText(app, await app.clipboard.readText()),
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
    at: ['node', 'wire', 'item'],
    icon: Trash2,
    shortcut: 'Delete',
    apart: true,
    when: (state) => inEditor(state) && state.selection.length + state.wires.length + state.items.length > 0,
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
    perform: (app) =>
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
    id: 'connectTo',
    title: 'Connect to …',
    menu: 'Edit',
    at: ['node'],
    icon: Spline,
    shortcut: 'C',
    when: hasOneSelected,
    perform: (app) => app.getState().showOverlay('connect'),
  },
  {
    id: 'insertOnWire',
    title: 'Insert a layer …',
    menu: 'Edit',
    at: ['wire'],
    icon: BetweenHorizontalStart,
    when: (state) => inEditor(state) && state.wires.length === 1 && !state.sealed,
    perform: addOnWire,
  },
  {
    id: 'selectAll',
    title: 'Select all',
    menu: 'Edit',
    at: ['canvas'],
    shortcut: 'Mod+A',
    apart: true,
    when: inEditor,
    perform: (app) => app.getState().select(Object.keys(designOf(app.getState()).nodes)),
  },
  {
    id: 'selectUpstream',
    title: 'Select what feeds it',
    menu: 'Edit',
    at: ['node'],
    shortcut: 'Shift+U',
    when: hasSelection,
    perform: (app) => selectAlong(app, 'before'),
  },
  {
    id: 'selectDownstream',
    title: 'Select what it feeds',
    menu: 'Edit',
    at: ['node'],
    shortcut: 'Shift+D',
    when: hasSelection,
    perform: (app) => selectAlong(app, 'after'),
  },
  {
    id: 'find',
    title: 'Find a node …',
    menu: 'Edit',
    icon: Search,
    shortcut: 'Mod+F',
    apart: true,
    when: inEditor,
    perform: (app) => app.getState().showOverlay('find'),
  },
];
