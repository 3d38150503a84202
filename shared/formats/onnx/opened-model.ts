import type { Dims } from '../../base/dims.ts';
import type { Problem } from '../../base/problem.ts';
import type { Design, NodeId, PortRef } from '../../graph/design.ts';
import type { LazyWeights } from '../weights/store.ts';

/** Inputs and outputs of the graph that have no elements, and so no place in the design. */
export interface EmptyTensors {
  readonly inputs: ReadonlyMap<string, Dims>;
  readonly outputs: ReadonlyMap<string, Dims>;
}

/** A model opened: its weights still lie in the file. */
export interface OnnxImport {
  /** Blocks folded where they are known. */
  readonly design: Design;
  /** By node and name, read when they are asked for. */
  readonly weights: LazyWeights;
  /** Graph inputs that must be fed, with the ids of their Input nodes. */
  readonly inputs: ReadonlyMap<string, NodeId>;
  /** Graph outputs, with the ids of their Output nodes. */
  readonly outputs: ReadonlyMap<string, NodeId>;
  /** Where each value of the graph is found in the design; constants and what lies inside blocks are left out. */
  readonly values: ReadonlyMap<string, PortRef>;
  /** The shapes of those constants. */
  readonly constants: ReadonlyMap<string, Dims>;
  readonly empty: EmptyTensors;
  /** Element types of inputs and outputs, as the file states them. */
  readonly elementTypes: ReadonlyMap<string, number>;
  /** The version of ONNX's operators that the model is written in. */
  readonly opset: number;
  /** The program that wrote it, by its own word; empty where it does not say. */
  readonly producer: string;
  /** Weights in the file, in elements. */
  readonly weightElements: number;
  /** What was left out without a loss, to be told. */
  readonly remarks: readonly Problem[];
}
