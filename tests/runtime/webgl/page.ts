import { cancelZoo, fallBack, loseDuringRun } from './page/disturbances.ts';
import { runIsland } from './page/island.ts';
import { lacking } from './page/lacks.ts';
import { runCases } from './page/layers.ts';
import { openZoo, runZoo } from './page/zoo.ts';

/** What the tests call in Chromium. */
const page = { runCases, openZoo, runZoo, cancelZoo, loseDuringRun, fallBack, lacking, runIsland };
export type TestPage = typeof page;
Object.assign(globalThis, { page });
