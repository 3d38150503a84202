import type { Feature } from '../../commands/feature.ts';
import { watchGrowth } from './growth.ts';
import { GrowthPill } from './growth-pill.tsx';

/** A change that multiplies a total is told at once. */
export const growth: Feature = {
  id: 'growth',
  views: { canvas: GrowthPill },
  start: watchGrowth,
};
