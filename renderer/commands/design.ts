import {
  AlignHorizontalDistributeCenter,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalDistributeCenter,
  ArrowDownFromLine,
  ArrowRightFromLine,
  BoxSelect,
  CornerLeftUp,
  Group,
  Package,
  PackageOpen,
  Pin,
  PinOff,
  Play,
  Plus,
} from 'lucide-react';
import { hasInside } from '../../shared/blocks/index.ts';
import { moveNodes, pinBaseline, unpinBaseline } from '../../shared/graph/edits.ts';
import { align, distribute } from '../canvas/align.ts';
import { arrange } from '../canvas/auto-layout.ts';
import { viewport } from '../canvas/viewport.ts';
import { t } from '../i18n/i18n.ts';
import { isFed, useRun } from '../panels/run/run-store.ts';
import { type AppState, app, designOf, documentOf, type FlowDirection } from '../store/app.ts';
import { groupSelection, leaveBlock, openBlock, unpackChosen, unpackLookedAt } from '../store/blocks.ts';
import { foldChosen } from '../store/fold.ts';
import { type Command, hasSelection, inEditor } from './define.ts';

/** Lays the design out anew; what the user did while that was worked out is not overrun. */
export async function layOut(direction: FlowDirection): Promise<void> {
  const design = designOf(app.getState());
  const positions = await arrange(design, direction);
  const state = app.getState();
  if (designOf(state).nodes !== design.nodes) return;
  state.set({ direction });
  document.querySelector('.canvas')?.classList.add('is-arranging');
  state.edit(t('Arrange'), moveNodes(positions));
  requestAnimationFrame(() => viewport.fit());
  setTimeout(() => document.querySelector('.canvas')?.classList.remove('is-arranging'), 300);
}

/** Runs the design where it has what it needs; else the Run panel says what is missing, with the photo at hand. */
async function runNow(): Promise<void> {
  app.getState().set({ panel: 'run' });
  if (isFed(useRun.getState())) return useRun.getState().start();
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>('.run-controls .drop-zone button')?.focus(),
  );
}

const blockChosen = (state: AppState): boolean => {
  const [id, ...more] = state.selection;
  const kind = id === undefined ? undefined : designOf(state).nodes[id]?.kind;
  return inEditor(state) && more.length === 0 && kind !== undefined && hasInside(kind);
};

const several = (state: AppState): boolean => inEditor(state) && state.selection.length > 1;

export const designCommands: readonly Command[] = [
  {
    id: 'layoutRight',
    title: 'Arrange left to right',
    menu: 'Arrange',
    at: ['canvas'],
    icon: ArrowRightFromLine,
    shortcut: 'L',
    when: inEditor,
    perform: () => layOut('right'),
  },
  {
    id: 'layoutDown',
    title: 'Arrange top to bottom',
    menu: 'Arrange',
    at: ['canvas'],
    icon: ArrowDownFromLine,
    shortcut: 'Shift+L',
    when: inEditor,
    perform: () => layOut('down'),
  },
  {
    id: 'alignTop',
    title: 'Align in a row',
    menu: 'Arrange',
    at: ['node'],
    icon: AlignStartHorizontal,
    apart: true,
    when: several,
    perform: () => align('y'),
  },
  {
    id: 'alignLeft',
    title: 'Align in a column',
    menu: 'Arrange',
    at: ['node'],
    icon: AlignStartVertical,
    when: several,
    perform: () => align('x'),
  },
  {
    id: 'distributeRight',
    title: 'Distribute across',
    menu: 'Arrange',
    icon: AlignHorizontalDistributeCenter,
    when: several,
    perform: () => distribute('x'),
  },
  {
    id: 'distributeDown',
    title: 'Distribute down',
    menu: 'Arrange',
    icon: AlignVerticalDistributeCenter,
    when: several,
    perform: () => distribute('y'),
  },
  {
    id: 'quickAdd',
    title: 'Add a layer …',
    menu: 'Design',
    at: ['canvas'],
    icon: Plus,
    shortcut: 'A',
    when: inEditor,
    perform: () => app.getState().set({ overlay: 'add' }),
  },
  {
    id: 'group',
    title: 'Group into a block',
    menu: 'Design',
    at: ['node'],
    icon: Group,
    shortcut: 'Mod+G',
    apart: true,
    when: hasSelection,
    perform: groupSelection,
  },
  {
    id: 'openBlock',
    title: 'Open block',
    menu: 'Design',
    at: ['node'],
    icon: BoxSelect,
    shortcut: 'Enter',
    when: blockChosen,
    perform: () => {
      const [id] = app.getState().selection;
      if (id !== undefined) return openBlock(id);
      return undefined;
    },
  },
  {
    id: 'leaveBlock',
    title: 'Leave the block',
    menu: 'Design',
    at: ['canvas'],
    icon: CornerLeftUp,
    when: (state) => inEditor(state) && state.trail.length > 0,
    perform: () => leaveBlock(),
  },
  {
    id: 'unpack',
    title: 'Unpack into layers',
    menu: 'Design',
    at: ['node'],
    icon: PackageOpen,
    shortcut: 'Mod+Shift+G',
    when: (state) => blockChosen(state) || (inEditor(state) && state.sealed !== undefined),
    perform: () => (app.getState().sealed ? unpackLookedAt() : unpackChosen()),
  },
  {
    id: 'fold',
    title: 'Fold into blocks',
    menu: 'Design',
    at: ['node', 'canvas'],
    icon: Package,
    shortcut: 'Shift+G',
    when: inEditor,
    perform: foldChosen,
  },
  {
    id: 'pin',
    title: 'Pin as baseline',
    menu: 'Design',
    icon: Pin,
    apart: true,
    when: inEditor,
    perform: () => app.getState().editDocument(t('Pin as baseline'), pinBaseline(documentOf(app.getState()))),
  },
  {
    id: 'unpin',
    title: 'Remove the baseline',
    menu: 'Design',
    icon: PinOff,
    when: (state) => inEditor(state) && documentOf(state).budget.baseline !== undefined,
    perform: () => app.getState().editDocument(t('Remove the baseline'), unpinBaseline()),
  },
  {
    id: 'run',
    title: 'Run',
    menu: 'Design',
    icon: Play,
    shortcut: 'Mod+Enter',
    apart: true,
    when: inEditor,
    perform: runNow,
  },
];
