import type { Feature } from '../../commands/feature.ts';
import { MapsPanel } from '../../panels/run/maps/maps-panel.tsx';
import { mapsOf } from '../../panels/run/maps/maps-store.ts';

/** What the layers of the last run gave. */
export const maps: Feature = {
  id: 'maps',
  panel: { name: 'maps', title: 'Feature maps', Body: MapsPanel },
  start: (app) => void mapsOf(app),
};
