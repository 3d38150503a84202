import { Maximize2, ZoomIn, ZoomOut } from 'lucide-react';
import { type Command, hasSelection, inEditor } from '../../commands/define.ts';

export const viewCommands: readonly Command[] = [
  {
    id: 'fit',
    title: 'Fit the design',
    menu: 'View',
    at: ['canvas'],
    icon: Maximize2,
    shortcut: '1',
    when: inEditor,
    perform: (app) => app.viewport.fit(),
  },
  {
    id: 'fullSize',
    title: '100 %',
    menu: 'View',
    shortcut: '0',
    when: inEditor,
    perform: (app) => app.viewport.full(),
  },
  {
    id: 'zoomSelection',
    title: 'Zoom to the selection',
    menu: 'View',
    at: ['node'],
    shortcut: '.',
    when: hasSelection,
    perform: (app) => app.viewport.show(app.getState().selection),
  },
  {
    id: 'zoomIn',
    title: 'Zoom in',
    menu: 'View',
    icon: ZoomIn,
    shortcut: '+',
    when: inEditor,
    perform: (app) => app.viewport.zoomIn(),
  },
  {
    id: 'zoomOut',
    title: 'Zoom out',
    menu: 'View',
    icon: ZoomOut,
    shortcut: '-',
    when: inEditor,
    perform: (app) => app.viewport.zoomOut(),
  },
];
