import type { Dims } from '../base/dims.ts';
import type { WeightSpec } from '../layers/define.ts';
import type { LayerKind } from '../layers/index.ts';
import type { ParamValues } from '../schema/params.ts';
import type { NodeCost } from './facts.ts';

/** Where a value comes from: an earlier step and its output port index. */
export interface FlatSource {
  readonly step: number;
  readonly output: number;
}

/** One layer, blocks opened and bypassed nodes removed. */
export interface FlatStep {
  /** `conv1`, or `stage2/conv` inside a block. */
  readonly id: string;
  readonly kind: LayerKind;
  readonly params: ParamValues;
  readonly inputs: readonly FlatSource[];
  readonly inputDims: readonly Dims[];
  readonly outputDims: readonly Dims[];
  readonly weights: readonly WeightSpec[];
  readonly cost: NodeCost;
}

/** A whole design as a list of layers in an order in which they can run. */
export interface FlatNetwork {
  readonly steps: readonly FlatStep[];
  /** Indices of `input` and `output` steps. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}
