import {
  AlignHorizontalDistributeCenter,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalDistributeCenter,
  ArrowDownFromLine,
  ArrowRightFromLine,
  Frame,
  Plus,
  Sparkles,
  StickyNote,
} from 'lucide-react';
import { moveNodes } from '../../../shared/graph/edits.ts';
import { type Command, inEditor } from '../../commands/define.ts';
import { t } from '../../i18n/i18n.ts';
import { arrangeToRead } from '../../layout/reading.ts';
import type { App } from '../../state/app.ts';
import { type AppState, designOf } from '../../state/app-state.ts';
import type { Flow } from '../../state/settings.ts';
import { align, distribute } from './align.ts';
import { addFrame, addNote } from './items.ts';

/** Lays the design out anew; what the user did while that was worked out is not overrun. */
export async function layOut(app: App, flow: Flow): Promise<void> {
  const design = designOf(app.getState());
  const { direction, layout: positions } = await arrangeToRead(app.arrange, design, flow);
  const state = app.getState();
  if (designOf(state).nodes !== design.nodes) return;
  state.flow(direction);
  app.viewport.glide();
  state.edit(t('Arrange'), moveNodes(positions));
  app.viewport.afterDrawing(() => app.viewport.fit());
}

const several = (state: AppState): boolean => inEditor(state) && state.selection.length > 1;

export const arrangeCommands: readonly Command[] = [
  {
    id: 'layoutBest',
    title: 'Arrange as it reads best',
    menu: 'Arrange',
    at: ['canvas'],
    icon: Sparkles,
    when: inEditor,
    perform: (app) => layOut(app, 'best'),
  },
  {
    id: 'layoutRight',
    title: 'Arrange left to right',
    menu: 'Arrange',
    at: ['canvas'],
    icon: ArrowRightFromLine,
    shortcut: 'L',
    when: inEditor,
    perform: (app) => layOut(app, 'right'),
  },
  {
    id: 'layoutDown',
    title: 'Arrange top to bottom',
    menu: 'Arrange',
    at: ['canvas'],
    icon: ArrowDownFromLine,
    shortcut: 'Shift+L',
    when: inEditor,
    perform: (app) => layOut(app, 'down'),
  },
  {
    id: 'alignTop',
    title: 'Align in a row',
    menu: 'Arrange',
    at: ['node'],
    icon: AlignStartHorizontal,
    apart: true,
    when: several,
    perform: (app) => align(app, 'y'),
  },
  {
    id: 'alignLeft',
    title: 'Align in a column',
    menu: 'Arrange',
    at: ['node'],
    icon: AlignStartVertical,
    when: several,
    perform: (app) => align(app, 'x'),
  },
  {
    id: 'distributeRight',
    title: 'Distribute across',
    menu: 'Arrange',
    icon: AlignHorizontalDistributeCenter,
    when: several,
    perform: (app) => distribute(app, 'x'),
  },
  {
    id: 'distributeDown',
    title: 'Distribute down',
    menu: 'Arrange',
    icon: AlignVerticalDistributeCenter,
    when: several,
    perform: (app) => distribute(app, 'y'),
  },
  {
    id: 'addNote',
    title: 'Add a note',
    menu: 'Design',
    at: ['canvas'],
    icon: StickyNote,
    shortcut: 'N',
    when: inEditor,
    perform: addNote,
  },
  {
    id: 'addFrame',
    title: 'Add a frame',
    menu: 'Design',
    at: ['canvas', 'node'],
    icon: Frame,
    shortcut: 'Shift+N',
    when: inEditor,
    perform: addFrame,
  },
  {
    id: 'quickAdd',
    title: 'Add a layer …',
    menu: 'Design',
    at: ['canvas'],
    icon: Plus,
    shortcut: 'A',
    when: inEditor,
    perform: (app) => app.getState().showOverlay('add'),
  },
];
