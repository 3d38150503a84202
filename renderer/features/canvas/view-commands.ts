import { Maximize2, Mouse, ZoomIn, ZoomOut } from 'lucide-react';
import { type Command, hasSelection, inEditor } from '../../commands/define.ts';
import { t } from '../../i18n/i18n.ts';
import type { App } from '../../state/app.ts';

function turnWheel(app: App): void {
  const { wheel, chooseWheel, notify } = app.getState();
  const next = wheel === 'zoom' ? 'pan' : 'zoom';
  chooseWheel(next);
  const lines = [t('Ctrl and the wheel always zoom, Shift and the wheel go sideways.')];
  const title = next === 'pan' ? t('The mouse wheel scrolls now') : t('The mouse wheel zooms now');
  notify({ kind: 'info', title, lines });
}

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
  {
    id: 'turnWheel',
    title: 'Mouse wheel zooms or scrolls',
    menu: 'View',
    icon: Mouse,
    when: inEditor,
    perform: turnWheel,
  },
  {
    id: 'toggleStages',
    title: 'Bands of stages',
    menu: 'View',
    when: inEditor,
    perform: (app) => app.getState().toggleStages(),
  },
];
