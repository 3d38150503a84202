import type { Feature } from '../../commands/feature.ts';
import { ComparePanel } from './compare-panel.tsx';

/** The design beside another one. */
export const compare: Feature = {
  id: 'compare',
  panel: { name: 'compare', title: 'Compare', Body: ComparePanel },
};
