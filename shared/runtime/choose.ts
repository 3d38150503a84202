import type { FlatNetwork } from '../analysis/flatten.ts';
import type { Phrase } from '../base/messages.ts';
import type { Problem } from '../base/problem.ts';
import { messages } from '../base/problem.ts';
import { Tensor } from '../base/tensor.ts';
import type {
  Availability,
  Backend,
  BackendChoice,
  Executable,
  PrepareOptions,
  RunOptions,
  RunResult,
  WeightStore,
} from './backend.ts';
import { RunError } from './run-error.ts';

export const say = messages('runtime/choose', {
  'backend-unavailable': ['No backend here can run networks.', 'Reload the program.'],
  auto: 'the fastest here, measured once per design',
  measured: 'measured here: {{times}}',
  'not-tried': '{{backend}} was not tried: {{reason}}',
  'cannot-run': '{{backend}} cannot run it: {{reason}}',
  'fell-back': 'fell back: {{reason}}',
  both: '{{first}}; {{second}}',
  'only-one': 'it is the only backend here',
});

/** A backend that may be chosen, and what speaks against even trying it here. */
export interface Candidate {
  readonly backend: Backend;
  /** Such as "its device is a software rasteriser"; undefined when it is worth a try. */
  readonly objection?: () => Phrase | undefined;
}

/** Where choices are remembered, so that each design is measured once on each computer. */
export interface ChoiceMemory {
  get(key: string): Promise<BackendChoice | undefined>;
  set(key: string, choice: BackendChoice): Promise<void>;
}

export function rememberInMemory(): ChoiceMemory {
  const known = new Map<string, BackendChoice>();
  return {
    get: async (key) => known.get(key),
    async set(key, choice) {
      known.set(key, choice);
    },
  };
}

/** Runs that count when backends are compared; the one before them finds caches cold. */
const MEASURED_RUNS = 2;

/**
 * The backend `auto`: prepares a network on each candidate, runs it on zeros, keeps the fastest and says why. What it
 * found is remembered by the network's layers and extents, whatever the weights. A candidate that cannot prepare the
 * network is passed over; the last problem is thrown when none can.
 */
export function fastestBackend(
  candidates: readonly Candidate[],
  memory: ChoiceMemory = rememberInMemory(),
  now: () => number = () => performance.now(),
): Backend {
  return {
    name: 'auto',
    memoryLimit: candidates.map(({ backend }) => backend.memoryLimit).find((limit) => limit !== undefined),
    describe: (): Availability => ({
      available: candidates.some(({ backend }) => backend.describe?.().available ?? true),
      note: say.part('auto'),
    }),
    async prepare(network, weights, options) {
      const key = fingerprint(network);
      const known = await memory.get(key);
      const remembered = candidates.find(({ backend }) => backend.name === known?.backend);
      if (known && remembered) {
        try {
          return withChoice(await remembered.backend.prepare(network, weights, options), known);
        } catch (error) {
          if (!(error instanceof RunError)) throw error;
        }
      }
      const { executable, choice } = await measure(candidates, network, weights, options, now);
      await memory.set(key, choice);
      return withChoice(executable, choice);
    },
  };
}

interface Trial {
  readonly executable: Executable;
  readonly backend: string;
  readonly milliseconds: number;
}

async function measure(
  candidates: readonly Candidate[],
  network: FlatNetwork,
  weights: WeightStore,
  options: PrepareOptions | undefined,
  now: () => number,
): Promise<{ readonly executable: Executable; readonly choice: BackendChoice }> {
  const passed: Phrase[] = [];
  let best: Trial | undefined;
  let failure: RunError | undefined;
  const compared: string[] = [];
  for (const { backend, objection } of candidates) {
    const reason = best && objection?.();
    if (reason) {
      passed.push(say.part('not-tried', { backend: backend.name, reason }));
      continue;
    }
    try {
      const executable = await backend.prepare(network, weights, options);
      const milliseconds = await timeRuns(executable, network, options, now);
      compared.push(`${backend.name} ${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`);
      if (best && best.milliseconds <= milliseconds) {
        await executable.release();
        continue;
      }
      await best?.executable.release();
      best = { executable, backend: backend.name, milliseconds };
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      failure = error;
      passed.push(say.part('cannot-run', { backend: backend.name, reason: error.problem.told.message }));
    }
  }
  if (!best) throw failure ?? new RunError(nothingToChooseFrom());
  const reasons = [
    ...(compared.length > 1 ? [say.part('measured', { times: compared.join(', ') })] : []),
    ...passed,
  ];
  return { executable: best.executable, choice: { backend: best.backend, why: inOneRow(reasons) } };
}

function inOneRow([first, ...rest]: readonly Phrase[]): Phrase {
  if (!first) return say.part('only-one');
  return rest.reduce((row, second) => say.part('both', { first: row, second }), first);
}

