import type { FlatNetwork } from '../analysis/flatten.ts';
import type { Phrase } from '../base/messages.ts';
import type { Problem } from '../base/problem.ts';
import { messages } from '../base/problem.ts';
import { type FloatTensor, Tensor } from '../base/tensor.ts';
import type { Design } from '../graph/design.ts';
import type { RunProgress, RunResult, StepProfile, WeightStore } from './backend.ts';
import type { AtlasOptions, MapAtlas } from './maps/atlas.ts';
import { type BackendsComparison, compareBackends } from './maps/compare-backends.ts';
import { KERNEL_BYTES } from './maps/kernels.ts';
import { atlasesOf, type Look, lookAt } from './maps/look.ts';
import { RunCancelled, RunError, runFailed } from './run-error.ts';
import { type BackendFacts, type BackendName, DesignSession, describeBackends } from './session.ts';

export const say = messages('runtime/protocol', {
  'not-run': ['No network is ready to run.', 'Run the design first.'],
  'weight-too-large': ['The weights of {{node}} take more than {{most}} MiB.', 'Look at a smaller layer.'],
});

/** A tensor as it is posted: its class does not survive, its data does. */
interface Posted {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}
type PostedStore = Readonly<Record<string, Readonly<Record<string, Posted>>>>;

/** What a page asks of a worker that runs networks. Replies carry the id of what they answer. */
export type Ask =
  | {
      readonly kind: 'create';
      readonly id: number;
      readonly source: Design | FlatNetwork;
      readonly backend: BackendName;
      readonly threads: number | undefined;
      readonly seed: number;
      readonly weights: PostedStore | undefined;
    }
  | {
      readonly kind: 'run';
      readonly id: number;
      readonly feeds: Readonly<Record<string, Posted>>;
      readonly also: readonly string[];
      readonly profile: boolean;
    }
  | {
      /** What one node gives for one picture of the batch, with its statistics. */
      readonly kind: 'look';
      readonly id: number;
      readonly feeds: Readonly<Record<string, Posted>>;
      readonly node: string;
      readonly place: number;
    }
  | {
      readonly kind: 'atlases';
      readonly id: number;
      readonly feeds: Readonly<Record<string, Posted>>;
      readonly nodes: readonly string[];
      readonly options: AtlasOptions;
    }
  | { readonly kind: 'weight'; readonly id: number; readonly node: string; readonly name: string }
  | {
      /** The session's network on two backends, layer by layer. */
      readonly kind: 'compare';
      readonly id: number;
      readonly feeds: Readonly<Record<string, Posted>>;
      readonly backends: readonly [BackendName, BackendName];
    }
  | { readonly kind: 'backends'; readonly id: number }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'release'; readonly id: number };

/** Where a network runs. A run may change it: a device can fail, and another backend take over. */
export interface RunFacts {
  /** The backend at work: never `auto`. */
  readonly backend: string;
  /** Why there, where there was a choice or a device failed. */
  readonly backendReason: Phrase | undefined;
  /** What whoever reads the results ought to know: precision lost, layers that ran elsewhere. */
  readonly notices: readonly Phrase[];
}

export interface SessionFacts extends RunFacts {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly weightBytes: number;
  readonly activationBytes: number;
}

export type Reply =
  | { readonly kind: 'created'; readonly id: number; readonly facts: SessionFacts }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: RunProgress }
  | {
      readonly kind: 'ran';
      readonly id: number;
      readonly outputs: Readonly<Record<string, Posted>>;
      readonly milliseconds: number;
      readonly profile: readonly StepProfile[] | undefined;
      readonly facts: RunFacts;
    }
  | { readonly kind: 'backends'; readonly id: number; readonly backends: readonly BackendFacts[] }
  | { readonly kind: 'looked'; readonly id: number; readonly look: Look }
  | { readonly kind: 'painted'; readonly id: number; readonly atlases: Readonly<Record<string, MapAtlas>> }
  | { readonly kind: 'weighed'; readonly id: number; readonly weight: Posted | undefined }
  | { readonly kind: 'compared'; readonly id: number; readonly comparison: BackendsComparison }
  | { readonly kind: 'released'; readonly id: number }
  | {
      readonly kind: 'failed';
      readonly id: number;
      readonly problem: Problem | undefined;
      readonly cancelled: boolean;
    };

/** Opens log channels in a worker, as they are open where it was made. No answer. */
export interface OpenChannels {
  readonly kind: 'watch';
  readonly channels: string;
}

/** Either end of the line: a worker's own global, or the Worker that a page holds. */
export interface Line<Out, In> {
  post(message: Out): void;
  onMessage(listener: (message: In) => void): void;
}

