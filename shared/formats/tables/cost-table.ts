import { type Convention, conventionInfo, operations, totalOperations } from '../../analysis/conventions.ts';
import type { Analysis, NodeFacts } from '../../analysis/facts.ts';
import { type Dims, elementCount, formatSample } from '../../base/dims.ts';
import { inEnglish, type Speech } from '../../base/speech.ts';
import { repeatOf } from '../../blocks/expansion.ts';
import { definitionOf, type NodeKind, titleOf } from '../../blocks/index.ts';
import type { Design, DesignNode, NodeId } from '../../graph/design.ts';
import { bytesOf, type Numbers } from '../../graph/number-types.ts';
import { formatParam } from '../../schema/codec.ts';

/** One line of a cost table. Undefined is unknown, because of a problem there or before it. */
export interface CostRow {
  readonly id: NodeId;
  readonly kind: NodeKind;
  readonly node: DesignNode;
  /** `Conv2d 64, 3×3, 1×1`: the title and the parameters worth showing. */
  readonly layer: string;
  /** Of the first output, one sample. */
  readonly output: Dims | undefined;
  /** Trained weights. */
  readonly params: number | undefined;
  /** Under the table's convention. */
  readonly operations: number | undefined;
  /** For one sample. */
  readonly outputElements: number | undefined;
  /** For one sample, by the type of the activations. */
  readonly outputBytes: number | undefined;
  /** Pixels of the input that one output sees, height and width; Infinity where it sees everything. */
  readonly field: readonly [number, number] | undefined;
  /** Multiply-adds for each byte that is read or written once: inputs, weights and output. */
  readonly intensity: number | undefined;
}

/** What every layer of a design costs, and in all; operations by one convention. */
export interface CostTable {
  readonly name: string;
  readonly convention: Convention;
  /** Of every input, one sample. */
  readonly inputs: readonly Dims[];
  readonly rows: readonly CostRow[];
  /** Counts for one sample; memory in bytes, for `batch` samples. */
  readonly totals: {
    readonly params: number;
    readonly operations: number;
    readonly outputBytes: number;
    readonly weightBytes: number;
    /** For the batch. */
    readonly peakBytes: number;
  };
  /** What bytes are counted by, and the samples that peak memory is told for. */
  readonly numbers: Numbers;
  /** Samples that memory is told for. */
  readonly batch: number;
  /** Rows whose figures are unknown and missing from the totals. */
  readonly unknown: number;
}

/** What a cost table counts by and holds. */
export interface CostTableOptions {
  readonly convention: Convention;
  /** Lists the layers inside blocks instead of the blocks. */
  readonly openBlocks?: boolean;
}

/** What every layer costs, in the order in which they run, and in all. */
export function costTable(design: Design, analysis: Analysis, options: CostTableOptions): CostTable {
  const { convention, openBlocks = false } = options;
  const listed = [...analysis.order, ...Object.keys(design.nodes).filter((id) => !analysis.facts.has(id))]
    .map((id) => analysis.facts.get(id))
    .filter((facts) => facts !== undefined);
  const facts = openBlocks ? listed.flatMap(opened) : listed;
  const { totals } = analysis;
  return {
    name: design.name,
    convention,
    inputs: listed.filter(({ node }) => node.kind === 'input').flatMap((each) => sampleOf(each) ?? []),
    rows: facts
      .filter(({ node }) => node.kind !== 'output')
      .map((each) => rowOf(each, convention, totals.numbers)),
    totals: {
      params: totals.params,
      operations: totalOperations(totals, convention),
      outputBytes: totals.outputBytes,
      weightBytes: totals.weightBytes,
      peakBytes: totals.peakBytes,
    },
    numbers: totals.numbers,
    batch: totals.batch,
    unknown: totals.unknown,
  };
}

/** What the table counts, in one line: every table says so. */
export function captionOf(
  { name, convention, inputs, unknown, numbers, batch }: CostTable,
  { t, tell }: Speech = inEnglish,
): string {
  const input = inputs.map((dims) => formatSample([1, ...dims])).join(tell` and `);
  // What is usual is left unsaid.
  const plain = numbers.weights === 'float32' && numbers.activations === 'float32';
  const types = plain ? '' : tell` Weights in ${numbers.weights}, activations in ${numbers.activations}.`;
  const bytes = `${types}${batch === 1 ? '' : tell` Peak memory for a batch of ${batch}.`}`;
  const missing = unknown === 0 ? '' : tell` ${unknown} of unknown cost are not in the totals.`;
  const { title, doc } = conventionInfo[convention];
  const whole = input === '' ? name : tell`${name}, input ${input}`;
  return `${tell`${whole}. ${t(title)}: ${t(doc)}`}${bytes}${missing}`;
}

function opened(facts: NodeFacts): readonly NodeFacts[] {
  return facts.inside === undefined ? [facts] : facts.inside.flatMap(opened);
}

function rowOf(facts: NodeFacts, convention: Convention, numbers: Numbers): CostRow {
  const { id, node, cost } = facts;
  return {
    id,
    kind: node.kind,
    node,
    layer: layerText(facts),
    output: sampleOf(facts)?.[0],
    params: cost?.params.value,
    operations: cost === undefined ? undefined : operations(cost, convention).value,
    outputElements: cost?.outputElements,
    outputBytes: cost === undefined ? undefined : cost.outputElements * bytesOf(numbers.activations),
    field: facts.reach?.extent,
    intensity: intensityOf(facts, numbers),
  };
}

/** A block's inner maps stay where they are computed or not as the machine likes; what goes in and out does not. */
function intensityOf({ cost, inputs, outputs }: NodeFacts, numbers: Numbers): number | undefined {
  if (cost === undefined || inputs.includes(undefined)) return undefined;
  const moved = [...inputs, ...Object.values(outputs ?? {})];
  const elements = moved.reduce((sum, dims) => sum + (dims ? elementCount(dims) : 0), 0);
  const weights = cost.params.value + cost.statistics.value;
  const bytes = elements * bytesOf(numbers.activations) + weights * bytesOf(numbers.weights);
  return bytes === 0 ? 0 : cost.macs.value / bytes;
}

function layerText({ node }: NodeFacts): string {
  const { headline, params } = definitionOf(node.kind);
  const shown = headline
    .filter((name) => params[name]!.role !== 'repeat')
    .map((name) => formatParam(params[name]!, node.params[name]!));
  const times = repeatOf(node.params) > 1 ? ` ×${repeatOf(node.params)}` : '';
  return `${titleOf(node)}${times}${shown.length === 0 ? '' : ` ${shown.join(', ')}`}${node.bypass === true ? ' (bypassed)' : ''}`;
}

/** The first output without its batch axis, in a list of one; nothing while unknown. */
function sampleOf({ outputs, node }: NodeFacts): readonly [Dims] | undefined {
  const dims = outputs === undefined ? undefined : Object.values(outputs)[0];
  if (dims === undefined) return undefined;
  const batched = node.kind !== 'input' || node.params.batched !== false;
  return [batched && dims.length > 1 ? dims.slice(1) : dims];
}
