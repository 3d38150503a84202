import type { Feature } from '../../commands/feature.ts';
import { ProfilePanel } from './profile-panel.tsx';

/** Costs along depth. */
export const profile: Feature = {
  id: 'profile',
  panel: { name: 'profile', title: 'Profile', Body: ProfilePanel },
};
