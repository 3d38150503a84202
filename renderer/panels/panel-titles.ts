import type { PanelName } from '../store/app.ts';

/** What the tabs under the canvas, and the commands that show them, are called. */
export const panelTitles: Readonly<Record<PanelName, string>> = {
  costs: 'Costs',
  profile: 'Profile',
  problems: 'Problems',
  compare: 'Compare',
  run: 'Run',
  maps: 'Feature maps',
  scene: '3D',
  history: 'History',
};
