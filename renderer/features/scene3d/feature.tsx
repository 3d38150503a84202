import { lazy, Suspense } from 'react';
import type { Feature } from '../../commands/feature.ts';
import { sceneCommands } from './scene-commands.ts';

/** three.js is half of the app's weight: fetched when it is first looked at. */
const Scene = lazy(() => import('./scene-panel.tsx').then(({ ScenePanel }) => ({ default: ScenePanel })));

function LazyScene() {
  return (
    <Suspense fallback={null}>
      <Scene />
    </Suspense>
  );
}

/** The network as volumes. */
export const scene3d: Feature = {
  id: 'scene3d',
  commands: sceneCommands,
  panel: { name: 'scene', title: '3D', Body: LazyScene },
};
