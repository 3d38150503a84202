import { AppWindow, Download, FolderSearch, Settings } from 'lucide-react';
import { type Command, inEditor } from '../../commands/define.ts';
import type { AppState } from '../../state/app-state.ts';
import { newWindow, revealFile } from './desktop.ts';
import { lookForUpdates } from './updates.ts';

const hasFile = (state: AppState): boolean => inEditor(state) && (state.file?.grant ?? '') !== '';

export const settingsCommands: readonly Command[] = [
  { id: 'newWindow', title: 'New window', menu: 'File', icon: AppWindow, after: 'new', perform: newWindow },
  {
    id: 'reveal',
    title: 'Show in folder',
    menu: 'File',
    icon: FolderSearch,
    after: 'saveAs',
    when: hasFile,
    perform: revealFile,
  },
  {
    id: 'settings',
    title: 'Settings …',
    menu: 'File',
    icon: Settings,
    shortcut: 'Mod+,',
    apart: true,
    perform: (app) => app.getState().showOverlay('settings'),
  },
  {
    id: 'lookForUpdates',
    title: 'Look for updates …',
    menu: 'Help',
    icon: Download,
    perform: (app) => lookForUpdates(app, true),
  },
];
