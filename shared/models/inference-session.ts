import { messages } from '../base/problem.ts';
import { Tensor, type TensorType } from '../base/tensor.ts';
import { readSpec } from '../formats/spec/read.ts';
import { type ByteSource, bytesSource } from '../formats/weights/source.ts';
import type { Design } from '../graph/design.ts';
import type { WeightType } from '../graph/number-types.ts';
import type { RunOptions, RunResult } from '../runtime/backend.ts';
import { describe, feedsProblem, optionsProblem } from '../runtime/checks.ts';
import { RunError } from '../runtime/run-error.ts';
import {
  availableBackends,
  type BackendName,
  type SessionOptions as DesignOptions,
  DesignSession,
} from '../runtime/session.ts';
import { type Feeds, ModelError, type ModelOptions, openModel } from './open-model.ts';

export const say = messages('models/inference-session', {
  'paths-unavailable': [
    '"{{path}}" cannot be opened: there are no files here.',
    'Fetch the model and give its bytes.',
  ],
  'outputs-unreadable': [
    'What is to be fetched is {{given}}, which names no outputs.',
    'Give a list of names, or leave it out for all outputs.',
  ],
  'output-unknown': ['The network has no output "{{name}}".', 'Its outputs are: {{known}}.'],
});

/** A file of a model, and those beside it that it may ask for. */
export interface OpenedPath {
  readonly source: ByteSource;
  readonly openExternal?: ModelOptions['openExternal'];
  close(): Promise<void>;
}

let openPath: ((path: string) => Promise<OpenedPath>) | undefined;

/** Lets sessions open paths; who knows the platform's files calls this once at start. */
export function registerPathOpener(opener: (path: string) => Promise<OpenedPath>): void {
  openPath = opener;
}

/** Settings that scripts written for onnxruntime make before they create a session. */
export const env: { wasm: { numThreads?: number } } = { wasm: {} };

/** How a session is made, by our names and by onnxruntime's. */
export interface InferenceOptions extends Omit<DesignOptions, 'weights'> {
  /** Complete weights for a design; or how the model's own are kept, which is the same as `weightType`. */
  readonly weights?: DesignOptions['weights'] | WeightType;
  /** As onnxruntime names it; the same as `threads`. */
  readonly intraOpNumThreads?: number;
  /** As onnxruntime names them, the first that is here is taken; `backend` goes before it. */
  readonly executionProviders?: readonly (string | { readonly name: string })[];
  /** Called while weights are read. */
  readonly onLoad?: ModelOptions['onLoad'];
}

/** What both kinds of session can do, under the names of the file or of the design. */
interface Running {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly backend: string;
  readonly outputTypes: ReadonlyMap<string, TensorType>;
  execute(feeds: Feeds, options: RunOptions): Promise<RunResult>;
  release(): Promise<void>;
}

/** Names of outputs that are wanted; values are not looked at. */
export type Fetches = readonly string[] | Readonly<Record<string, unknown>>;

const backendOf: Readonly<Record<string, BackendName>> = {
  cpu: 'cpu',
  wasm: 'cpu',
  webgl: 'webgl',
  webgpu: 'webgpu',
  webnn: 'webgl',
};

/**
 * A network ready to run, with the face of onnxruntime's: `create`, `inputNames`, `outputNames`, `run`, `release`. The
 * model is an ONNX file as bytes or by its path, a spec by its path, or a design. Tensors carry the batch axis.
 */
export class InferenceSession {
  readonly #running: Running;
  /** In the order of the model. */
  readonly inputNames: readonly string[];
  /** In the order of the model. */
  readonly outputNames: readonly string[];

  private constructor(running: Running) {
    this.#running = running;
    this.inputNames = running.inputNames;
    this.outputNames = running.outputNames;
  }

  /** Rejects with a RunError when the model cannot be taken, weights do not fit, or the backend is not there. */
  static async create(
    model: Uint8Array | ArrayBufferLike | string | Design,
    options: InferenceOptions = {},
  ): Promise<InferenceSession> {
    const settings = settingsOf(options);
    if (typeof model === 'string') return new InferenceSession(await ofPath(model, settings));
    if (model instanceof Uint8Array) return new InferenceSession(await ofModel(bytesSource(model), settings));
    if ('byteLength' in model)
      return new InferenceSession(await ofModel(bytesSource(new Uint8Array(model)), settings));
    return new InferenceSession(await ofDesign(model, settings));
  }

