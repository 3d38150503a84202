import {
  ArrowDownToLine,
  ArrowLeftToLine,
  ArrowRightToLine,
  Boxes,
  ChartNoAxesColumn,
  ClipboardPaste,
  Copy,
  FilePlus2,
  FolderOpen,
  House,
  Keyboard,
  Languages,
  LayoutGrid,
  Maximize,
  Moon,
  Pin,
  PinOff,
  Play,
  Redo2,
  Ruler,
  Save,
  SaveAll,
  Scissors,
  Search,
  Sun,
  SunMoon,
  Table2,
  Trash2,
  TriangleAlert,
  Undo2,
  ZoomIn,
  ZoomOut,
} from 'lucide-react';
import { costTable } from '../../shared/formats/tables/cost-table.ts';
import { costsToCsv } from '../../shared/formats/tables/csv.ts';
import { toMarkdown } from '../../shared/formats/tables/markup.ts';
import { presentCosts } from '../../shared/formats/tables/present.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { isBlockKind } from '../../shared/blocks/index.ts';
import { pinBaseline, unpinBaseline } from '../../shared/graph/edits.ts';
import { viewport } from '../canvas/viewport.ts';
import { host } from '../host/host.ts';
import { currentLanguage, setLanguage, t } from '../i18n/i18n.ts';
import { app, type AppState, designOf } from '../store/app.ts';
import { exportText, mayDiscard, newDesign, openFromDialog, save, saveAs } from '../store/files.ts';
import {
  arrangeAll,
  deleteSelection,
  fitToBudget,
  selectAlong,
  toggleBypass,
  unpackSelection,
  walk,
} from './actions.ts';
import { copySelection, duplicateSelection, pasteClipboard } from './clipboard.ts';
import type { Command } from './define.ts';

const editing = (state: AppState): boolean => state.screen === 'editor';
const selected = (state: AppState): boolean => editing(state) && state.selection.length > 0;
const { getState } = app;

function showPanel(panel: AppState['panel']): () => void {
  return () => getState().set({ panel });
}

function currentTable() {
  const state = getState();
  return costTable(designOf(state), state.analysis, { convention: state.convention });
}