async function timeRuns(
  executable: Executable,
  network: FlatNetwork,
  options: PrepareOptions | undefined,
  now: () => number,
): Promise<number> {
  const feeds = Object.fromEntries(
    network.inputs.map((at) => [network.steps[at]!.id, Tensor.zeros(network.steps[at]!.outputDims[0]!)]),
  );
  const run: RunOptions = options?.signal ? { signal: options.signal } : {};
  await executable.run(feeds, run);
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < MEASURED_RUNS; i++) {
    const began = now();
    await executable.run(feeds, run);
    best = Math.min(best, now() - began);
  }
  return best;
}

function withChoice(executable: Executable, choice: BackendChoice): Executable {
  return {
    get weightBytes() {
      return executable.weightBytes;
    },
    get activationBytes() {
      return executable.activationBytes;
    },
    get threads() {
      return executable.threads;
    },
    get notices() {
      return executable.notices ?? [];
    },
    // A backend that fell back to another knows better what it runs on.
    get choice() {
      return executable.choice ?? choice;
    },
    run: (feeds, options) => executable.run(feeds, options),
    release: () => executable.release(),
  };
}

/** The same for networks that take the same time: layers, parameters and extents, but no weights. */
function fingerprint({ steps }: FlatNetwork): string {
  const text = JSON.stringify(
    steps.map(({ kind, params, inputs, outputDims }) => [kind, params, inputs, outputDims]),
  );
  // FNV-1a over 2 × 32 bits: short keys for whoever stores them.
  let low = 0x811c9dc5;
  let high = 0x1000193;
  for (let i = 0; i < text.length; i++) {
    low = Math.imul(low ^ text.charCodeAt(i), 0x01000193);
    high = Math.imul(high ^ text.charCodeAt(i), 0x85ebca6b);
  }
  return `${(high >>> 0).toString(16)}${(low >>> 0).toString(16)}-${steps.length}`;
}

function nothingToChooseFrom(): Problem {
  return say.at({}, 'backend-unavailable');
}

/** Failures that another backend may not share: the device is missing, lost, or too small for the network. */
const DEVICE_FAILURES = [
  'webgpu-unavailable',
  'webgpu-out-of-memory',
  'webgpu-device-lost',
  'webgpu-refused',
  'too-large-for-webgpu',
  'webgl-unavailable',
  'webgl-out-of-memory',
  'webgl-context-lost',
  'too-large-for-webgl',
];

/**
 * `primary` while its device plays along, `secondary` from the moment it does not: with the same result, and a choice
 * that says why.
 */
export function withFallback(primary: Backend, secondary: Backend): Backend {
  return {
    name: primary.name,
    memoryLimit: primary.memoryLimit ?? secondary.memoryLimit,
    ...(primary.describe ? { describe: () => primary.describe!() } : {}),
    async prepare(network, weights, options) {
      try {
        const executable = await primary.prepare(network, weights, options);
        return new FallbackExecutable(executable, secondary, network, weights, options);
      } catch (error) {
        if (!isDeviceFailure(error)) throw error;
        const executable = await secondary.prepare(network, weights, options);
        return withChoice(executable, fallbackChoice(secondary, error.problem));
      }
    },
  };
}

function isDeviceFailure(error: unknown): error is RunError {
  return error instanceof RunError && DEVICE_FAILURES.includes(error.problem.code);
}

function fallbackChoice({ name }: Backend, { told }: Problem): BackendChoice {
  return { backend: name, why: say.part('fell-back', { reason: told.message }) };
}

class FallbackExecutable implements Executable {
  private current: Executable;
  private fallen: BackendChoice | undefined;
  private readonly secondary: Backend;
  private readonly network: FlatNetwork;
  private readonly weights: WeightStore;
  private readonly options: PrepareOptions | undefined;

  constructor(
    primary: Executable,
    secondary: Backend,
    network: FlatNetwork,
    weights: WeightStore,
    options: PrepareOptions | undefined,
  ) {
    this.current = primary;
    this.secondary = secondary;
    this.network = network;
    this.weights = weights;
    this.options = options;
  }

  get weightBytes(): number {
    return this.current.weightBytes;
  }
  get activationBytes(): number {
    return this.current.activationBytes;
  }
  get notices(): readonly Phrase[] {
    return this.current.notices ?? [];
  }
  get choice(): BackendChoice | undefined {
    return this.fallen;
  }
  get threads(): number | undefined {
    return this.current.threads;
  }

  async run(feeds: Parameters<Executable['run']>[0], options?: RunOptions): Promise<RunResult> {
    try {
      return await this.current.run(feeds, options);
    } catch (error) {
      if (this.fallen || !isDeviceFailure(error)) throw error;
      const { threads } = this.options ?? {};
      const next = await this.secondary.prepare(this.network, this.weights, {
        ...(threads === undefined ? {} : { threads }),
        ...(options?.signal ? { signal: options.signal } : {}),
      });
      const lost = this.current;
      this.current = next;
      this.fallen = fallbackChoice(this.secondary, error.problem);
      await lost.release();
      return this.current.run(feeds, options);
    }
  }

  release(): Promise<void> {
    return this.current.release();
  }
}
