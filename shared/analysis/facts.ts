import type { Dims } from '../base/dims.ts';
import type { Problem } from '../base/problem.ts';
import type { Term } from '../base/term.ts';
import type { Fragment } from '../blocks/define.ts';
import type { DesignNode, NodeId } from '../graph/design.ts';
import type { Numbers } from '../graph/number-types.ts';
import type { Topology } from '../graph/topology.ts';
import type { WeightSpec } from '../layers/define.ts';

/** How far one output position sees: in input pixels, the step between neighbours, and where the first one starts. */
export interface ReceptiveField {
  /** [height, width] in pixels of the network's input; Infinity once a layer sees everything. */
  readonly extent: readonly [number, number];
  /** Distance in input pixels between neighbouring outputs. */
  readonly step: readonly [number, number];
  /** Input coordinate of the first output's first pixel; negative when it starts in the padding. */
  readonly start: readonly [number, number];
}

/** Exact counts for one sample. For a block, sums over its inside. */
export interface NodeCost {
  /** Multiply-adds; one multiply-add is one operation. */
  readonly macs: Term;
  /** Bias, normalisation, activation, pooling and element-wise operations. */
  readonly otherOps: Term;
  /** Trained weights. */
  readonly params: Term;
  /** Running statistics, counted apart. */
  readonly statistics: Term;
  /** Numbers that come out, over all outputs. */
  readonly outputElements: number;
}

/** Everything that is inferred about one node. Unknown stays undefined: it is never zero. */
export interface NodeFacts {
  readonly id: NodeId;
  readonly node: DesignNode;
  /** One entry per wired input port, in port order. */
  readonly inputs: readonly (Dims | undefined)[];
  /** By output port name. */
  readonly outputs: Readonly<Record<string, Dims>> | undefined;
  /** Empty for blocks: their weights are their inner nodes'. */
  readonly weights: readonly WeightSpec[];
  /** Undefined where the shape is unknown. */
  readonly cost: NodeCost | undefined;
  /** Undefined where nothing of the input comes in, or a shape before is unknown. */
  readonly reach: ReceptiveField | undefined;
  /** Whether nothing of the network's input comes in, as into a constant. */
  readonly blind: boolean;
  readonly problems: readonly Problem[];
  /** For a block: its inner nodes, ids as `block/inner`. */
  readonly inside: readonly NodeFacts[] | undefined;
  /** How those are wired: the same nodes in the same order. Known where `inside` is. */
  readonly fragment: Fragment | undefined;
}

/** Sums over a whole design. Counts are for one sample; what is unknown is left out and counted in `unknown`. */
export interface Totals {
  /** Multiply-adds; one multiply-add is one operation. */
  readonly macs: number;
  /** Bias, normalisation, activation, pooling and element-wise operations. */
  readonly otherOps: number;
  /** Trained weights; shared ones once. */
  readonly params: number;
  /** Running means and variances. */
  readonly statistics: number;
  /** Sum over layers. */
  readonly outputElements: number;
  /** Of all layers' outputs, for one sample, by the type of the activations. */
  readonly outputBytes: number;
  /** Of parameters and statistics, by the type of the weights. */
  readonly weightBytes: number;
  /** Largest sum of live activations while running layer by layer: for the batch, by the type of the activations. */
  readonly peakBytes: number;
  /** Activations and their gradients kept for a training step, plus weights, gradients and optimiser state; for the batch, SGD with momentum. */
  readonly trainingBytes: number;
  /** What bytes are counted by, and the samples that memory is told for. */
  readonly numbers: Numbers;
  /** Samples that memory is told for. */
  readonly batch: number;
  /** Number of layers with weights along the longest path: the depth in a network's name. */
  readonly depth: number;
  /** Nodes after blocks are expanded. */
  readonly layers: number;
  /** Nodes whose cost is unknown, because of a problem there or upstream. */
  readonly unknown: number;
}

/** All that follows from a design: facts of every node, totals, and what is wrong. */
export interface Analysis {
  /** Of every node of the design, in its order. */
  readonly facts: ReadonlyMap<NodeId, NodeFacts>;
  /** Topological; nodes on a cycle are left out of it and carry a problem. */
  readonly order: readonly NodeId[];
  readonly topology: Topology;
  /** Of the wiring and of all nodes, those inside blocks included. */
  readonly problems: readonly Problem[];
  readonly totals: Totals;
  /** How many nodes the last update had to work out anew. */
  readonly recomputed: number;
}
