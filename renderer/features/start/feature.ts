import type { Feature } from '../../commands/feature.ts';
import { StartPage } from '../../start/start-page.tsx';
import { networkGroup, sampleGroup } from './start-finds.tsx';

/** Where a visit begins. */
export const start: Feature = {
  id: 'start',
  views: { start: StartPage },
  finds: (app) => [networkGroup(app), sampleGroup(app)],
};