  /** Runs the network; resolves to the outputs by name, all or those fetched. */
  run(feeds: Feeds, options?: RunOptions): Promise<Readonly<Record<string, Tensor<TensorType>>>>;
  run(
    feeds: Feeds,
    fetches: Fetches,
    options?: RunOptions,
  ): Promise<Readonly<Record<string, Tensor<TensorType>>>>;
  async run(
    feeds: Feeds,
    second: Fetches | RunOptions = {},
    third?: RunOptions,
  ): Promise<Readonly<Record<string, Tensor<TensorType>>>> {
    if (typeof second !== 'object' || second === null)
      throw new RunError(say.at({}, 'outputs-unreadable', { given: describe(second) }));
    const fetched = namesOf(second, this.outputNames);
    const options = third ?? (fetched ? {} : (second as RunOptions));
    const problem = optionsProblem(options);
    if (problem) throw new RunError(problem);
    const known = [...this.outputNames, ...(options.also ?? [])];
    const stranger = fetched?.find((name) => !known.includes(name));
    if (stranger !== undefined) throw new RunError(unknownOutput(String(stranger), this.outputNames));
    const { outputs } = await this.#running.execute(feeds, options);
    const names = fetched ?? Object.keys(outputs);
    return Object.fromEntries(
      names.map((name) => [name, typed(outputs[name]!, this.#running.outputTypes.get(name))]),
    );
  }

  /** As `run`, all in float32, with the time that it took and, when asked for, the profile. */
  execute(feeds: Feeds, options: RunOptions = {}): Promise<RunResult> {
    return this.#running.execute(feeds, options);
  }

  /** The backend that runs it. */
  get backend(): string {
    return this.#running.backend;
  }

  /** Lets memory, threads and the file go; the session cannot run after it. */
  release(): Promise<void> {
    return this.#running.release();
  }
}

type Settings = DesignOptions & Pick<InferenceOptions, 'onLoad'>;

function settingsOf({
  intraOpNumThreads,
  executionProviders,
  weights,
  ...options
}: InferenceOptions): Settings {
  // There, 0 is as many as there are.
  const named = intraOpNumThreads ?? env.wasm.numThreads;
  const threads = options.threads ?? (named === 0 ? undefined : named);
  const here = availableBackends();
  const wanted = executionProviders
    ?.map((provider) => backendOf[typeof provider === 'string' ? provider : provider.name])
    .find((backend) => backend !== undefined && here.includes(backend));
  const backend = options.backend ?? wanted;
  return {
    ...options,
    ...(typeof weights === 'string' ? { weightType: weights } : weights ? { weights } : {}),
    ...(threads === undefined ? {} : { threads }),
    ...(backend ? { backend } : {}),
  };
}

async function ofPath(path: string, options: Settings): Promise<Running> {
  if (!openPath) {
    throw new RunError(say.at({ path }, 'paths-unavailable', { path }));
  }
  const { source, openExternal, close } = await openPath(path);
  try {
    if (/\.json$/i.test(path)) {
      const read = readSpec(new TextDecoder().decode(await source.read(0, source.size)));
      if (!read.ok) throw new ModelError(read.problems);
      await close();
      return await ofDesign(read.value, options);
    }
    const running = await ofModel(source, { ...options, ...(openExternal ? { openExternal } : {}) });
    return {
      ...running,
      release: async () => {
        await running.release();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function ofModel(
  source: ByteSource,
  options: Settings & Pick<ModelOptions, 'openExternal'>,
): Promise<Running> {
  const session = await openModel(source, options);
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    backend: session.backend,
    outputTypes: session.outputTypes,
    execute: (feeds, run) => session.execute(feeds, run),
    release: () => session.release(),
  };
}

async function ofDesign(design: Design, options: Settings): Promise<Running> {
  const session = await DesignSession.create(design, options);
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    backend: session.backend,
    outputTypes: new Map(),
    execute: async (feeds, run) => {
      const problem = feedsProblem(feeds);
      if (problem) throw new RunError(problem);
      const floats = Object.entries(feeds).map(([name, tensor]) => [name, tensor.toFloat()] as const);
      return session.execute(Object.fromEntries(floats), run);
    },
    release: () => session.release(),
  };
}

/** The outputs asked for; undefined where the argument is no choice of outputs. */
function namesOf(given: Fetches | RunOptions, known: readonly string[]): readonly string[] | undefined {
  if (Array.isArray(given)) return given as readonly string[];
  const names = Object.keys(given);
  return names.length > 0 && names.every((name) => known.includes(name)) ? names : undefined;
}

function unknownOutput(name: string, known: readonly string[]) {
  return say.at({ path: name }, 'output-unknown', { name, known: known.join(', ') });
}

/** The engine computes in float32; what the file says is of another type leaves it as that. */
function typed(tensor: Tensor<'float32'>, type: TensorType = 'float32'): Tensor<TensorType> {
  if (type === 'float32') return tensor;
  const whole = type.startsWith('int') || type.startsWith('uint');
  // Integers leave out what is behind the point, as ONNX says.
  const data = whole ? Array.from(tensor.data, (x) => (Number.isFinite(x) ? Math.trunc(x) : 0)) : tensor.data;
  return new Tensor(type, Array.from(data), tensor.dims);
}
