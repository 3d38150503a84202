import { CircleStop, SlidersHorizontal } from 'lucide-react';
import { type Command, inEditor } from '../../commands/define.ts';
import { findAnswers, stopFinding } from './fit-actions.ts';

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
    id: 'fit.stop',
    title: 'Stop looking for designs',
    menu: 'Design',
    icon: CircleStop,
    when: inEditor,
    perform: stopFinding,
  },
];
