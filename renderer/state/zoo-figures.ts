import { createStore } from 'zustand/vanilla';
import type { ZooFigures } from '../workers/steer-job.ts';
import type { App } from './app.ts';
import { tellFault } from './faults.ts';
import { defineSlice, useSlice } from './slice.ts';

interface Zoo {
  readonly isAsked: boolean;
  readonly figures: readonly ZooFigures[];
}

const zooOf = defineSlice<Zoo>(() => createStore<Zoo>()(() => ({ isAsked: false, figures: [] })));

export const useZooFigures = (): readonly ZooFigures[] => useSlice(zooOf, ({ figures }) => figures);

/** What the published networks count, worked out once, when it is first wanted. */
export async function wantZooFigures(app: App): Promise<void> {
  const slice = zooOf(app);
  if (slice.getState().isAsked) return;
  slice.setState({ isAsked: true });
  try {
    await app.steer.zoo((figures) => slice.setState({ figures: [...slice.getState().figures, figures] }));
  } catch (error) {
    slice.setState({ isAsked: false });
    tellFault(app, error);
  }
}
