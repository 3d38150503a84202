import type { OpenRows } from '../analysis/row-axis.ts';
import { type Dims, sameDims } from '../base/dims.ts';
import type { Problem, Result } from '../base/problem.ts';
import { messages } from '../base/problem.ts';
import { type FloatTensor, Tensor, type TensorType } from '../base/tensor.ts';
import { decodeModel } from '../formats/onnx/decode.ts';
import { importOnnx, type OnnxImportOptions } from '../formats/onnx/import.ts';
import { elementTypeName, type OnnxModel } from '../formats/onnx/model.ts';
import { isOpen } from '../formats/onnx/open-axes.ts';
import type { OnnxImport } from '../formats/onnx/opened-model.ts';
import type { ByteSource } from '../formats/weights/source.ts';
import { type LoadProgress, watched } from '../formats/weights/store.ts';
import type { Design, NodeId } from '../graph/design.ts';
import { rowsThatCount } from '../layers/non-max-suppression.ts';
import type { RunOptions, RunResult } from '../runtime/backend.ts';
import { copied, feedsProblem, optionsProblem } from '../runtime/checks.ts';
import { alreadyReleased, RunError } from '../runtime/run-error.ts';
import { DesignSession, type SessionOptions } from '../runtime/session.ts';
import { stopIfAborted, Turns, unlessAborted } from '../runtime/turn.ts';
import { cutRows, openRows } from './open-rows.ts';

export const say = messages('models/open-model', {
  'feed-does-not-fit': [
    'The input "{{name}}" was not fed.',
    'Feed a tensor under that name; the model leaves its shape open.',
  ],
  'feed-unknown': ['The network has no input "{{name}}".', 'Its inputs are: {{known}}.'],
});

/** How a model is opened and run. */
export interface ModelOptions extends SessionOptions {
  readonly openExternal?: OnnxImportOptions['openExternal'];
  /** Values of the graph to use in the place of what the file computes; by name. */
  readonly fixed?: Feeds;
  /** Structures that blocks stand for are run, and told of, as blocks. */
  readonly fold?: boolean;
  readonly onLoad?: (progress: LoadProgress) => void;
}

/** A tensor of any element type. */
export type AnyTensor = Tensor<TensorType>;
/** Tensors by the names of the inputs, the batch axis included. */
export type Feeds = Readonly<Record<string, AnyTensor>>;

/**
 * An ONNX model ready to run, with the face of onnxruntime's session: names are those of the file. Inputs that decide
 * shapes or weights may be fed too; the network is then made anew when their values change.
 */
export interface ModelSession {
  /** In the order of the file. */
  readonly inputNames: readonly string[];
  /** In the order of the file. */
  readonly outputNames: readonly string[];
  /** The element types that the file states for outputs which are not float32. */
  readonly outputTypes: ReadonlyMap<string, TensorType>;
  /** The backend that runs it, or will. */
  readonly backend: string;
  /**
   * Outputs by name, in float32. Rejects with a RunError when a feed is missing or does not fit, with a RunCancelled
   * when it was cancelled.
   */
  run(feeds: Feeds, options?: RunOptions): Promise<Readonly<Record<string, FloatTensor>>>;
  /** As `run`, with the time that it took and, when asked for, the profile. */
  execute(feeds: Feeds, options?: RunOptions): Promise<RunResult>;
  /** Lets memory, threads and the file go. */
  release(): Promise<void>;
}

interface Prepared {
  readonly key: string;
  readonly model: OnnxImport;
  /** Undefined where every output is empty, so that there is nothing to run. */
  readonly session: DesignSession | undefined;
  /** Numbers of samples, as keys of what was fed, of which the file makes the very same network. */
  readonly alike: Set<string>;
  readonly rows: ReadonlyMap<NodeId, OpenRows>;
}

/** Rejects with a RunError when the file cannot be taken; its `problems` are all told. */
export async function openModel(source: ByteSource, options: ModelOptions = {}): Promise<ModelSession> {
  const probe = await importOnnx(source, imported(options));
  const { model } = await decodeModel(source);
  if (probe.ok) {
    const { inputs, outputs, empty, elementTypes } = probe.value;
    const prepared = await prepare(probe.value, '', options);
    const names = [...elementTypes.keys()];
    const outputNames = names.filter((name) => outputs.has(name) || empty.outputs.has(name));
    const face = {
      inputNames: names.filter((name) => inputs.has(name) || empty.inputs.has(name)),
      outputNames,
      outputTypes: statedTypes(outputNames, elementTypes),
    };
    return new OpenedModel(source, options, { ...face, anyBatch: leavesBatchOpen(model) }, [], prepared);
  }
  const needed = probe.problems.flatMap(({ code, where }) =>
    code === 'input-must-be-known' ? [where.path ?? ''] : [],
  );
  const told = probe.problems.filter(({ code }) => !toldByFeeds.has(code));
  if (told.length > 0) throw new ModelError(told);
  const stored = new Set(model.initializers.map(({ name }) => name));
  const face = {
    inputNames: model.inputs.map(({ name }) => name).filter((name) => !stored.has(name)),
    outputNames: model.outputs.map(({ name }) => name),
    outputTypes: statedTypes(
      model.outputs.map(({ name }) => name),
      new Map(model.outputs.map(({ name, type }) => [name, type])),
    ),
  };
  return new OpenedModel(source, options, { ...face, anyBatch: leavesBatchOpen(model) }, needed, undefined);
}

