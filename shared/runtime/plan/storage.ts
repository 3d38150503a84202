import type { PhasedGraph, PhasedOp, ValueId } from './graph.ts';
import { mapView } from './graph.ts';
import { LANES } from './tensors.ts';

/** Which value shares whose memory, and at which block of channels. */
export interface Sharing {
  /** The value in whose memory this one lies (itself, for most), and the block of channels where it starts. */
  rootOf(value: ValueId): { readonly root: ValueId; readonly block: number };
  /** Concatenation inputs that must be copied because they could not be written in place: op → input positions. */
  readonly copies: ReadonlyMap<PhasedOp, readonly number[]>;
  /** Operations that do nothing because their output is their input. */
  readonly aliases: ReadonlySet<PhasedOp>;
}

/**
 * Decides which tensors are pieces of others: what is concatenated is computed straight into its place where it starts
 * at a whole block of channels; reshapes that keep the order of memory are the same memory; element-wise operations
 * overwrite an input that nobody reads afterwards.
 */
export function shareMemory(graph: PhasedGraph, kept: ReadonlySet<ValueId>): Sharing {
  const parents = new Map<ValueId, { readonly parent: ValueId; readonly block: number }>();
  const copies = new Map<PhasedOp, readonly number[]>();
  const aliases = new Set<PhasedOp>();
  const parts = new Set<ValueId>();
  const given = new Set(graph.ops.filter(isGiven).map((op) => op.output));

  const rootOf = (value: ValueId): { root: ValueId; block: number } => {
    let root = value;
    let block = 0;
    for (let link = parents.get(root); link; link = parents.get(root)) {
      root = link.parent;
      block += link.block;
    }
    return { root, block };
  };

  for (const op of graph.ops) {
    if (op.kind === 'concat') {
      copies.set(op, placePieces(graph, op, parents, rootOf, given));
      for (const input of op.inputs) parts.add(input);
    } else if (op.kind === 'reshape' && sameOrder(graph, op.inputs[0]!, op.output)) {
      parents.set(op.output, { parent: op.inputs[0]!, block: 0 });
      aliases.add(op);
    }
  }
  overwriteInputs(graph, kept, parents, rootOf, parts);
  return { rootOf, copies, aliases };
}

/** What callers and weights give is written where it stays, and by no step. */
function isGiven({ kind }: PhasedOp): boolean {
  return kind === 'input' || kind === 'constant';
}

type Parents = Map<ValueId, { readonly parent: ValueId; readonly block: number }>;
type RootOf = Sharing['rootOf'];

/** Gives each input of a concatenation its place in the output; returns the positions of those that must be copied. */
function placePieces(
  graph: PhasedGraph,
  op: PhasedOp,
  parents: Parents,
  rootOf: RootOf,
  given: ReadonlySet<ValueId>,
): number[] {
  const copied: number[] = [];
  let channel = 0;
  for (const [position, input] of op.inputs.entries()) {
    const { channels } = mapView(graph.values[input]!);
    const last = position === op.inputs.length - 1;
    const whole = channel % LANES === 0 && (last || channels % LANES === 0);
    const free = !parents.has(input) && !given.has(input) && rootOf(op.output).root !== input;
    if (whole && free) parents.set(input, { parent: op.output, block: channel / LANES });
    else copied.push(position);
    channel += channels;
  }
  return copied;
}

/** Flattening a map of one pixel, or adding axes of 1, moves nothing in memory. */
function sameOrder(graph: PhasedGraph, from: ValueId, to: ValueId): boolean {
  const a = mapView(graph.values[from]!);
  const b = mapView(graph.values[to]!);
  return a.batch === b.batch && a.channels === b.channels && a.height === b.height && a.width === b.width;
}

function overwriteInputs(
  graph: PhasedGraph,
  kept: ReadonlySet<ValueId>,
  parents: Parents,
  rootOf: RootOf,
  parts: ReadonlySet<ValueId>,
): void {
  const lastUse = new Map<ValueId, number>();
  for (const [at, op] of graph.ops.entries()) {
    for (const input of op.inputs) lastUse.set(rootOf(input).root, at);
  }
  const shared = new Set<ValueId>();
  for (const value of graph.values.keys()) {
    const { root } = rootOf(value);
    if (root !== value) shared.add(root);
  }
  const produced = new Set(graph.ops.filter((op) => !isGiven(op)).map((op) => op.output));
  for (const [at, op] of graph.ops.entries()) {
    if (op.kind !== 'activation' && op.kind !== 'binary') continue;
    const input = op.inputs[0]!;
    const simple = produced.has(input) && !kept.has(input) && !parts.has(input) && !parts.has(op.output);
    if (!simple || parents.has(input) || parents.has(op.output) || shared.has(input) || shared.has(op.output))
      continue;
    if (lastUse.get(input) !== at || !sameOrder(graph, input, op.output)) continue;
    if (op.inputs.slice(1).includes(input)) continue;
    parents.set(op.output, { parent: input, block: 0 });
    // The new tenant lives on: nobody may take its memory for dead at `at`.
    const end = lastUse.get(op.output);
    if (end !== undefined) lastUse.set(input, end);
    else lastUse.delete(input);
    shared.add(input);
  }
}
