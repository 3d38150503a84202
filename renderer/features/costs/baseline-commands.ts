import { Pin, PinOff } from 'lucide-react';
import { pinBaseline, unpinBaseline } from '../../../shared/graph/edits.ts';
import { type Command, inEditor } from '../../commands/define.ts';
import { t } from '../../i18n/i18n.ts';
import { documentOf } from '../../state/app-state.ts';

export const baselineCommands: readonly Command[] = [
  {
    id: 'pin',
    title: 'Pin as baseline',
    menu: 'Design',
    icon: Pin,
    apart: true,
    when: inEditor,
    perform: (app) =>
      app.getState().editDocument(t('Pin as baseline'), pinBaseline(documentOf(app.getState()))),
  },
  {
    id: 'unpin',
    title: 'Remove the baseline',
    menu: 'Design',
    icon: PinOff,
    when: (state) => inEditor(state) && documentOf(state).budget.baseline !== undefined,
    perform: (app) => app.getState().editDocument(t('Remove the baseline'), unpinBaseline()),
  },
];