/** Whether the file takes any number of samples by its own word. */
function leavesBatchOpen({ inputs }: OnnxModel): boolean {
  return inputs.some(({ dims }) => dims === undefined || (dims.length > 0 && isOpen(dims[0]!)));
}

/** What a model leaves open until something is fed. */
const toldByFeeds: ReadonlySet<string> = new Set([
  'input-must-be-known',
  'input-axis-open',
  'input-without-shape',
]);

/** Shapes that a session is ready for at a time; the one that was wanted the longest ago is let go. */
const MOST_PREPARED = 4;

/** ONNX's names of element types where they are not the tensors' own. */
const otherNames: Readonly<Record<string, TensorType>> = { float: 'float32', double: 'float64' };
const tensorTypes = [
  'float64',
  'float16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'int16',
  'uint16',
  'int8',
  'uint8',
  'bool',
] as const satisfies readonly TensorType[];

/** The types that the file states, where they are others than what the engine computes in. */
function statedTypes(
  names: Iterable<string>,
  types: ReadonlyMap<string, number>,
): ReadonlyMap<string, TensorType> {
  return new Map(
    [...names].flatMap((name) => {
      const stated = elementTypeName(types.get(name) ?? 0);
      const type = tensorTypes.find((known) => known === (otherNames[stated] ?? stated));
      return type === undefined ? [] : [[name, type] as const];
    }),
  );
}

/** All that is wrong with a model. */
export class ModelError extends RunError {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems[0]!);
    this.problems = problems;
  }
}

interface Face extends Pick<ModelSession, 'inputNames' | 'outputNames' | 'outputTypes'> {
  readonly anyBatch: boolean;
}

