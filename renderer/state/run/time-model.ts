import { useMemo } from 'react';
import { createStore } from 'zustand/vanilla';
import { flatten } from '../../../shared/analysis/flatten.ts';
import type { Problem } from '../../../shared/base/problem.ts';
import type { Target } from '../../../shared/runtime/plan/target.ts';
import { runFailed } from '../../../shared/runtime/run-error.ts';
import {
  type Calibration,
  readCalibration,
  wasHeldUp,
  writeCalibration,
} from '../../../shared/runtime/time/calibration.ts';
import { type Prediction, predict } from '../../../shared/runtime/time/predict.ts';
import { createTimer } from '../../../shared/runtime/time/timer.ts';
import { readKey, writeKey } from '../../host/key-store.ts';
import type { CalibrateAsk, CalibrateTold } from '../../workers/calibrate-talk.ts';
import { processorHere } from '../../workers/processor.ts';
import { defineSlice, useSlice } from '../slice.ts';
import { useApp } from '../use-app.ts';

/** What was measured at this machine, and what plans are made for there. */
interface KnownTimes {
  readonly calibration: Calibration;
  readonly target: Target;
}

interface TimeModelState {
  readonly known: KnownTimes | undefined;
  /** The machine was at work for others while it was last measured: of that nothing is taken. */
  readonly isHeldUp: boolean;
  readonly status:
    | { readonly kind: 'idle' }
    | { readonly kind: 'running'; readonly fraction: number }
    | { readonly kind: 'failed'; readonly problem: Problem };
  /** Measures the machine anew; some twenty seconds. */
  measure(): void;
  stop(): void;
}

const KEY = 'step-times';

/** What a machine was measured at is of the computer and not of a document: it is kept beside the host's own notes. */
export const timeModelOf = defineSlice<TimeModelState>((app) => {
  let worker: Worker | undefined;
  const slice = createStore<TimeModelState>()((set, get) => ({
    known: undefined,
    isHeldUp: false,
    status: { kind: 'idle' },

    measure() {
      get().stop();
      const own = new Worker(new URL('../../workers/calibrate.worker.ts', import.meta.url), {
        type: 'module',
      });
      worker = own;
      set({ status: { kind: 'running', fraction: 0 } });
      const failed = (problem: Problem): void => {
        if (worker !== own) return;
        get().stop();
        set({ status: { kind: 'failed', problem } });
      };
      own.addEventListener('message', ({ data }: MessageEvent<CalibrateTold>) => {
        if (worker !== own) return;
        switch (data.kind) {
          case 'progress':
            set({ status: { kind: 'running', fraction: data.fraction } });
            return;
          case 'failed':
            failed(data.problem);
            return;
          case 'done': {
            const { calibration, target } = data;
            get().stop();
            const isHeldUp = wasHeldUp(calibration);
            set({ isHeldUp });
            if (isHeldUp) return;
            set({ known: { calibration, target } });
            // Where nothing can be kept, it lasts as long as the window.
            writeKey(KEY, { target, calibration: writeCalibration(calibration) }).catch(() => undefined);
          }
        }
      });
      own.addEventListener('error', (event) => failed(runFailed(event.message)));
      own.postMessage({ version: app.about } satisfies CalibrateAsk);
    },

    stop() {
      worker?.terminate();
      worker = undefined;
      set({ status: { kind: 'idle' } });
    },
  }));
  slice.subscribe(({ known }, before) => {
    if (known !== before.known)
      app.getState().useTimer(known && createTimer(known.target, known.calibration.model));
  });
  app.ended.addEventListener('abort', () => slice.getState().stop());
  readKept(app.about).then(
    (known) => {
      if (known && !slice.getState().known) slice.setState({ known });
    },
    () => undefined,
  );
  return slice;
});

async function readKept(version: string): Promise<KnownTimes | undefined> {
  const kept = await readKey<unknown>(KEY);
  if (typeof kept !== 'object' || kept === null || !('calibration' in kept) || !('target' in kept))
    return undefined;
  const target = kept.target as Partial<Target> | null;
  const { threads, tilePixels, panelChannels } = target ?? {};
  if (![threads, tilePixels, panelChannels].every((count) => Number.isSafeInteger(count) && count! > 0))
    return undefined;
  const written = kept.calibration as { readonly machine?: { readonly kernels?: unknown } } | null;
  const kernels = written?.machine?.kernels;
  if (typeof kernels !== 'string') return undefined;
  const machine = { processor: processorHere(), threads: threads!, kernels, version };
  const calibration = readCalibration(kept.calibration, machine);
  if (!calibration || wasHeldUp(calibration)) return undefined;
  return {
    calibration,
    target: { threads: threads!, tilePixels: tilePixels!, panelChannels: panelChannels! },
  };
}

export const useTimeModel = <Part>(select: (state: TimeModelState) => Part): Part =>
  useSlice(timeModelOf, select);

/** How long the design would take on all threads of this machine; undefined where it was not measured. */
export function usePrediction(batch: number): Prediction | undefined {
  const known = useTimeModel((state) => state.known);
  const analysis = useApp((state) => state.analysis);
  return useMemo(() => {
    if (!known) return undefined;
    const network = flatten(analysis);
    if (!network.ok) return undefined;
    const found = predict(network.value, known.target, known.calibration.model, batch);
    return found.ok ? found.value : undefined;
  }, [known, analysis, batch]);
}