/** The worker's end: keeps one session and answers until the worker ends. */
export function serveSessions(line: Line<Reply, Ask>): void {
  let session: DesignSession | undefined;
  const running = new Map<number, AbortController>();
  const answer = async (ask: Ask): Promise<void> => {
    const onProgress = (progress: RunProgress): void => line.post({ kind: 'progress', id: ask.id, progress });
    switch (ask.kind) {
      case 'create': {
        await session?.release();
        session = undefined;
        const { source, backend, threads, seed, weights } = ask;
        const { signal } = begin(ask.id);
        session = await DesignSession.create(source, {
          backend,
          seed,
          signal,
          onProgress,
          ...(threads === undefined ? {} : { threads }),
          ...(weights === undefined ? {} : { weights: unpackStore(weights) }),
        });
        const { inputNames, outputNames, weightBytes, activationBytes } = session;
        const facts = { ...factsOf(session), inputNames, outputNames, weightBytes, activationBytes };
        line.post({ kind: 'created', id: ask.id, facts });
        return;
      }
      case 'run': {
        const { signal } = begin(ask.id);
        const { also, profile } = ask;
        const current = alive();
        const ran = await current.execute(unpack(ask.feeds), { signal, onProgress, also, profile });
        const outputs = packAll(ran.outputs);
        const { milliseconds, profile: steps } = ran;
        const facts = factsOf(current);
        line.post({ kind: 'ran', id: ask.id, outputs, milliseconds, profile: steps, facts });
        return;
      }
      case 'look': {
        const { signal } = begin(ask.id);
        const look = await lookAt(alive(), unpack(ask.feeds), ask.node, ask.place, { signal, onProgress });
        line.post({ kind: 'looked', id: ask.id, look });
        return;
      }
      case 'atlases': {
        const { signal } = begin(ask.id);
        const { nodes, options } = ask;
        const atlases = await atlasesOf(alive(), unpack(ask.feeds), nodes, options, { signal, onProgress });
        line.post({ kind: 'painted', id: ask.id, atlases });
        return;
      }
      case 'weight': {
        const weight = alive().weightOf(ask.node, ask.name);
        if (weight && weight.data.byteLength > KERNEL_BYTES) throw new RunError(tooLargeToShow(ask.node));
        line.post({ kind: 'weighed', id: ask.id, weight: weight && pack(weight) });
        return;
      }
      case 'compare': {
        const { signal } = begin(ask.id);
        const watch = { signal, onProgress };
        const comparison = await compareBackends(alive(), unpack(ask.feeds), ask.backends, watch);
        line.post({ kind: 'compared', id: ask.id, comparison });
        return;
      }
      case 'backends':
        line.post({ kind: 'backends', id: ask.id, backends: describeBackends() });
        return;
      case 'cancel':
        running.get(ask.id)?.abort();
        return;
      case 'release':
        await session?.release();
        session = undefined;
        line.post({ kind: 'released', id: ask.id });
    }
  };
  function alive(): DesignSession {
    if (session) return session;
    throw new RunError(say.at({}, 'not-run'));
  }
  function begin(id: number): AbortController {
    const controller = new AbortController();
    running.set(id, controller);
    return controller;
  }
  line.onMessage((ask) => {
    answer(ask)
      .catch((error: unknown) => line.post(failure(ask.id, error)))
      .finally(() => {
        if (ask.kind !== 'cancel') running.delete(ask.id);
      });
  });
}

function factsOf({ backend, backendReason, notices }: DesignSession): RunFacts {
  return { backend, backendReason, notices };
}

function tooLargeToShow(node: string): Problem {
  return say.at({ node }, 'weight-too-large', { node, most: KERNEL_BYTES / 2 ** 20 });
}

function failure(id: number, error: unknown): Reply {
  if (error instanceof RunCancelled) return { kind: 'failed', id, problem: undefined, cancelled: true };
  const problem: Problem = error instanceof RunError ? error.problem : runFailed(error);
  return { kind: 'failed', id, problem, cancelled: false };
}

function pack({ dims, data }: FloatTensor): Posted {
  return { dims, data };
}

function packAll(tensors: Readonly<Record<string, FloatTensor>>): Record<string, Posted> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, pack(tensor)]));
}

function unpack(posted: Readonly<Record<string, Posted>>): Record<string, FloatTensor> {
  return Object.fromEntries(
    Object.entries(posted).map(([name, { dims, data }]) => [name, new Tensor('float32', data, dims)]),
  );
}

function unpackStore(posted: PostedStore): WeightStore {
  return Object.fromEntries(Object.entries(posted).map(([id, tensors]) => [id, unpack(tensors)]));
}

export interface RemoteRun {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RunProgress) => void;
  readonly also?: readonly string[];
  readonly profile?: boolean;
}

type Watch = Pick<RemoteRun, 'signal' | 'onProgress'>;

/** What a run gave, and where it ran. */
export interface RemoteResult extends RunResult, RunFacts {}

export interface RemoteCreate extends Watch {
  readonly backend: BackendName;
  readonly seed: number;
  readonly threads?: number;
  readonly weights?: WeightStore;
}

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((progress: RunProgress) => void) | undefined;
}

/** The page's end of a worker that runs networks: an DesignSession at a distance. */
export class RemoteSession {
  readonly #line: Line<Ask, Reply>;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;