class OpenedModel implements ModelSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly outputTypes: ReadonlyMap<string, TensorType>;
  readonly #source: ByteSource;
  readonly #options: ModelOptions;
  readonly #anyBatch: boolean;
  readonly #turns = new Turns();
  #needed: readonly string[];
  /** The one that ran last is the last. */
  #prepared: readonly Prepared[];
  #released = false;

  constructor(
    source: ByteSource,
    options: ModelOptions,
    { inputNames, outputNames, outputTypes, anyBatch }: Face,
    needed: readonly string[],
    prepared: Prepared | undefined,
  ) {
    this.#source = source;
    this.#options = options;
    this.inputNames = inputNames;
    this.outputNames = outputNames;
    this.outputTypes = outputTypes;
    this.#anyBatch = anyBatch;
    this.#needed = needed;
    this.#prepared = prepared ? [prepared] : [];
  }

  get backend(): string {
    return this.#prepared.at(-1)?.session?.backend ?? this.#options.backend ?? 'auto';
  }

  async run(feeds: Feeds, options: RunOptions = {}): Promise<Readonly<Record<string, FloatTensor>>> {
    return (await this.execute(feeds, options)).outputs;
  }

  /** Runs take turns, whatever their shapes; what is fed is taken as it is when this is called. */
  async execute(feeds: Feeds, options: RunOptions = {}): Promise<RunResult> {
    const problem = feedsProblem(feeds) ?? optionsProblem(options);
    if (problem) throw new RunError(problem);
    const stranger = Object.keys(feeds).find((name) => !this.inputNames.includes(name));
    if (stranger !== undefined) throw new RunError(unknownFeed(stranger, this.inputNames));
    const own = copied(feeds);
    return unlessAborted(
      this.#turns.take(() => this.#runNow(own, options)),
      options.signal,
    );
  }

  async #runNow(feeds: Feeds, options: RunOptions): Promise<RunResult> {
    stopIfAborted(options.signal);
    this.#mustBeAlive();
    const { model, session, rows } = await this.#ready(feeds);
    this.#mustBeAlive();
    const renamed = [...model.inputs].flatMap(([name, id]) =>
      Object.hasOwn(feeds, name) ? [[id, feeds[name]!.toFloat()] as const] : [],
    );
    const tellers = new Set([...model.outputs.values()].flatMap((id) => rows.get(id)?.teller ?? []));
    const also = [...(options.also ?? []), ...tellers];
    const result = session
      ? await session.execute(Object.fromEntries(renamed), tellers.size > 0 ? { ...options, also } : options)
      : { outputs: {} as Record<string, FloatTensor>, milliseconds: 0 };
    const computed = [...model.outputs].map(([name, id]) => {
      const [y, open] = [result.outputs[id]!, rows.get(id)];
      if (!open) return [name, y] as const;
      const [count = 0] = rowsThatCount(result.outputs[open.teller]!).dims;
      return [name, cutRows(y, open.axis, count)] as const;
    });
    const empty = [...model.empty.outputs].map(([name, dims]) => [name, Tensor.zeros(dims)] as const);
    return { ...result, outputs: Object.fromEntries([...computed, ...empty]) };
  }

  #mustBeAlive(): void {
    if (this.#released) throw new RunError(alreadyReleased());
  }

  async release(): Promise<void> {
    this.#released = true;
    await Promise.all(this.#prepared.map(({ session }) => session?.release()));
  }

  /** The network for these feeds: another one when shapes or values that decide shapes change. */
  async #ready(feeds: Feeds): Promise<Prepared> {
    for (;;) {
      const fixed = Object.fromEntries(
        this.#needed.flatMap((name) => (feeds[name] ? [[name, feeds[name]]] : [])),
      );
      const key = keyOf(fixed, feeds);
      const fitting = this.#prepared.filter(
        (each) => (each.key === '' || each.key === key) && fits(each, feeds),
      );
      const known = fitting.find((each) => !this.#anyBatch || each.alike.has(key) || isOfOne(each, feeds));
      if (known) return this.#use(known);
      const inputDims: Record<string, Dims> = {};
      for (const [name, { dims }] of Object.entries(feeds)) inputDims[name] = dims;
      const result: Result<OnnxImport> = await importOnnx(this.#source, {
        ...imported(this.#options),
        fixed: { ...this.#options.fixed, ...fixed },
        inputDims,
      });
      const [other] = fitting;
      if (other && (!result.ok || sameNetwork(result.value.design, other.model.design))) {
        other.alike.add(key);
        return this.#use(other);
      }
      if (result.ok) {
        const [oldest, ...others] = this.#prepared;
        if (this.#prepared.length >= MOST_PREPARED) {
          this.#prepared = others;
          await oldest?.session?.release();
        }
        const made = await prepare(result.value, key, this.#options);
        this.#prepared = [...this.#prepared, made];
        if (this.#released) await made.session?.release();
        return made;
      }
      const more = result.problems.flatMap(({ code, where }) =>
        code === 'input-must-be-known' && where.path !== undefined ? [where.path] : [],
      );
      const unfed = this.inputNames.find((name) => !feeds[name]);
      if (unfed !== undefined && result.problems.every(({ code }) => toldByFeeds.has(code)))
        throw new RunError(notFed(unfed));
      const fed = more.filter((name) => feeds[name] && !this.#needed.includes(name));
      if (fed.length < result.problems.length) throw new ModelError(result.problems);
      this.#needed = [...this.#needed, ...fed];
    }
  }

  #use(ready: Prepared): Prepared {
    this.#prepared = [...this.#prepared.filter((each) => each !== ready), ready];
    return ready;
  }
}

/** Whether each tensor that is fed holds one sample, as a file is opened where it leaves their number open. */
function isOfOne({ key, model }: Prepared, feeds: Feeds): boolean {
  if (key !== '') return false;
  return [...model.inputs].every(([name, id]) => {
    const { batched } = model.design.nodes[id]!.params;
    return batched !== true || (feeds[name]?.dims[0] ?? 1) === 1;
  });
}

/**
 * Whether a file makes one network of two numbers of samples. It does not where it works a shape or a number out from
 * how many there are, such as a class token that is expanded to all of them.
 */
function sameNetwork(a: Design, b: Design): boolean {
  return JSON.stringify([a.nodes, a.wires]) === JSON.stringify([b.nodes, b.wires]);
}

/** Whether every fed tensor has the dims that a prepared network takes, the batch apart. */
function fits({ model }: Prepared, feeds: Feeds): boolean {
  for (const [name, dims] of model.empty.inputs) {
    const fed = feeds[name];
    if (fed && !sameDims(fed.dims, dims)) return false;
  }
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

function notFed(name: string): Problem {
  return say.at({ path: name }, 'feed-does-not-fit', { name });
}

function imported({ openExternal, fixed, fold }: ModelOptions): OnnxImportOptions {
  return {
    allowEmpty: true,
    exactShapes: true,
    ...(openExternal ? { openExternal } : {}),
    ...(fixed ? { fixed } : {}),
    ...(fold === undefined ? {} : { fold }),
  };
}

function keyOf(fixed: Feeds, feeds: Feeds): string {
  const values = Object.entries(fixed).map(([name, { data }]) => `${name}=${data.join(',')}`);
  const dims = Object.entries(feeds).map(([name, tensor]) => `${name}:${tensor.dims.join('x')}`);
  return [...values, ...dims].join(';') || 'fed';
}

function unknownFeed(name: string, known: readonly string[]): Problem {
  return say.at({ path: name }, 'feed-unknown', { name, known: known.join(', ') });
}

async function prepare(model: OnnxImport, key: string, options: ModelOptions): Promise<Prepared> {
  const alike = new Set([key]);
  const { rows, problems } = openRows(model.design);
  if (problems.length > 0) throw new ModelError(problems);
  if (model.outputs.size === 0) return { key, model, session: undefined, alike, rows };
  const stored = options.onLoad ? watched(model.weights, options.onLoad) : model.weights;
  const session = await DesignSession.create(model.design, {
    ...options,
    ...(options.weights ? {} : { stored }),
  });
  return { key, model, session, alike, rows };
}
