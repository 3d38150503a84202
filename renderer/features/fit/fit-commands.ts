import { CircleStop, SlidersHorizontal } from 'lucide-react';
import { type Command, hasSelection, inEditor } from '../../commands/define.ts';
import { designOf, documentOf } from '../../state/app-state.ts';
import { askForNodes, findAnswers, stopFinding } from './fit-actions.ts';

export const fitCommands: readonly Command[] = [
  {
    id: 'fit.open',
    title: 'Fit to limits …',
    menu: 'Design',
    icon: SlidersHorizontal,
    apart: true,
    at: ['canvas'],
    when: inEditor,
    perform: (app) => app.getState().showPanel('fit'),
  },
  {
    id: 'fit.find',
    title: 'Find designs that keep the limits',
    menu: 'Design',
    icon: SlidersHorizontal,
    when: inEditor,
    perform: (app) => {
      app.getState().showPanel('fit');
      return findAnswers(app);
    },
  },
  {
    id: 'fit.turn',
    title: 'Turn these layers when fitting',
    menu: 'Design',
    icon: SlidersHorizontal,
    at: ['node'],
    when: (state) => hasSelection(state) && designOf(state) === documentOf(state),
    perform: (app) => {
      const { selection, showPanel } = app.getState();
      showPanel('fit');
      return askForNodes(app, selection);
    },
  },
  {
    id: 'fit.stop',
    title: 'Stop looking for designs',
    menu: 'Design',
    icon: CircleStop,
    when: inEditor,
    perform: stopFinding,
  },
];
