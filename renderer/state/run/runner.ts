import { analyze } from '../../../shared/analysis/analyze.ts';
import { flatten } from '../../../shared/analysis/flatten.ts';
import { openList } from '../../../shared/base/log.ts';
import { messages } from '../../../shared/base/problem.ts';
import type { LazyWeights } from '../../../shared/formats/weights/store.ts';
import type { Design } from '../../../shared/graph/design.ts';
import {
  type Ask,
  type OpenChannels,
  type RemoteCreate,
  RemoteSession,
  type Reply,
  type SessionFacts,
} from '../../../shared/runtime/protocol.ts';
import { storeFor } from './run-weights.ts';

export const say = messages('renderer/state/run/runner', {
  'worker-died': [
    'The worker that runs networks ended unexpectedly.',
    'Run again: it is started anew. The document is safe.',
  ],
  'worker-died:because': [
    'The worker that runs networks ended unexpectedly: {{reason}}',
    'Run again: it is started anew. The document is safe.',
  ],
});

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

/** What a network is prepared from. Two requests that agree in all of it can share one prepared network. */
export interface Preparation extends Pick<RemoteCreate, 'backend' | 'seed' | 'threads'> {
  readonly design: Design;
  readonly weights: LazyWeights | undefined;
}

interface Prepared {
  readonly what: Preparation;
  readonly facts: SessionFacts;
  readonly creations: number;
}

let prepared: Prepared | undefined;
/** Sessions that were created in the worker so far, whoever asked: each one takes the place of the one before. */
let creations = 0;

/**
 * The network ready to run in the worker, and how long that took; it is kept for as long as nothing that it was
 * prepared from changes.
 */
export async function prepareSession(
  what: Preparation,
  watch: Pick<RemoteCreate, 'signal' | 'onProgress'>,
): Promise<{
  readonly session: RemoteSession;
  readonly facts: SessionFacts;
  readonly milliseconds?: number;
}> {
  const session = remoteSession();
  if (prepared && prepared.creations === creations && sameNetwork(prepared.what, what))
    return { session, facts: prepared.facts };
  prepared = undefined;
  const { design, weights, backend, seed, threads } = what;
  const from = performance.now();
  // A design with problems is refused by the session itself, which says why.
  const network = weights && flatten(analyze(design));
  const store = network?.ok ? await storeFor(network.value, weights!, { seed, ...watch }) : undefined;
  const facts = await session.create(design, {
    backend,
    seed,
    ...watch,
    ...(threads === undefined ? {} : { threads }),
    ...(store ? { weights: store } : {}),
  });
  prepared = { what, facts, creations };
  return { session, facts, milliseconds: performance.now() - from };
}

function sameNetwork(a: Preparation, b: Preparation): boolean {
  return (
    a.design.nodes === b.design.nodes &&
    a.design.wires === b.design.wires &&
    a.design.blocks === b.design.blocks &&
    a.weights === b.weights &&
    a.backend === b.backend &&
    a.seed === b.seed &&
    a.threads === b.threads
  );
}

function start(): Runner {
  const worker = new Worker(new URL('../../workers/run.worker.ts', import.meta.url), { type: 'module' });
  const watched = openList();
  if (watched !== '') worker.postMessage({ kind: 'watch', channels: watched } satisfies OpenChannels);
  const session = new RemoteSession({
    post: (ask: Ask) => {
      if (ask.kind === 'create' || ask.kind === 'release') creations++;
      worker.postMessage(ask);
    },
    onMessage: (listener: (reply: Reply) => void) => {
      worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => listener(data));
    },
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    session.fail(
      event.message
        ? say.at({}, 'worker-died:because', { reason: event.message })
        : say.at({}, 'worker-died'),
    );
    stopRunner();
  });
  return { session, worker };
}

/** Ends the worker with everything it holds. */
export function stopRunner(): void {
  runner?.worker.terminate();
  runner = undefined;
  prepared = undefined;
}