/** Everything that can be done. */
export const commands: readonly Command[] = [
  { id: 'home', title: 'Start page', menu: 'File', section: 0, icon: House, when: editing, perform: () => { if (mayDiscard()) getState().close(); } },
  { id: 'new', title: 'New', menu: 'File', section: 0, icon: FilePlus2, shortcut: 'Mod+Alt+N', perform: newDesign },
  { id: 'open', title: 'Open …', menu: 'File', section: 0, icon: FolderOpen, shortcut: 'Mod+O', perform: openFromDialog },
  { id: 'save', title: 'Save', menu: 'File', section: 1, icon: Save, shortcut: 'Mod+S', when: editing, perform: save },
  { id: 'saveAs', title: 'Save as …', menu: 'File', section: 1, icon: SaveAll, shortcut: 'Mod+Shift+S', when: editing, perform: saveAs },
  { id: 'exportJson', title: 'Export spec as JSON', menu: 'File', section: 2, icon: ArrowDownToLine, when: editing, perform: () => exportText('.json', writeSpec(designOf(getState()))) },
  { id: 'exportCsv', title: 'Export costs as CSV', menu: 'File', section: 2, icon: Table2, when: editing, perform: () => exportText('-costs.csv', costsToCsv(currentTable())) },
  { id: 'exportMarkdown', title: 'Export costs as Markdown', menu: 'File', section: 2, icon: Table2, when: editing, perform: () => exportText('-costs.md', toMarkdown(presentCosts(currentTable()))) },

  { id: 'undo', title: 'Undo', menu: 'Edit', section: 0, icon: Undo2, shortcut: 'Mod+Z', when: (state) => editing(state) && state.history.past.length > 0, perform: () => getState().undo() },
  { id: 'redo', title: 'Redo', menu: 'Edit', section: 0, icon: Redo2, shortcut: 'Mod+Shift+Z', when: (state) => editing(state) && state.history.future.length > 0, perform: () => getState().redo() },
  { id: 'cut', title: 'Cut', menu: 'Edit', section: 1, icon: Scissors, shortcut: 'Mod+X', when: selected, perform: () => copySelection().then(() => deleteSelection(false)) },
  { id: 'copy', title: 'Copy', menu: 'Edit', section: 1, icon: Copy, shortcut: 'Mod+C', when: selected, perform: copySelection },
  { id: 'paste', title: 'Paste', menu: 'Edit', section: 1, icon: ClipboardPaste, shortcut: 'Mod+V', when: editing, perform: pasteClipboard },
  { id: 'duplicate', title: 'Duplicate', menu: 'Edit', section: 1, shortcut: 'Mod+D', when: selected, perform: duplicateSelection },
  { id: 'delete', title: 'Delete', menu: 'Edit', section: 2, icon: Trash2, when: selected, perform: () => deleteSelection(false) },
  { id: 'deleteBridge', title: 'Delete and join the wires', menu: 'Edit', section: 2, shortcut: 'Mod+Delete', when: selected, perform: () => deleteSelection(true) },
  { id: 'selectAll', title: 'Select all', menu: 'Edit', section: 3, shortcut: 'Mod+A', when: editing, perform: () => getState().select(Object.keys(designOf(getState()).nodes)) },
  { id: 'selectBefore', title: 'Select all before', menu: 'Edit', section: 3, icon: ArrowLeftToLine, when: selected, perform: () => selectAlong('before') },
  { id: 'selectAfter', title: 'Select all after', menu: 'Edit', section: 3, icon: ArrowRightToLine, when: selected, perform: () => selectAlong('after') },
  { id: 'rename', title: 'Rename', menu: 'Edit', section: 4, shortcut: 'F2', when: (state) => selected(state) && state.selection.length === 1, perform: () => document.getElementById('node-name')?.focus() },

  { id: 'commandPalette', title: 'Commands …', menu: 'View', section: 0, icon: Keyboard, shortcut: 'Mod+K', perform: () => getState().set({ overlay: 'commands' }) },
  { id: 'find', title: 'Find a node …', menu: 'View', section: 0, icon: Search, shortcut: 'Mod+F', when: editing, perform: () => getState().set({ overlay: 'find' }) },
  { id: 'fit', title: 'Show everything', menu: 'View', section: 1, icon: Maximize, shortcut: '1', when: editing, perform: () => viewport.fit() },
  { id: 'zoom100', title: 'Zoom to 100 %', menu: 'View', section: 1, shortcut: '0', when: editing, perform: () => viewport.full() },
  { id: 'zoomSelection', title: 'Zoom to the selection', menu: 'View', section: 1, shortcut: '.', when: selected, perform: () => viewport.show(getState().selection) },
  { id: 'zoomIn', title: 'Zoom in', menu: 'View', section: 1, icon: ZoomIn, shortcut: 'Mod+=', when: editing, perform: viewport.zoomIn },
  { id: 'zoomOut', title: 'Zoom out', menu: 'View', section: 1, icon: ZoomOut, shortcut: 'Mod+-', when: editing, perform: viewport.zoomOut },
  { id: 'walkAfter', title: 'Next layer', menu: 'View', section: 2, shortcut: 'ArrowRight', when: editing, perform: () => walk('after') },
  { id: 'walkBefore', title: 'Layer before', menu: 'View', section: 2, shortcut: 'ArrowLeft', when: editing, perform: () => walk('before') },
  { id: 'panelCosts', title: 'Costs', menu: 'View', section: 3, icon: ChartNoAxesColumn, when: editing, perform: showPanel('costs') },
  { id: 'panelProblems', title: 'Problems', menu: 'View', section: 3, icon: TriangleAlert, when: editing, perform: showPanel('problems') },
  { id: 'panelCompare', title: 'Compare', menu: 'View', section: 3, when: editing, perform: showPanel('compare') },
  { id: 'panelHistory', title: 'History', menu: 'View', section: 3, when: editing, perform: showPanel('history') },
  { id: 'themeSystem', title: 'Theme: as the system', menu: 'View', section: 4, icon: SunMoon, perform: () => getState().set({ theme: 'system' }) },
  { id: 'themeLight', title: 'Theme: light', menu: 'View', section: 4, icon: Sun, perform: () => getState().set({ theme: 'light' }) },
  { id: 'themeDark', title: 'Theme: dark', menu: 'View', section: 4, icon: Moon, perform: () => getState().set({ theme: 'dark' }) },
  { id: 'language', title: '中文 / English', menu: 'View', section: 5, icon: Languages, perform: () => setLanguage(currentLanguage() === 'zh' ? 'en' : 'zh') },
  { id: 'fullScreen', title: 'Full screen', menu: 'View', section: 5, shortcut: 'F11', perform: () => host.toggleFullScreen() },

  { id: 'quickAdd', title: 'Add a layer …', menu: 'Design', section: 0, shortcut: 'Tab', when: editing, perform: openQuickAdd },
  { id: 'arrangeRight', title: 'Arrange left to right', menu: 'Design', section: 1, icon: LayoutGrid, shortcut: 'Mod+L', when: editing, perform: () => arrangeAll('right') },
  { id: 'arrangeDown', title: 'Arrange top down', menu: 'Design', section: 1, when: editing, perform: () => arrangeAll('down') },
  { id: 'pinBaseline', title: 'Pin as baseline', menu: 'Design', section: 2, icon: Pin, when: editing, perform: () => getState().edit(t('Pin as baseline'), pinBaseline(designOf(getState()))) },
  { id: 'unpinBaseline', title: 'Unpin the baseline', menu: 'Design', section: 2, icon: PinOff, when: (state) => editing(state) && designOf(state).budget.baseline !== undefined, perform: () => getState().edit(t('Unpin the baseline'), unpinBaseline()) },
  { id: 'fitBudget', title: 'Fit to budget', menu: 'Design', section: 2, icon: Ruler, when: (state) => editing(state) && !state.budget.within, perform: fitToBudget },
  { id: 'run', title: 'Run', menu: 'Design', section: 3, icon: Play, shortcut: 'Mod+Enter', when: editing, perform: showPanel('run') },

  { id: 'openBlock', title: 'Open block', menu: 'Block', section: 0, icon: Boxes, shortcut: 'Mod+E', when: (state) => selected(state) && isBlockKind(designOf(state).nodes[state.selection[0] ?? '']?.kind ?? ''), perform: () => getState().set({ inside: getState().selection[0] }) },
  { id: 'unpack', title: 'Unpack into layers', menu: 'Block', section: 0, when: (state) => selected(state) && state.selection.some((id) => isBlockKind(designOf(state).nodes[id]?.kind ?? '')), perform: unpackSelection },
  { id: 'bypass', title: 'Bypass', menu: 'Block', section: 1, shortcut: 'B', when: selected, perform: toggleBypass },

  { id: 'about', title: 'About Netwright', menu: 'Help', section: 0, perform: () => getState().set({ overlay: 'about' }) },
];

function openQuickAdd(): void {
  const pane = document.querySelector('.canvas')?.getBoundingClientRect();
  if (!pane) return;
  const detail = { x: pane.left + pane.width / 2 - 140, y: pane.top + pane.height / 3 };
  window.dispatchEvent(new CustomEvent('netwright:quick-add', { detail }));
}
