import { FilePlus2, FolderOpen, House, Save, SaveAll } from 'lucide-react';
import { type Command, inEditor } from '../../commands/define.ts';
import { newDesign, openFromDialog, toStart } from '../../documents/files.ts';
import { save, saveAndTell, saveAs } from '../../documents/saving.ts';

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
];
