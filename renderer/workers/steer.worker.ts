// Looks for designs off the main thread: one question after another, each by its ticket, until it is stopped.
import { type CurvePoint, curveOf } from './curve.ts';
import {
  findDesignKnobs,
  fitDesign,
  makeVariant,
  type SteerAsk,
  type SteerTold,
  zooFigures,
} from './steer-job.ts';

const stopped = new Set<number>();
const tell = (told: SteerTold): void => self.postMessage(told);

/** A message channel comes round at once, where timers wait some milliseconds. */
const { port1, port2 } = new MessageChannel();
const waiting: (() => void)[] = [];
port1.onmessage = () => waiting.shift()?.();
const pause = (): Promise<void> =>
  new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(undefined);
  });

async function answer(ask: Exclude<SteerAsk, { readonly kind: 'stop' }>): Promise<void> {
  const { ticket } = ask;
  switch (ask.kind) {
    case 'knobs':
      return tell({ kind: 'knobs', ticket, found: findDesignKnobs(ask.design, ask.asked) });
    case 'make':
      return tell({ kind: 'made', ticket, design: makeVariant(ask.design, ask.turned, ask.law) });
    case 'curve': {
      const points: CurvePoint[] = [];
      for (const point of curveOf(ask.request)) {
        points.push(point);
        await pause();
        if (stopped.has(ticket)) break;
      }
      return tell({ kind: 'curve', ticket, points });
    }
    case 'zoo':
      for (const figures of zooFigures(ask.wanted)) {
        tell({ kind: 'figures', ticket, figures });
        await pause();
      }
      return tell({ kind: 'figured', ticket });
    case 'fit':
      return find(ask);
  }
}

async function find({ ticket, design, request }: Extract<SteerAsk, { readonly kind: 'fit' }>): Promise<void> {
  const outcome = await fitDesign(design, request, {
    onProgress: (progress) => tell({ kind: 'progress', ticket, progress }),
    onSample: (points) => tell({ kind: 'sample', ticket, points }),
    isStopped: () => stopped.has(ticket),
    pause,
  });
  tell({ kind: 'ended', ticket, outcome });
}

self.addEventListener('message', ({ data }: MessageEvent<SteerAsk>) => {
  if (data.kind === 'stop') {
    stopped.add(data.ticket);
    return;
  }
  answer(data).catch((error: unknown) => {
    tell({
      kind: 'failed',
      ticket: data.ticket,
      message: error instanceof Error ? error.message : String(error),
    });
  });
});
