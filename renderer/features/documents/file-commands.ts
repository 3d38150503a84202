import { ArchiveRestore, FilePlus2, FolderOpen, History, House, Save, SaveAll } from 'lucide-react';
import { type Command, inEditor } from '../../commands/define.ts';
import { newDesign, openFromDialog, toStart } from '../../documents/files.ts';
import { save, saveAndTell, saveAs } from '../../documents/saving.ts';
import { showVersions } from '../../documents/versions.ts';
import { recover, switchKeepsOnClose } from '../../documents/work.ts';

export const fileCommands: readonly Command[] = [
  {
    id: 'new',
    title: 'New design',
    menu: 'File',
    icon: FilePlus2,
    shortcut: 'Mod+Alt+N',
    perform: newDesign,
  },
  { id: 'open', title: 'Open …', menu: 'File', icon: FolderOpen, shortcut: 'Mod+O', perform: openFromDialog },
  { id: 'start', title: 'Start page', menu: 'File', icon: House, when: inEditor, perform: toStart },
  {
    id: 'save',
    title: 'Save',
    menu: 'File',
    icon: Save,
    shortcut: 'Mod+S',
    apart: true,
    when: inEditor,
    perform: (app) => saveAndTell(app, save(app)),
  },
  {
    id: 'saveAs',
    title: 'Save as …',
    menu: 'File',
    icon: SaveAll,
    shortcut: 'Mod+Shift+S',
    when: inEditor,
    perform: (app) => saveAndTell(app, saveAs(app)),
  },
  {
    id: 'versions',
    title: 'Earlier versions …',
    menu: 'File',
    icon: History,
    apart: true,
    when: (state) => inEditor(state) && (state.file?.grant ?? '') !== '',
    perform: showVersions,
  },
  {
    id: 'keptWork',
    title: 'Unsaved work …',
    menu: 'File',
    icon: ArchiveRestore,
    perform: (app) => recover(app, false),
  },
  {
    id: 'keepOnClose',
    title: 'Keep unsaved work when closing, without asking',
    menu: 'File',
    perform: switchKeepsOnClose,
  },
];
