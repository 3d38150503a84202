import type { Feature } from '../commands/feature.ts';
import { blocks } from '../features/blocks/feature.ts';
import { canvas } from '../features/canvas/feature.tsx';
import { compare } from '../features/compare/feature.ts';
import { costs } from '../features/costs/feature.tsx';
import { documents } from '../features/documents/feature.ts';
import { exercises } from '../features/exercises/feature.ts';
import { exports } from '../features/exports/feature.ts';
import { fit } from '../features/fit/feature.ts';
import { growth } from '../features/growth/feature.ts';
import { history } from '../features/history/feature.ts';
import { inspector } from '../features/inspector/feature.tsx';
import { maps } from '../features/maps/feature.ts';
import { ownRules } from '../features/own-rules/feature.tsx';
import { palette } from '../features/palette/feature.tsx';
import { problems } from '../features/problems/feature.tsx';
import { profile } from '../features/profile/feature.ts';
import { reference } from '../features/reference/feature.tsx';
import { run } from '../features/run/feature.ts';
import { scene3d } from '../features/scene3d/feature.tsx';
import { settings } from '../features/settings/feature.ts';
import { share } from '../features/share/feature.ts';
import { start } from '../features/start/feature.ts';
import { story } from '../features/story/feature.ts';
import { tour } from '../features/tour/feature.ts';

/** Everything that the app can do, in the order in which menus list it. A feature is its folder and its line here. */
export const features: readonly Feature[] = [
  documents,
  history,
  canvas,
  growth,
  inspector,
  palette,
  blocks,
  costs,
  profile,
  problems,
  ownRules,
  compare,
  fit,
  run,
  maps,
  scene3d,
  exports,
  start,
  tour,
  story,
  exercises,
  share,
  reference,
  settings,
];
