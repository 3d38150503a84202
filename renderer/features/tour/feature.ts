import { Footprints } from 'lucide-react';
import type { Feature } from '../../commands/feature.ts';
import { startTour, watchTour } from './tour.ts';
import { TourCard } from './tour-card.tsx';

/** A first minute: what is where, and how a layer is chosen, changed, added and taken back. */
export const tour: Feature = {
  id: 'tour',
  commands: [
    {
      id: 'tour',
      title: 'A tour of one minute',
      menu: 'Help',
      icon: Footprints,
      perform: startTour,
    },
  ],
  views: { dialog: TourCard },
  start: watchTour,
};
