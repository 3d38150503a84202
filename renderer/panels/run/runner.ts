import { type Ask, RemoteSession, type Reply } from '../../../shared/runtime/protocol.ts';

interface Runner {
  readonly session: RemoteSession;
  readonly worker: Worker;
}

let runner: Runner | undefined;

/** The worker that runs networks, started when first needed and again after it died. */
export function remoteSession(): RemoteSession {
  runner ??= start();
  return runner.session;
}

function start(): Runner {
  const worker = new Worker(new URL('../../workers/run.worker.ts', import.meta.url), { type: 'module' });
  const session = new RemoteSession({
    post: (ask: Ask) => worker.postMessage(ask),
    onMessage: (listener: (reply: Reply) => void) => {
      worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => listener(data));
    },
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    session.fail({
      code: 'worker-died',
      where: {},
      message: `The worker that runs networks ended unexpectedly${event.message ? `: ${event.message}` : '.'}`,
      hint: 'Run again: it is started anew. The document is safe.',
    });
    stopRunner();
  });
  return { session, worker };
}

/** Ends the worker with everything it holds. */
export function stopRunner(): void {
  runner?.worker.terminate();
  runner = undefined;
}
