import type { Feature } from '../../commands/feature.ts';
import { mapsOf } from '../../state/run/maps-store.ts';
import { MapsPanel } from './maps-panel.tsx';

/** What the layers of the last run gave. */
export const maps: Feature = {
  id: 'maps',
  panel: { name: 'maps', title: 'Feature maps', Body: MapsPanel },
  start: (app) => void mapsOf(app),
};
