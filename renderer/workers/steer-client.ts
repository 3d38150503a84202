import type { Design, NodeId } from '../../shared/graph/design.ts';
import type { Turned } from '../../shared/steer/answers.ts';
import type { CurvePoint, CurveRequest } from './curve.ts';
import type {
  FitAsk,
  FitHooks,
  FitOutcome,
  KnobsFound,
  SteerAsk,
  SteerTold,
  ZooFigures,
  ZooWanted,
} from './steer-job.ts';

export interface FitWatch extends Pick<FitHooks, 'onProgress' | 'onSample'> {
  readonly signal: AbortSignal;
}

/** Who finds designs, wherever that is done. */
export interface Steer {
  /** Its own, and those of some nodes. */
  knobs(design: Design, asked: readonly NodeId[]): Promise<KnobsFound>;
  /** Once the signal is given, what was found until then. */
  fit(design: Design, request: FitAsk, watch: FitWatch): Promise<FitOutcome>;
  /** One variant as a design, or the member of a law; undefined where it has a problem. */
  make(design: Design, turned: readonly Turned[], law: string | undefined): Promise<Design | undefined>;
  /** What values of a parameter make of the totals; fewer of them where the signal was given before the end. */
  curve(request: CurveRequest, signal: AbortSignal): Promise<readonly CurvePoint[]>;
  /** What every published network counts, and takes on a machine that is known; each as soon as it is known. */
  zoo(wanted: ZooWanted, onFigures: (figures: ZooFigures) => void): Promise<void>;
}

/** Finds designs in a worker, which starts when it is first asked, and ends with the app. */
export function createSteer(ended: AbortSignal): Steer {
  let worker: Worker | undefined;
  ended.addEventListener('abort', () => worker?.terminate());
  let tickets = 0;
  const listeners = new Map<number, (told: SteerTold) => void>();
  const started = (): Worker => {
    if (worker) return worker;
    worker = new Worker(new URL('./steer.worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<SteerTold>) =>
      listeners.get(data.ticket)?.(data),
    );
    worker.addEventListener('error', ({ message }) => {
      worker = undefined;
      for (const [ticket, listen] of listeners) listen({ kind: 'failed', ticket, message });
    });
    return worker;
  };
  const ask = <T>(
    question: (ticket: number) => SteerAsk,
    hear: (told: SteerTold, resolve: (value: T) => void) => void,
    signal?: AbortSignal,
  ): Promise<T> => {
    const ticket = ++tickets;
    const post = (message: SteerAsk): void => started().postMessage(message);
    return new Promise<T>((resolve, reject) => {
      listeners.set(ticket, (told) => {
        if (told.kind === 'failed') reject(new Error(told.message));
        else hear(told, resolve);
      });
      signal?.addEventListener('abort', () => post({ kind: 'stop', ticket }), { once: true });
      post(question(ticket));
    }).finally(() => listeners.delete(ticket));
  };
  return {
    knobs: (design, asked) =>
      ask(
        (ticket) => ({ kind: 'knobs', ticket, design, asked }),
        (told, resolve) => {
          if (told.kind === 'knobs') resolve(told.found);
        },
      ),
    make: (design, turned, law) =>
      ask(
        (ticket) => ({ kind: 'make', ticket, design, turned, law }),
        (told, resolve) => {
          if (told.kind === 'made') resolve(told.design);
        },
      ),
    curve: (request, signal) =>
      ask(
        (ticket) => ({ kind: 'curve', ticket, request }),
        (told, resolve) => {
          if (told.kind === 'curve') resolve(told.points);
        },
        signal,
      ),
    zoo: (wanted, onFigures) =>
      ask(
        (ticket) => ({ kind: 'zoo', ticket, wanted }),
        (told, resolve) => {
          if (told.kind === 'figures') onFigures(told.figures);
          else if (told.kind === 'figured') resolve();
        },
      ),
    fit: (design, request, { onProgress, onSample, signal }) =>
      ask(
        (ticket) => ({ kind: 'fit', ticket, design, request }),
        (told, resolve) => {
          if (told.kind === 'progress') onProgress(told.progress);
          else if (told.kind === 'sample') onSample(told.points);
          else if (told.kind === 'ended') resolve(told.outcome);
        },
        signal,
      ),
  };
}
