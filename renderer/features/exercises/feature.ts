import { GraduationCap } from 'lucide-react';
import type { Feature } from '../../commands/feature.ts';
import { ExercisePane } from './exercise-pane.tsx';
import { giveFile, giveShipped, watchExercise } from './working.ts';

/** Tasks on designs, judged while one works on them. */
export const exercises: Feature = {
  id: 'exercises',
  commands: [
    {
      id: 'exercises',
      title: 'Exercises',
      menu: 'Help',
      icon: GraduationCap,
      perform: (app) => giveShipped(app, 0),
    },
    { id: 'exercises.open', title: 'Open an exercise …', menu: 'Help', perform: giveFile },
  ],
  views: { canvas: ExercisePane },
  start: watchExercise,
};