  constructor(line: Line<Ask, Reply>) {
    this.#line = line;
    line.onMessage((reply) => this.#receive(reply));
  }

  async create(source: Design | FlatNetwork, options: RemoteCreate): Promise<SessionFacts> {
    const { backend, seed, threads, weights, signal, onProgress } = options;
    const id = this.#next++;
    const reply = await this.#ask(
      { kind: 'create', id, source, backend, seed, threads, weights: weights && packStore(weights) },
      signal,
      onProgress,
    );
    if (reply.kind !== 'created') throw new Error(`Expected the session, received ${reply.kind}.`);
    return reply.facts;
  }

  async run(feeds: Readonly<Record<string, FloatTensor>>, options: RemoteRun = {}): Promise<RemoteResult> {
    const { signal, onProgress, also = [], profile = false } = options;
    const reply = await this.#ask(
      { kind: 'run', id: this.#next++, feeds: packAll(feeds), also, profile },
      signal,
      onProgress,
    );
    if (reply.kind !== 'ran') throw new Error(`Expected the outputs, received ${reply.kind}.`);
    const { milliseconds, profile: steps, facts } = reply;
    return { ...facts, outputs: unpack(reply.outputs), milliseconds, ...(steps ? { profile: steps } : {}) };
  }

  /** What the worker can run networks on, `auto` first, with the device of each or why it is not there. */
  async backends(): Promise<readonly BackendFacts[]> {
    const reply = await this.#ask({ kind: 'backends', id: this.#next++ }, undefined, undefined);
    if (reply.kind !== 'backends') throw new Error(`Expected the backends, received ${reply.kind}.`);
    return reply.backends;
  }

  /** What one node gave for one picture of the batch. Rejects with a RunError when nothing was run before. */
  async look(
    feeds: Readonly<Record<string, FloatTensor>>,
    node: string,
    place = 0,
    { signal, onProgress }: Watch = {},
  ): Promise<Look> {
    const ask: Ask = { kind: 'look', id: this.#next++, feeds: packAll(feeds), node, place };
    const reply = await this.#ask(ask, signal, onProgress);
    if (reply.kind !== 'looked') throw new Error(`Expected a look, received ${reply.kind}.`);
    return reply.look;
  }

  /** Pictures of what many nodes gave, by node. */
  async atlases(
    feeds: Readonly<Record<string, FloatTensor>>,
    nodes: readonly string[],
    options: AtlasOptions,
    { signal, onProgress }: Watch = {},
  ): Promise<Readonly<Record<string, MapAtlas>>> {
    const ask: Ask = { kind: 'atlases', id: this.#next++, feeds: packAll(feeds), nodes, options };
    const reply = await this.#ask(ask, signal, onProgress);
    if (reply.kind !== 'painted') throw new Error(`Expected pictures, received ${reply.kind}.`);
    return reply.atlases;
  }

  /** A layer's weight of the network that was run last; undefined where it has none of that name. */
  async weight(node: string, name: string): Promise<FloatTensor | undefined> {
    const reply = await this.#ask({ kind: 'weight', id: this.#next++, node, name }, undefined, undefined);
    if (reply.kind !== 'weighed') throw new Error(`Expected a weight, received ${reply.kind}.`);
    return reply.weight && new Tensor('float32', reply.weight.data, reply.weight.dims);
  }

  /** Runs the network that was run last on two backends and compares them layer by layer. */
  async compare(
    feeds: Readonly<Record<string, FloatTensor>>,
    backends: readonly [BackendName, BackendName],
    { signal, onProgress }: Watch = {},
  ): Promise<BackendsComparison> {
    const ask: Ask = { kind: 'compare', id: this.#next++, feeds: packAll(feeds), backends };
    const reply = await this.#ask(ask, signal, onProgress);
    if (reply.kind !== 'compared') throw new Error(`Expected a comparison, received ${reply.kind}.`);
    return reply.comparison;
  }

  async release(): Promise<void> {
    await this.#ask({ kind: 'release', id: this.#next++ }, undefined, undefined);
  }

  /** The worker is gone: everything that waits for it fails with this. */
  fail(problem: Problem): void {
    for (const { reject } of this.#waiting.values()) reject(new RunError(problem));
    this.#waiting.clear();
  }

  #ask(ask: Ask, signal: AbortSignal | undefined, onProgress: Waiting['onProgress']): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(new RunCancelled());
        return;
      }
      const cancel = (): void => this.#line.post({ kind: 'cancel', id: ask.id });
      const over = (): void => {
        signal?.removeEventListener('abort', cancel);
        this.#waiting.delete(ask.id);
      };
      this.#waiting.set(ask.id, {
        onProgress,
        resolve: (reply) => {
          over();
          resolve(reply);
        },
        reject: (error) => {
          over();
          reject(error);
        },
      });
      signal?.addEventListener('abort', cancel);
      this.#line.post(ask);
    });
  }

  #receive(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    if (!waiting) return;
    if (reply.kind === 'progress') waiting.onProgress?.(reply.progress);
    else if (reply.kind !== 'failed') waiting.resolve(reply);
    else waiting.reject(reply.problem ? new RunError(reply.problem) : new RunCancelled());
  }
}

function packStore(store: WeightStore): PostedStore {
  return Object.fromEntries(Object.entries(store).map(([id, tensors]) => [id, packAll(tensors)]));
}
