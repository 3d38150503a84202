import { analyzeTogether } from '../analysis/analyze.ts';
import { type FlatNetwork, flatten, weightHolders } from '../analysis/flatten.ts';
import { elementCount, formatDims, sameDims } from '../base/dims.ts';
import { log } from '../base/log.ts';
import type { Phrase } from '../base/messages.ts';
import type { Problem } from '../base/problem.ts';
import { messages } from '../base/problem.ts';
import type { FloatTensor } from '../base/tensor.ts';
import type { Design } from '../graph/design.ts';
import type {
  Availability,
  Backend,
  Executable,
  PrepareOptions,
  RunOptions,
  RunResult,
  StoredWeights,
  WeightStore,
} from './backend.ts';
import { copied, feedsProblem, optionsProblem } from './checks.ts';
import { referenceBackend } from './reference/backend.ts';
import { alreadyReleased, RunError, seedProblem, threadsProblem } from './run-error.ts';
import { stopIfAborted, Turns, unlessAborted } from './turn.ts';
import { seededWeightsInTurns, withTwins } from './weights.ts';

export const say = messages('runtime/session', {
  'of-shape': 'has the shape {{dims}}',
  missing: 'is missing',
  'backend-unavailable': ['The backend "{{name}}" is not available here.', 'Use one of: {{known}}.'],
  'memory-exceeded': [
    'The weights of this network take {{bytes}}, but only {{limit}} can be had.',
    'Use fewer channels or features, or pool before the first fully connected layer.',
  ],
  'weights-do-not-fit': [
    'The weight "{{name}}" of {{id}} must be {{dims}}, but {{found}}.',
    'Load weights that were made for this design, or use seeded ones.',
  ],
  'feed-does-not-fit': [
    'The input "{{id}}" takes {{wanted}} of float32, got {{dims}} of {{type}}.',
    'Feed a tensor of {{wanted}} under that name.',
  ],
  'feed-does-not-fit:missing': [
    'The input "{{id}}" was not fed.',
    'Feed a tensor of {{wanted}} under that name.',
  ],
  'feed-unknown': ['The network has no input "{{stranger}}".', 'Its inputs are: {{names}}.'],
});

/** A backend by name; `auto` takes the fastest that is there. */
export type BackendName = 'auto' | 'cpu' | 'webgpu' | 'webgl' | 'reference';

/** How a session is made. */
export interface SessionOptions extends PrepareOptions {
  /** `auto` takes the backend that measured fastest, or the first of those that are there. */
  readonly backend?: BackendName;
  /** Complete weights; seeded ones are made when left out. */
  readonly weights?: WeightStore;
  /** In place of `weights`: read as the backend needs them, and anew for another plan, where it can; not kept. */
  readonly stored?: StoredWeights;
  /** For seeded weights: a whole number, 0 when left out. */
  readonly seed?: number;
}

const backends = new Map<string, Backend>([[referenceBackend.name, referenceBackend]]);

/** Makes a backend available to sessions; whoever knows the platform calls this once at start. */
export function registerBackend(backend: Backend): void {
  backends.set(backend.name, backend);
}

/** The backends that sessions can use here, fastest first. */
export function availableBackends(): readonly string[] {
  return PREFERENCE.filter((name) => backends.has(name));
}

const PREFERENCE = ['cpu', 'webgpu', 'webgl', 'reference'] as const;

/** A backend as a list to choose from shows it. */
export interface BackendFacts extends Availability {
  readonly name: BackendName;
}

/** What can be asked for here, `auto` first; with the device of each, or why it is not there. */
export function describeBackends(): readonly BackendFacts[] {
  return (['auto', ...PREFERENCE] as const).flatMap((name) => {
    const backend = backends.get(name);
    return backend ? [{ name, ...(backend.describe?.() ?? { available: true, note: undefined }) }] : [];
  });
}

/**
 * A network ready to run, with the face of onnxruntime's: `create`, `inputNames`, `outputNames`, `run`, `release`.
 * Names are those of the Input and Output nodes; tensors carry the batch axis, and any batch size may be fed.
 */
