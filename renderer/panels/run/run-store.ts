import { create } from 'zustand';
import type { PreprocessingName } from '../../../shared/runtime/image.ts';
import { RunCancelled } from '../../../shared/runtime/run-error.ts';
import type { Backend } from '../../../shared/runtime/session.ts';
import { app } from '../../store/app.ts';
import { problemFrom, type RunStatus } from './outcome.ts';
import { decodePicture, type Picture } from './picture.ts';
import { runOnce } from './run-once.ts';
import { stopRunner } from './runner.ts';

/** What the Run view is set to, and what came of it: of this session, never of the document. */
export interface RunState {
  readonly picture: Picture | undefined;
  readonly recipe: PreprocessingName;
  readonly backend: Backend;
  readonly seed: number;
  /** Seeded weights though the document came with its own. */
  readonly seeded: boolean;
  readonly status: RunStatus;
  set(change: Partial<Pick<RunState, 'picture' | 'recipe' | 'backend' | 'seed' | 'seeded'>>): void;
  take(blob: Blob, name: string): Promise<void>;
  start(): Promise<void>;
  stop(): void;
}

let abort: AbortController | undefined;

export const useRun = create<RunState>()((set, get) => ({
  picture: undefined,
  recipe: 'imagenet',
  backend: 'auto',
  seed: 0,
  seeded: false,
  status: { kind: 'idle' },

  set: (change) => set(change),

  async take(blob, name) {
    try {
      set({ picture: await decodePicture(blob, name) });
    } catch (error) {
      set({ status: { kind: 'failed', problem: problemFrom(error) } });
    }
  },

  async start() {
    if (get().status.kind === 'running') return;
    const own = new AbortController();
    abort = own;
    const { picture, recipe, backend, seed, seeded } = get();
    set({ status: { kind: 'running', progress: undefined, since: performance.now() } });
    try {
      const outcome = await runOnce({
        picture,
        recipe,
        backend,
        seed,
        weights: seeded ? undefined : app.getState().weights,
        signal: own.signal,
        onProgress: (progress) => {
          const { status } = get();
          if (abort === own && status.kind === 'running') set({ status: { ...status, progress } });
        },
      });
      if (abort === own) set({ status: { kind: 'done', outcome } });
    } catch (error) {
      if (abort !== own) return;
      if (own.signal.aborted || error instanceof RunCancelled) set({ status: { kind: 'cancelled' } });
      else set({ status: { kind: 'failed', problem: problemFrom(error) } });
    }
  },

  stop() {
    abort?.abort();
    abort = undefined;
    // The reference works on one layer without a pause; ending its worker is the only way to stop it at once.
    if (get().backend === 'reference') stopRunner();
    set({ status: { kind: 'cancelled' } });
  },
}));
