import { FileOutput, FilePlus2, FolderOpen, House, Save, SaveAll, Sheet } from 'lucide-react';
import { costTable } from '../../shared/formats/tables/cost-table.ts';
import { costsToCsv } from '../../shared/formats/tables/csv.ts';
import { app, designOf } from '../store/app.ts';
import { exportModel, exportText, newDesign, openFromDialog, save, saveAs, toStart } from '../store/files.ts';
import { type Command, inEditor } from './define.ts';

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
    perform: save,
  },
  {
    id: 'saveAs',
    title: 'Save as …',
    menu: 'File',
    icon: SaveAll,
    shortcut: 'Mod+Shift+S',
    when: inEditor,
    perform: saveAs,
  },
  {
    id: 'exportCosts',
    title: 'Export costs as CSV …',
    menu: 'File',
    icon: Sheet,
    apart: true,
    when: inEditor,
    perform: () => {
      const { analysis, convention } = app.getState();
      const table = costTable(designOf(app.getState()), analysis, { convention });
      return exportText('-costs.csv', costsToCsv(table));
    },
  },
  {
    id: 'exportModel',
    title: 'Export as ONNX …',
    menu: 'File',
    icon: FileOutput,
    when: inEditor,
    perform: exportModel,
  },
];