export class DesignSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly #source: Design | FlatNetwork;
  readonly #backend: Backend;
  readonly #weights: Weights;
  readonly #options: SessionOptions;
  readonly #turns = new Turns();
  #network: FlatNetwork;
  #executable: Executable;
  #released = false;

  private constructor(
    source: Design | FlatNetwork,
    network: FlatNetwork,
    backend: Backend,
    weights: Weights,
    executable: Executable,
    options: SessionOptions,
  ) {
    this.#source = source;
    this.#network = network;
    this.#backend = backend;
    this.#weights = weights;
    this.#executable = executable;
    this.#options = options;
    this.inputNames = network.inputs.map((step) => network.steps[step]!.id);
    this.outputNames = network.outputs.map((step) => network.steps[step]!.id);
  }

  /** Rejects with a RunError when the design has problems, weights do not fit, or the backend is not there. */
  static async create(source: Design | FlatNetwork, options: SessionOptions = {}): Promise<DesignSession> {
    const nonsense = threadsProblem(options.threads) ?? seedProblem(options.seed);
    if (nonsense) throw new RunError(nonsense);
    const network = networkOf(source, 1);
    const backend = backendFor(options.backend ?? 'auto');
    const { signal, seed = 0, stored } = options;
    const refusal = options.weights || stored ? undefined : seedingProblem(network, backend.memoryLimit);
    if (refusal) throw new RunError(refusal);
    const weights: Weights = options.weights
      ? { kept: withTwins(network, options.weights) }
      : stored
        ? { stored: withTwins(network, stored) }
        : { kept: withTwins(network, await seededWeightsInTurns(network, seed, signal)) };
    const misfit = weightProblem(network, 'kept' in weights ? weights.kept : weights.stored);
    if (misfit) throw new RunError(misfit);
    const executable = await prepare(backend, network, weights, options);
    log('run', () => `prepared ${network.steps.length} layers for ${options.backend ?? 'auto'}`);
    return new DesignSession(source, network, backend, weights, executable, options);
  }

  /** Runs the network; resolves to the outputs by name. */
  async run(
    feeds: Readonly<Record<string, FloatTensor>>,
    options: RunOptions = {},
  ): Promise<Readonly<Record<string, FloatTensor>>> {
    const { outputs } = await this.execute(feeds, options);
    return outputs;
  }

  /**
   * As `run`, with the time that it took and, when asked for, the profile. Runs take turns, whatever their batches; what is
   * fed is taken as it is when this is called.
   */
  async execute(feeds: Readonly<Record<string, FloatTensor>>, options: RunOptions = {}): Promise<RunResult> {
    const problem = feedsProblem(feeds) ?? optionsProblem(options);
    if (problem) throw new RunError(problem);
    const own = copied(feeds);
    const run = this.#turns.take(() => this.#runNow(own, options));
    return unlessAborted(run, options.signal);
  }

  async #runNow(feeds: Readonly<Record<string, FloatTensor>>, options: RunOptions): Promise<RunResult> {
    stopIfAborted(options.signal);
    this.#mustBeAlive();
    await this.#adaptTo(feeds, options.signal);
    const misfit = feedProblem(this.#network, feeds);
    if (misfit) throw new RunError(misfit);
    const result = await this.#executable.run(feeds, options);
    log('run', () => `ran on ${this.backend} in ${result.milliseconds.toFixed(2)} ms`);
    this.#mustBeAlive();
    return result;
  }

  #mustBeAlive(): void {
    if (this.#released) throw new RunError(alreadyReleased());
  }

  /** The backend that runs it. */
  get backend(): string {
    return this.#executable.choice?.backend ?? this.#backend.name;
  }

  /** Why it runs there, where there was a choice or a device failed. */
  get backendReason(): Phrase | undefined {
    return this.#executable.choice?.why;
  }

  /** What whoever reads the results ought to know: precision lost, layers that ran elsewhere. */
  get notices(): readonly Phrase[] {
    return this.#executable.notices ?? [];
  }

  /** The layers that it runs, for the batch that ran last. */
  get network(): FlatNetwork {
    return this.#network;
  }

  /** Numbers in what a node gives (its first output), for the batch that ran last; 0 for a node that it does not have. */
  elementsOf(node: string): number {
    const dims = this.#network.steps.find(({ id }) => id === node)?.outputDims[0];
    return dims ? elementCount(dims) : 0;
  }

  /** A layer's weight by its name; undefined where it has none of that name, or where weights are not kept. */
  weightOf(node: string, name: string): FloatTensor | undefined {
    return 'kept' in this.#weights ? this.#weights.kept[node]?.[name] : undefined;
  }

  /** The same network with the same weights on another backend; both have to be released. */
  another(options: PrepareOptions & { readonly backend: BackendName }): Promise<DesignSession> {
    const weights =
      'kept' in this.#weights ? { weights: this.#weights.kept } : { stored: this.#weights.stored };
    return DesignSession.create(this.#source, { ...weights, ...wishesOf(this.#options), ...options });
  }

  /** On how many threads it runs; undefined on backends without threads of their own. */
  get threads(): number | undefined {
    return this.#executable.threads;
  }

  get weightBytes(): number {
    return this.#executable.weightBytes;
  }

  get activationBytes(): number {
    return this.#executable.activationBytes;
  }

  /** Ends what runs and what waits; there is no way back. */
  release(): Promise<void> {
    this.#released = true;
    return this.#executable.release();
  }

  /** Another batch size is another plan; the one before is let go. */
  async #adaptTo(
    feeds: Readonly<Record<string, FloatTensor>>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const first = this.#network.steps[this.#network.inputs[0] ?? -1];
    const fed = first && own(feeds, first.id);
    const batch = fed?.dims[0];
    if (!fed || batch === undefined || first.params.batched !== true || 'steps' in this.#source) return;
    const expected = first.outputDims[0]!;
    if (batch === expected[0] || fed.dims.length !== expected.length || batch < 1) return;
    const network = networkOf(this.#source, batch);
    const executable = await prepare(this.#backend, network, this.#weights, {
      ...wishesOf(this.#options),
      ...(signal ? { signal } : {}),
    });
    if (this.#released) await executable.release();
    this.#mustBeAlive();
    await this.#executable.release();
    this.#network = network;
    this.#executable = executable;
  }
}

/** What holds for every plan of a session. */
function wishesOf({ threads, weightType }: PrepareOptions): PrepareOptions {
  return { ...(threads === undefined ? {} : { threads }), ...(weightType ? { weightType } : {}) };
}

/** Weights in memory, or where they are read from. */
type Weights = { readonly kept: WeightStore } | { readonly stored: StoredWeights };

async function prepare(
  backend: Backend,
  network: FlatNetwork,
  weights: Weights,
  options: PrepareOptions,
): Promise<Executable> {
  if ('kept' in weights) return backend.prepare(network, weights.kept, options);
  if (backend.prepareStored) return backend.prepareStored(network, weights.stored, options);
  const read: Record<string, Record<string, FloatTensor>> = {};
  for (const [node, named] of Object.entries(weights.stored)) {
    const tensors: Record<string, FloatTensor> = {};
    for (const [name, weight] of Object.entries(named)) {
      stopIfAborted(options.signal);
      tensors[name] = await weight.load();
    }
    read[node] = tensors;
  }
  return backend.prepare(network, read, options);
}

function networkOf(source: Design | FlatNetwork, batch: number): FlatNetwork {
  if ('steps' in source) return source;
  const flat = flatten(analyzeTogether(source, batch));
  if (!flat.ok) throw new RunError(flat.problems[0]!);
  return flat.value;
}

function backendFor(asked: BackendName): Backend {
  const name = asked === 'auto' && !backends.has('auto') ? availableBackends()[0]! : asked;
  const backend = backends.get(name);
  if (backend) return backend;
  throw new RunError(say.at({}, 'backend-unavailable', { name, known: availableBackends().join(', ') }));
}

/** What 32-bit addresses reach: no backend here holds more. */
const MOST_WEIGHT_BYTES = 2 ** 32;

/** Why weights are not even made: no backend could hold them. */
function seedingProblem(network: FlatNetwork, limit = MOST_WEIGHT_BYTES): Problem | undefined {
  const specs = weightHolders(network).flatMap(({ id, step: { weights } }) =>
    weights.map(({ dims }) => ({ id, bytes: 4 * elementCount(dims) })),
  );
  const bytes = specs.reduce((sum, spec) => sum + spec.bytes, 0);
  if (bytes <= limit) return undefined;
  const largest = specs.reduce((most, spec) => (spec.bytes > most.bytes ? spec : most));
  const mebibytes = (count: number): string => `${Math.ceil(count / 2 ** 20).toLocaleString('en')} MiB`;
  return say.at({ node: largest.id }, 'memory-exceeded', {
    bytes: mebibytes(bytes),
    limit: mebibytes(limit),
  });
}

function weightProblem({ steps }: FlatNetwork, weights: WeightStore | StoredWeights): Problem | undefined {
  for (const { id, weights: specs } of steps) {
    for (const { name, dims } of specs) {
      const given = weights[id]?.[name];
      if (given && sameDims(given.dims, dims)) continue;
      const found = given ? say.part('of-shape', { dims: formatDims(given.dims) }) : say.part('missing');
      return say.at({ node: id }, 'weights-do-not-fit', { name, id, dims: formatDims(dims), found });
    }
  }
  return undefined;
}

/** What was fed under a name, and no more than that: inputs may be called what every object has. */
function own(feeds: Readonly<Record<string, FloatTensor>>, id: string): FloatTensor | undefined {
  return Object.hasOwn(feeds, id) ? feeds[id] : undefined;
}

function feedProblem(
  { steps, inputs }: FlatNetwork,
  feeds: Readonly<Record<string, FloatTensor>>,
): Problem | undefined {
  const names = inputs.map((step) => steps[step]!.id);
  for (const step of inputs) {
    const { id, outputDims } = steps[step]!;
    const fed = own(feeds, id);
    const wanted = outputDims[0]!;
    if (fed?.data instanceof Float32Array && sameDims(fed.dims, wanted)) continue;
    return fed
      ? say.at({ node: id }, 'feed-does-not-fit', {
          id,
          wanted: formatDims(wanted),
          dims: formatDims(fed.dims),
          type: fed.type,
        })
      : say.at({ node: id }, 'feed-does-not-fit:missing', { id, wanted: formatDims(wanted) });
  }
  const stranger = Object.keys(feeds).find((name) => !names.includes(name));
  if (stranger === undefined) return undefined;
  return say.at({}, 'feed-unknown', { stranger, names: names.join(', ') });
}
