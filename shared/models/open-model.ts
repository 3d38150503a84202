import type { Dims } from '../base/dims.ts';
import type { Problem, Result } from '../base/problem.ts';
import { type FloatTensor, Tensor, type TensorType } from '../base/tensor.ts';
import { importOnnx, type OnnxImport, type OnnxImportOptions } from '../formats/onnx/import.ts';
import type { ByteSource } from '../formats/weights/source.ts';
import { type LoadProgress, loadWeights } from '../formats/weights/store.ts';
import { RunError } from '../runtime/run-error.ts';
import { InferenceSession, type SessionOptions } from '../runtime/session.ts';

export interface ModelOptions extends Omit<SessionOptions, 'weights'> {
  readonly openExternal?: OnnxImportOptions['openExternal'];
  /** Values of the graph to use in the place of what the file computes; by name. */
  readonly fixed?: Feeds;
  readonly onLoad?: (progress: LoadProgress) => void;
}

export type AnyTensor = Tensor<TensorType>;
export type Feeds = Readonly<Record<string, AnyTensor>>;

/**
 * An ONNX model ready to run, with the face of onnxruntime's session: names are those of the file. Inputs that decide
 * shapes or weights may be fed too; the network is then made anew when their values change.
 */
export interface ModelSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Feeds): Promise<Readonly<Record<string, FloatTensor>>>;
  release(): Promise<void>;
}

interface Prepared {
  readonly key: string;
  readonly model: OnnxImport;
  readonly session: InferenceSession;
}

/** Rejects with a RunError when the file cannot be taken; its `problems` are all told. */
export async function openModel(source: ByteSource, options: ModelOptions = {}): Promise<ModelSession> {
  const probe = await importOnnx(source, imported(options));
  if (probe.ok) {
    const { inputs, outputs } = probe.value;
    const prepared = await prepare(probe.value, '', options);
    return new OpenedModel(source, options, [...inputs.keys()], [...outputs.keys()], [], prepared);
  }
  const needed = probe.problems.flatMap(({ code, where }) =>
    code === 'input-must-be-known' ? [where.path ?? ''] : [],
  );
  if (needed.length < probe.problems.length) throw new ModelError(probe.problems);
  return new OpenedModel(source, options, [], [], needed, undefined);
}

/** All that is wrong with a model. */
export class ModelError extends RunError {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems[0]!);
    this.problems = problems;
  }
}

class OpenedModel implements ModelSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly #source: ByteSource;
  readonly #options: ModelOptions;
  #needed: readonly string[];
  #prepared: Prepared | undefined;

  constructor(
    source: ByteSource,
    options: ModelOptions,
    inputNames: readonly string[],
    outputNames: readonly string[],
    needed: readonly string[],
    prepared: Prepared | undefined,
  ) {
    this.#source = source;
    this.#options = options;
    this.inputNames = inputNames;
    this.outputNames = outputNames;
    this.#needed = needed;
    this.#prepared = prepared;
  }

  async run(feeds: Feeds): Promise<Readonly<Record<string, FloatTensor>>> {
    const { model, session } = await this.#ready(feeds);
    const renamed: Record<string, FloatTensor> = {};
    for (const [name, id] of model.inputs) {
      const fed = feeds[name];
      if (fed) renamed[id] = asFloat(fed);
    }
    const results = await session.run(renamed);
    return Object.fromEntries([...model.outputs].map(([name, id]) => [name, results[id]!]));
  }

  async release(): Promise<void> {
    await this.#prepared?.session.release();
  }

  /** The network for these feeds: another one when shapes or values that decide shapes change. */
  async #ready(feeds: Feeds): Promise<Prepared> {
    for (;;) {
      const fixed = Object.fromEntries(
        this.#needed.flatMap((name) => (feeds[name] ? [[name, feeds[name]]] : [])),
      );
      const key = keyOf(fixed, feeds);
      if (this.#prepared && (this.#prepared.key === '' || this.#prepared.key === key) && this.#fits(feeds)) {
        return this.#prepared;
      }
      const inputDims: Record<string, Dims> = {};
      for (const [name, { dims }] of Object.entries(feeds)) inputDims[name] = dims;
      const result: Result<OnnxImport> = await importOnnx(this.#source, {
        ...imported(this.#options),
        fixed: { ...this.#options.fixed, ...fixed },
        inputDims,
      });
      if (result.ok) {
        await this.#prepared?.session.release();
        this.#prepared = await prepare(result.value, key, this.#options);
        return this.#prepared;
      }
      const more = result.problems.flatMap(({ code, where }) =>
        code === 'input-must-be-known' && where.path !== undefined ? [where.path] : [],
      );
      const fed = more.filter((name) => feeds[name] && !this.#needed.includes(name));
      if (fed.length < result.problems.length) throw new ModelError(result.problems);
      this.#needed = [...this.#needed, ...fed];
    }
  }

  /** Whether every fed tensor has the dims that the prepared network takes, the batch apart. */
  #fits(feeds: Feeds): boolean {
    const { model } = this.#prepared!;
    for (const [name, id] of model.inputs) {
      const fed = feeds[name];
      const { shape, batched } = model.design.nodes[id]!.params;
      if (!fed) continue;
      const wanted = shape as Dims;
      const given = batched === true ? fed.dims.slice(1) : fed.dims;
      if (given.length !== wanted.length || given.some((extent, i) => extent !== wanted[i])) return false;
    }
    return true;
  }
}

function imported({ openExternal, fixed }: ModelOptions): OnnxImportOptions {
  return { ...(openExternal ? { openExternal } : {}), ...(fixed ? { fixed } : {}) };
}

function keyOf(fixed: Feeds, feeds: Feeds): string {
  const values = Object.entries(fixed).map(([name, { data }]) => `${name}=${data.join(',')}`);
  const dims = Object.entries(feeds).map(([name, tensor]) => `${name}:${tensor.dims.join('x')}`);
  return [...values, ...dims].join(';') || 'fed';
}

function asFloat(tensor: AnyTensor): FloatTensor {
  if (tensor.data instanceof Float32Array) return new Tensor('float32', tensor.data, tensor.dims);
  return new Tensor('float32', Float32Array.from(tensor.data, Number), tensor.dims);
}

async function prepare(model: OnnxImport, key: string, options: ModelOptions): Promise<Prepared> {
  const weights = await loadWeights(model.weights, {
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.onLoad ? { onProgress: options.onLoad } : {}),
  });
  const session = await InferenceSession.create(model.design, { ...options, weights });
  return { key, model, session };
}
