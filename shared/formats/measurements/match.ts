import type { FlatNetwork } from '../../analysis/flatten.ts';
import { sameDims } from '../../base/dims.ts';
import type { MeasuredRow, Measurement } from './read.ts';

/** A measured row with the layers that it ran, fused where there are several. */
export interface MatchedRow extends MeasuredRow {
  /** Flat node ids in the order in which they run. */
  readonly nodes: readonly string[];
}

export interface MatchedMeasurement {
  readonly matched: readonly MatchedRow[];
  /** Of no layer: what a tool does besides, such as reordering, and names that are not there. */
  readonly unmatched: readonly MeasuredRow[];
  /** Layers that no row tells anything of. */
  readonly unknown: readonly string[];
}

/** Signs by which tools join the names of what they fused: TensorRT's plus, TFLite's list. */
const JOINTS = /\s*\+\s*|\s*\|\|\s*|;/;

/**
 * Finds the layers that each row is of. Names are compared as they are, then as exporters change them (`/layer1/conv/Conv`,
 * `layer1.conv`, `[layer1/conv]:12`). A layer that no row names was fused into one that is named:
 * onnxruntime calls what it fused by the last layer, TFLite by the first. Times are never divided, and so sums stay what they were.
 */
export function matchMeasurement(network: FlatNetwork, { rows }: Measurement): MatchedMeasurement {
  const steps = network.steps;
  const places = new Map<string, number>();
  for (const [at, { id }] of steps.entries())
    for (const name of namesOf(id)) if (!places.has(name)) places.set(name, at);
  const owner = new Int32Array(steps.length).fill(-1);
  const unmatched: MeasuredRow[] = [];
  const kept: MeasuredRow[] = [];
  for (const row of rows) {
    const named = bare(row.name)
      .split(JOINTS)
      .flatMap((part) => {
        const at = placeOf(part, places);
        return at === undefined || owner[at]! >= 0 ? [] : [at];
      });
    if (named.length === 0) unmatched.push(row);
    else {
      for (const at of named) owner[at] = kept.length;
      kept.push(row);
    }
  }
  takeFused(network, owner);
  const nodes: string[][] = kept.map(() => []);
  const unknown: string[] = [];
  for (const [at, { id, kind }] of steps.entries()) {
    if (owner[at]! >= 0) nodes[owner[at]!]!.push(id);
    else if (kind !== 'input' && kind !== 'output') unknown.push(id);
  }
  return { matched: kept.map((row, i) => ({ ...row, nodes: nodes[i]! })), unmatched, unknown };
}

/**
 * Layers without a row. What changes values in place, such as an activation or a sum, goes with the layer that it reads, if
 * nothing else reads that; all others with the only layer that reads them, from the last on; the rest with what they read.
 */
function takeFused({ steps }: FlatNetwork, owner: Int32Array): void {
  const readers: number[][] = steps.map(() => []);
  for (const [at, { inputs }] of steps.entries())
    for (const { step } of inputs) if (!readers[step]!.includes(at)) readers[step]!.push(at);
  const isEnd = (at: number): boolean => steps[at]!.kind === 'input' || steps[at]!.kind === 'output';
  const takeBack = (only: (at: number) => boolean): void => {
    for (const [at, { inputs }] of steps.entries()) {
      if (owner[at]! >= 0 || isEnd(at) || !only(at)) continue;
      const before = inputs
        .map(({ step }) => step)
        .find((step) => owner[step]! >= 0 && readers[step]!.length === 1);
      if (before !== undefined) owner[at] = owner[before]!;
    }
  };
  takeBack((at) => {
    const { cost, inputDims, outputDims } = steps[at]!;
    return cost.macs.value === 0 && sameDims(inputDims[0]!, outputDims[0]!);
  });
  for (let at = steps.length - 1; at >= 0; at--) {
    if (owner[at]! >= 0 || isEnd(at)) continue;
    const [reader, ...others] = readers[at]!;
    if (reader !== undefined && others.length === 0 && !isEnd(reader)) owner[at] = owner[reader]!;
  }
  takeBack(() => true);
}

/** The names under which tools may know a layer. */
function namesOf(id: string): readonly string[] {
  return [id, plain(id)];
}

/** `/layer1/layer1.0/conv1/Conv` and `layer1.0/conv1` are the same to a reader: what is left are the words. */
function plain(name: string): string {
  return name
    .replaceAll(/[/.:_\s-]+/g, '.')
    .replaceAll(/^\.|\.$/g, '')
    .toLowerCase();
}

/** What TFLite writes around the names of a step's outputs, and the step's number behind. */
function bare(name: string): string {
  return /^\[(.*)\]:\d+$/.exec(name)?.[1] ?? name;
}

/** More parts of a name than this are no name. */
const MOST_PARTS = 64;

function placeOf(name: string, places: ReadonlyMap<string, number>): number | undefined {
  const exact = places.get(name) ?? places.get(plain(name));
  if (exact !== undefined) return exact;
  // An exporter adds the kind at the end, and writes the way to a layer out again at every step.
  const parts = name.split('/').filter((part) => part !== '');
  if (parts.length < 2 || parts.length > MOST_PARTS) return undefined;
  for (const some of [parts.slice(0, -1), parts.slice(1), parts.slice(1, -1)]) {
    const shorter = some.filter((part, i) => !(some[i + 1] ?? '').startsWith(`${part}.`));
    const found = places.get(plain(some.join('/'))) ?? places.get(plain(shorter.join('/')));
    if (found !== undefined) return found;
  }
  return undefined;
}
