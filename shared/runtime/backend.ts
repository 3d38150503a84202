import type { FlatNetwork } from '../analysis/flatten.ts';
import type { Dims } from '../base/dims.ts';
import type { Phrase } from '../base/messages.ts';
import type { FloatTensor } from '../base/tensor.ts';
import type { WeightType } from '../graph/number-types.ts';

/** Weights by `node/…/layer` id and weight name: `weights['stem/conv']['weight']`. */
export type WeightStore = Readonly<Record<string, Readonly<Record<string, FloatTensor>>>>;

/** A weight that lies elsewhere, such as in a file, until a backend takes it. */
export interface StoredWeight {
  readonly dims: Dims;
  load(): Promise<FloatTensor>;
  /** So many elements from the `first` on, where they can be read without the others; in `into`, of that length, if it may be. */
  readonly part?: ((first: number, count: number, into?: Float32Array) => Promise<Float32Array>) | undefined;
}

/** Weights by node and name, as in a WeightStore. */
export type StoredWeights = Readonly<Record<string, Readonly<Record<string, StoredWeight>>>>;

/** How far a run is. */
export interface RunProgress {
  /** Steps done. */
  readonly done: number;
  /** Steps in all. */
  readonly total: number;
  /** Share of the work done, by multiply-adds; 0 to 1. */
  readonly fraction: number;
  /** The node being worked on. */
  readonly node: string;
}

/** What one step of the last run took. */
export interface StepProfile {
  /** Flat node ids that this step computes; more than one when fused. */
  readonly nodes: readonly string[];
  readonly algorithm: string;
  readonly milliseconds: number;
  readonly macs: number;
  readonly bytes: number;
}

/** How one run goes. */
export interface RunOptions {
  /** Cancels the run: it rejects with a RunCancelled. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RunProgress) => void;
  /** Flat node ids whose outputs are wanted besides the network's own. */
  readonly also?: readonly string[];
  /** Set: the result tells what each step took. */
  readonly profile?: boolean;
}

/** What a run gave, and how long it took. */
export interface RunResult {
  /** By output node id, then by the ids asked for in `also`. */
  readonly outputs: Readonly<Record<string, FloatTensor>>;
  /** Of the run, from feeds to outputs. */
  readonly milliseconds: number;
  /** In the order of the steps, where it was asked for. */
  readonly profile?: readonly StepProfile[];
}

/** Which backend runs a network, and why it was chosen. */
export interface BackendChoice {
  readonly backend: string;
  readonly why: Phrase;
}

/** A network made ready on one backend. */
export interface Executable {
  /** There when the backend was chosen among several; changes when a device fails and another backend takes over. */
  readonly choice?: BackendChoice | undefined;
  /** What whoever reads the results ought to know: precision lost, layers that ran elsewhere. */
  readonly notices?: readonly Phrase[];
  /** On how many threads it runs; there when the backend has threads of its own. */
  readonly threads?: number | undefined;
  /** What it holds while it lives, stated before anything was allocated. */
  readonly weightBytes: number;
  readonly activationBytes: number;
  run(feeds: Readonly<Record<string, FloatTensor>>, options?: RunOptions): Promise<RunResult>;
  release(): Promise<void>;
}

/** How a backend makes a network ready. */
export interface PrepareOptions {
  readonly threads?: number;
  /**
   * How weights of fully connected and 1×1 layers are kept: bfloat16 halves the bytes that are read for them, and each of
   * these weights is rounded to 8 significant bits. Backends that keep float32 alone do so.
   */
  readonly weightType?: WeightType;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RunProgress) => void;
}

/** What a backend is here. */
export interface Availability {
  /** False where it cannot run anything. */
  readonly available: boolean;
  /** Its device and what it lacks, or why it is not there; undefined when there is nothing to say. */
  readonly note: Phrase | undefined;
}

/** A way to run networks: the reference, threaded CPU, WebGPU, WebGL. Registered by whoever knows the platform. */
export interface Backend {
  readonly name: string;
  /** Bytes that a network may take here, as far as the backend knows before it sees one. */
  readonly memoryLimit?: number | undefined;
  /** Looks at the platform once, without preparing anything; a backend that does not say is available. */
  describe?(): Availability;
  prepare(network: FlatNetwork, weights: WeightStore, options?: PrepareOptions): Promise<Executable>;
  /** The same with weights that are read as they are needed, anew for another plan, and not kept; not every backend can. */
  prepareStored?(network: FlatNetwork, weights: StoredWeights, options?: PrepareOptions): Promise<Executable>;
}
