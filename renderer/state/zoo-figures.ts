import { createStore } from 'zustand/vanilla';
import type { Loaded } from '../../shared/budget/memory.ts';
import type { TimeModel } from '../../shared/runtime/time/model.ts';
import type { ZooFigures } from '../workers/steer-job.ts';
import type { App } from './app.ts';
import { tellFault } from './faults.ts';
import { timeModelOf } from './run/time-model.ts';
import { defineSlice, useSlice } from './slice.ts';

interface Asked {
  readonly loaded: Loaded;
  readonly model: TimeModel | undefined;
}

interface Zoo {
  /** For which machine they were asked for, and of what their peaks are. */
  readonly asked: Asked | undefined;
  readonly figures: readonly ZooFigures[];
}

const zooOf = defineSlice<Zoo>(() => createStore<Zoo>()(() => ({ asked: undefined, figures: [] })));

export const useZooFigures = (): readonly ZooFigures[] => useSlice(zooOf, ({ figures }) => figures);

const isSame = (a: Asked | undefined, { loaded: { batch, numbers }, model }: Asked): boolean =>
  a !== undefined &&
  a.model === model &&
  a.loaded.batch === batch &&
  a.loaded.numbers.activations === numbers.activations;

/** What the published networks count, and take where the machine was measured; worked out once, when it is first wanted. */
export async function wantZooFigures(app: App, loaded: Loaded): Promise<void> {
  const slice = zooOf(app);
  const { known } = timeModelOf(app).getState();
  const asked = { loaded, model: known?.calibration.model };
  if (isSame(slice.getState().asked, asked)) return;
  slice.setState({ asked });
  const machine = known && { target: known.target, model: known.calibration.model };
  const byId = new Map(slice.getState().figures.map((figures) => [figures.id, figures]));
  try {
    await app.steer.zoo({ loaded, machine }, (figures) => {
      if (slice.getState().asked !== asked) return;
      byId.set(figures.id, figures);
      slice.setState({ figures: [...byId.values()] });
    });
  } catch (error) {
    slice.setState({ asked: undefined });
    tellFault(app, error);
  }
}
