import { createStore } from 'zustand/vanilla';
import type { Problem } from '../../../shared/base/problem.ts';
import { RunCancelled } from '../../../shared/runtime/run-error.ts';
import type { BackendName } from '../../../shared/runtime/session.ts';
import { tellFault } from '../faults.ts';
import { defineSlice, useSlice } from '../slice.ts';
import { showTimes } from './heat.ts';
import { type Outcome, problemFrom, type RunStatus } from './outcome.ts';
import { type Picture, readPicture } from './picture.ts';
import { runSeries, type SeriesRequest } from './run-series.ts';
import { stopRunner } from './runner.ts';
import { defaultNoise, type Noise, type SourceKind, sourceOf } from './sources.ts';
import { lookForSurer, type Surer } from './surer.ts';

/** What the Run view is set to, and what came of it: of this session, never of the document. */
export interface RunState {
  readonly source: SourceKind;
  readonly photo: Picture | undefined;
  /** The photo that is being read, by its name. */
  readonly reading: string | undefined;
  /** Why the picture that was wanted last is not there. */
  readonly pictureProblem: Problem | undefined;
  /** What was drawn on the pad, as it is fed. */
  readonly drawing: Picture | undefined;
  /** Taken with the camera. */
  readonly shot: Picture | undefined;
  readonly noise: Noise;
  readonly backend: BackendName;
  /** Undefined for as many as the machine has. */
  readonly threads: number | undefined;
  readonly batch: number;
  readonly runs: number;
  readonly warmUps: number;
  readonly seed: number;
  /** Seeded weights though the document came with its own. */
  readonly seeded: boolean;
  readonly status: RunStatus;
  /** What the last run brought that came to an end; kept while the next one is under way. */
  readonly last: Outcome | undefined;
  /** A preprocessing that fits the network better than the one of the last run. */
  readonly surer: Surer | undefined;
  set(change: Partial<Pick<RunState, Settable>>): void;
  /** Reads a photo; one that is being read already is let go. */
  take(blob: Blob, name: string): Promise<void>;
  /** Stops reading a photo. */
  leave(): void;
  start(): Promise<void>;
  stop(): void;
  /** Forgets results: another document is open. */
  forget(): void;
}

type Settable =
  | 'source'
  | 'drawing'
  | 'shot'
  | 'pictureProblem'
  | 'noise'
  | 'backend'
  | 'threads'
  | 'batch'
  | 'runs'
  | 'warmUps'
  | 'seed'
  | 'seeded';

/** What a run fails of that is no fault of the design's or the machine's. */
const unforeseen = new Set(['worker-died', 'run-failed']);

type Asked = Omit<SeriesRequest, 'signal' | 'onProgress'>;

/** What the view is set to, as a run is asked for it. */
function asked(state: RunState, source: Asked['source'], weights: Asked['weights']): Asked {
  const { backend, seed, seeded, threads, batch, runs, warmUps } = state;
  return { source, backend, seed, threads, weights: seeded ? undefined : weights, batch, runs, warmUps };
}

/** What a run forgets of the document before. */
const forgotten = {
  status: { kind: 'idle' },
  last: undefined,
  surer: undefined,
  seeded: false,
  pictureProblem: undefined,
} as const satisfies Partial<RunState>;

export const runOf = defineSlice<RunState>((app) => {
  let abort: AbortController | undefined;
  let reading: AbortController | undefined;
  const slice = createStore<RunState>()((set, get) => ({
    source: 'photo',
    photo: undefined,
    reading: undefined,
    drawing: undefined,
    shot: undefined,
    noise: defaultNoise,
    backend: 'auto',
    threads: undefined,
    batch: 1,
    runs: 1,
    warmUps: 0,
    seed: 0,
    ...forgotten,

    set: (change) => set(change),

    async take(blob, name) {
      get().leave();
      const own = new AbortController();
      reading = own;
      set({ reading: name, pictureProblem: undefined, source: 'photo' });
      try {
        const photo = await readPicture(blob, name, own.signal);
        get().photo?.close();
        set({ photo, reading: undefined });
      } catch (error) {
        if (reading === own) set({ reading: undefined, pictureProblem: problemFrom(error) });
      }
    },

    leave() {
      reading?.abort();
      reading = undefined;
      set({ reading: undefined });
    },

    async start() {
      const state = get();
      const source = sourceOf(state.source, picturesOf(state), state.noise);
      if (state.status.kind === 'running' || !source) return;
      // Trials of the run before may still be under way.
      abort?.abort();
      const own = new AbortController();
      abort = own;
      const since = performance.now();
      const begun = { progress: undefined, runsDone: 0, runsInAll: state.runs + state.warmUps };
      set({ status: { kind: 'running', since, ...begun }, pictureProblem: undefined, surer: undefined });
      try {
        const request: SeriesRequest = {
          ...asked(state, source, app.getState().weights),
          signal: own.signal,
          onProgress: (progress) => {
            if (abort === own && get().status.kind === 'running')
              set({ status: { kind: 'running', since, ...progress } });
          },
        };
        const outcome = await runSeries(app, request);
        if (abort !== own) return;
        set({ status: { kind: 'done', outcome }, last: outcome });
        showTimes(app, outcome.profile);
        // Only a hint: where it cannot be had, nothing is lost.
        lookForSurer(app, request, outcome).then(
          (surer) => (abort === own ? set({ surer }) : undefined),
          () => undefined,
        );
      } catch (error) {
        if (abort !== own) return;
        if (own.signal.aborted || error instanceof RunCancelled) set({ status: { kind: 'cancelled' } });
        else {
          const problem = problemFrom(error);
          set({ status: { kind: 'failed', problem } });
          if (unforeseen.has(problem.code)) tellFault(app, error, problem.message);
        }
      }
    },

    stop() {
      if (get().status.kind !== 'running') return;
      abort?.abort();
      abort = undefined;
      // The reference works on one layer without a pause; ending its worker is the only way to stop it at once.
      if (get().backend === 'reference') stopRunner();
      set({ status: { kind: 'cancelled' } });
    },

    forget() {
      get().stop();
      abort = undefined;
      set(forgotten);
      showTimes(app, []);
    },
  }));
  app.subscribe((state, before) => {
    if (state.opened !== before.opened) slice.getState().forget();
    // Whoever loads weights wants them run; renaming a layer carries them along as part of an edit.
    else if (state.weights !== before.weights && state.history === before.history)
      slice.getState().set({ seeded: false });
  });
  return slice;
});

export const useRun = <Part>(select: (state: RunState) => Part): Part => useSlice(runOf, select);

/** The pictures by the kind of source that they came from. */
export const picturesOf = ({
  photo,
  drawing,
  shot,
}: RunState): { readonly [K in SourceKind]?: Picture | undefined } => ({
  photo,
  pad: drawing,
  camera: shot,
});

/** Whether what a run is to be fed is at hand. */
export const isFed = (state: RunState): boolean =>
  sourceOf(state.source, picturesOf(state), state.noise) !== undefined;
