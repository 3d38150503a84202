import type { Feature } from '../../commands/feature.ts';
import { networkGroup, sampleGroup } from './start-finds.tsx';
import { StartPage } from './start-page.tsx';

/** Where a visit begins. */
export const start: Feature = {
  id: 'start',
  views: { start: StartPage },
  finds: (app) => [networkGroup(app), sampleGroup(app)],
};
