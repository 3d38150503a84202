/**
 * Netwright's engine as a library: open and write designs, analyse them, hold them against rules and budgets, compare
 * them, and run them. Needs neither DOM nor Node.
 */
import { analyze } from './analysis/analyze.ts';
import { type Comparison, compare as compareAnalyses } from './analysis/compare.ts';
import type { Analysis } from './analysis/facts.ts';
import { leavesOf } from './analysis/leaves.ts';
import { type OrderedLeaves, orderLeaves } from './analysis/order.ts';
import type { Problem, Result } from './base/problem.ts';
import { type BudgetReport, checkBudget as checkBudgetOf } from './budget/budget.ts';
import { readSpec, readSpecObject } from './formats/spec/read.ts';
import type { Design } from './graph/design.ts';
import { type LintReport, lint as lintWith } from './lint/run.ts';
import { type BatchUse, largestBatch as largestBatchOf } from './steer/batch.ts';

export { type AnalyzeOptions, type Analyzer, analyze, createAnalyzer } from './analysis/analyze.ts';
export type { Comparison, LayerChange } from './analysis/compare.ts';
export { type Convention, conventions, operations, totalOperations } from './analysis/conventions.ts';
export type { Analysis, NodeCost, NodeFacts, ReceptiveField, Totals } from './analysis/facts.ts';
export type { Dims } from './base/dims.ts';
export type { Problem, Result, Where } from './base/problem.ts';
export { Tensor, type TensorDataByType, type TensorType } from './base/tensor.ts';
export { catalog, type NodeKind } from './blocks/index.ts';
export type { BudgetReport, Gauge } from './budget/budget.ts';
export { importKerasArchive, importKerasHdf5 } from './formats/keras-files/open.ts';
export { exportOnnx } from './formats/onnx/export.ts';
export { importOnnx } from './formats/onnx/import.ts';
export type { OnnxImport } from './formats/onnx/opened-model.ts';
export { specJsonSchema } from './formats/spec/json-schema.ts';
export { writeSpec as writeDesign } from './formats/spec/write.ts';
export { type CostRow, type CostTable, costTable } from './formats/tables/cost-table.ts';
export { costsToCsv } from './formats/tables/csv.ts';
export { importTorchScript } from './formats/torchscript/open.ts';
export { type ByteSource, bytesSource } from './formats/weights/source.ts';
export { loadWeights } from './formats/weights/store.ts';
export {
  type Budget,
  type Design,
  type DesignNode,
  emptyDesign,
  type Limit,
  type LintSettings,
  type NodeId,
  type Quantity,
  type Severity,
  type Wire,
} from './graph/design.ts';
export type { Finding, Fix } from './lint/define.ts';
export { presets } from './lint/presets.ts';
export { rules } from './lint/rules.ts';
export { applySafeFixes, type LintReport, previewFix } from './lint/run.ts';
export {
  env,
  type InferenceOptions,
  InferenceSession,
  registerPathOpener,
} from './models/inference-session.ts';
export { type ModelSession, openModel } from './models/open-model.ts';
export type { RunOptions, RunProgress, RunResult, WeightStore } from './runtime/backend.ts';
export { imageToTensor, type Pixels, preprocessingNamed, preprocessingNames, topK } from './runtime/image.ts';
export { RunCancelled, RunError } from './runtime/run-error.ts';
export {
  availableBackends,
  type BackendName,
  registerBackend,
} from './runtime/session.ts';
export type { Answer, Broken, Point, Turned } from './steer/answers.ts';
export type { BatchUse } from './steer/batch.ts';
export { type FitRequest, type FitResult, fit, type SteerOptions } from './steer/fit.ts';
export { type Aim, type Better, pareto } from './steer/pareto.ts';
export {
  amountOf,
  type Measures,
  type SteerLimit,
  type SteerQuantity,
  steerQuantities,
} from './steer/quantities.ts';
export type { Progress } from './steer/search.ts';
export type { SpaceRequest, Vary } from './steer/space.ts';
export { paretoRows, type SweepResult, type SweepRow, sweep } from './steer/sweep.ts';
export type { Wish } from './steer/wish.ts';
export { type ZooEntry, zoo, zooEntry } from './zoo/index.ts';

/** A spec that could not be read, with every mistake in it. */
export class SpecError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const [first] = problems;
    super(
      first === undefined
        ? 'The spec could not be read.'
        : `${first.where.path ?? '$'}: ${first.message} ${first.hint}`,
    );
    this.name = 'SpecError';
    this.problems = problems;
  }
}

/** Opens a spec given as text or as an object. Throws a SpecError when there is any mistake in it. */
export function openDesign(spec: string | object): Design {
  const result = readDesign(spec);
  if (result.ok) return result.value;
  throw new SpecError(result.problems);
}

/** The same without throwing: the design, or every mistake with its place. */
export function readDesign(spec: string | object): Result<Design> {
  return typeof spec === 'string' ? readSpec(spec) : readSpecObject(spec);
}

/** What the rules that the design's settings switch on have to say. */
export function lint(design: Design, analysis: Analysis = analyze(design)): LintReport {
  return lintWith(design, analysis);
}

/**
 * The order of a design's layers, blocks opened, in which the peak of activation memory is smallest, nothing in place, and
 * the bytes that it saves. `proven` is false where the search met its bound: then it is the best that was found.
 */
export function smallestPeakOrder(design: Design, analysis: Analysis = analyze(design)): MemoryOrder {
  const { leaves, ...rest } = orderLeaves(leavesOf(analysis.topology, analysis.facts), design);
  return { layers: leaves.map(({ facts }) => facts.id), ...rest };
}

/** An order of layers, by their paths. */
export interface MemoryOrder extends Omit<OrderedLeaves, 'leaves'> {
  /** In the order that saves most; those inside blocks as `block/inner`. */
  readonly layers: readonly string[];
}

/**
 * The largest batch of a design that fits in so many bytes, weights among them, in its types of numbers: 0 where not even one
 * sample does, Infinity where nothing in it has a batch.
 */
export function largestBatch(
  design: Design,
  bytes: number,
  use: BatchUse = 'training',
  analysis: Analysis = analyze(design),
): number {
  return largestBatchOf(analysis, bytes, use);
}

/** How a design stands against its budget. */
export function checkBudget(design: Design, analysis: Analysis = analyze(design)): BudgetReport {
  return checkBudgetOf(design, analysis);
}

/** Layers added, removed and changed from one design to another, with what that costs. */
export function compare(before: Design, after: Design): Comparison {
  return compareAnalyses(analyze(before), analyze(after));
}

/** The same by the name that says of what. */
export const compareDesigns = compare;
