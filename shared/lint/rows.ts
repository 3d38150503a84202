import type { NodeFacts } from '../analysis/facts.ts';
import type { Dims } from '../base/dims.ts';
import type { LayerKind } from '../layers/index.ts';
import type { ParamValues } from '../schema/params.ts';
import type { Exchange, Row, RowLayer } from './instead.ts';
import {
  isConvolution,
  isDepthwise,
  isElementwise,
  isSum,
  type Network,
  type Residual,
  type Step,
} from './network.ts';

export function rowLayer(kind: LayerKind, params: ParamValues = {}): RowLayer {
  return { kind, params, beside: [] };
}

/** A step of a network as it is, or with other parameters. */
export function layerAt({ facts }: Pick<Step, 'facts'>, params: ParamValues = {}): RowLayer {
  const { node, inputs } = facts;
  const beside = inputs.slice(1).flatMap((dims) => (dims === undefined ? [] : [dims]));
  // Steps are layers: blocks were opened.
  return { kind: node.kind as LayerKind, params: { ...node.params, ...params }, beside };
}

/** What says how many channels a convolution or a fully connected layer gives. */
export function widthOf({ into }: Step, channels: number): ParamValues {
  return into?.length === 2 ? { features: channels } : { channels };
}

/** Nothing where what comes in is not known. */
export function rowFrom(into: Dims | undefined, ...layers: readonly RowLayer[]): readonly Row[] {
  return into === undefined ? [] : [{ into, layers }];
}

/** A step by itself. */
export function rowOf(step: Pick<Step, 'facts'>, params: ParamValues = {}): readonly Row[] {
  return rowFrom(step.facts.inputs[0], layerAt(step, params));
}

/** Layers up to a step that an engine may run as one with it: no more than these are looked at. */
const LONGEST_ROW = 4;

/**
 * A step behind what it works on, back to the last layer with weights: an engine that runs a convolution, its norm and its
 * activation as one is not told that each costs by itself.
 */
export function rowUpTo(step: Step): readonly Step[] {
  const steps = [step];
  for (;;) {
    const first = steps[0]!;
    const [before] = first.before;
    const isWhole = first !== step && first.traits.weighted === true;
    if (isWhole || before === undefined || before.group === 'io' || steps.length >= LONGEST_ROW) return steps;
    if (before.into === undefined) return steps;
    steps.unshift(before);
  }
}

/** Such steps as a row. */
export function rowOfSteps(steps: readonly Step[]): readonly Row[] {
  return rowFrom(steps[0]?.into, ...steps.map((step) => layerAt(step)));
}

/** Steps behind what each works on, and that without them: what they cost an engine that runs them as one with it. */
export function withAndWithout(steps: readonly Step[]): Exchange {
  const behind = steps.map(rowUpTo).filter((row) => row.length > 1);
  return {
    now: behind.flatMap(rowOfSteps),
    kept: behind.flatMap((row) => rowOfSteps(row.slice(0, -1))),
  };
}

/** All that runs in residual blocks. */
export function rowsOfBlocks(blocks: readonly Residual[]): readonly Row[] {
  const steps = blocks.flatMap(({ branch, shortcut, sum }) => [...branch, ...shortcut, sum]);
  return runsOf(steps).flatMap(rowOfSteps);
}

/** Convolutions with so many times the channels, in and out. */
export function widened(steps: readonly Step[], times: number): readonly Row[] {
  return steps.filter(isConvolution).flatMap((step) => {
    const [batch = 1, channels = 1, ...map] = step.into ?? [];
    const into = Math.round(channels * times);
    const wide = { channels: Math.round((step.out?.[1] ?? 1) * times) };
    const params = isDepthwise(step) ? { ...wide, groups: into } : wide;
    return rowFrom([batch, into, ...map], layerAt(step, params));
  });
}

/** A step, and it with a shortcut added to what it gives. */
export function withSum(step: Step): Exchange {
  const sum: RowLayer = { ...rowLayer('add'), beside: step.out === undefined ? [] : [step.out] };
  return { now: rowOf(step), kept: rowFrom(step.into, layerAt(step), sum) };
}

/**
 * Steps as what an engine may run as one: each a layer, and the norms, activations and sums behind it that alone take what
 * it gives. Those are left out that do nothing but bring values in or out, or of whose input nothing is known.
 */
export function runsOf(steps: readonly Step[]): readonly (readonly Step[])[] {
  const runs: Step[][] = [];
  const ending = new Map<Step, Step[]>();
  for (const step of steps) {
    if (step.group === 'io' || step.into === undefined) continue;
    const [before] = step.before;
    const joins = before?.after.length === 1 && (isElementwise(step) || isSum(step));
    const run = joins ? ending.get(before) : undefined;
    if (run && run.length < LONGEST_ROW) run.push(step);
    else runs.push([step]);
    ending.set(step, run && run.at(-1) === step ? run : runs.at(-1)!);
  }
  return runs;
}

/** What of a network runs no more in another, and what runs there that did not before. */
export function exchangeBetween(before: Network, after: Network): Exchange {
  const [gone, come] = [runsOf(before.steps), runsOf(after.steps)];
  // An edit leaves most facts as they were.
  const sameAs = new Map<NodeFacts, readonly Step[]>(come.map((run) => [run[0]!.facts, run]));
  const stays = new Set<readonly Step[]>();
  for (const run of gone) {
    const other = sameAs.get(run[0]!.facts);
    if (!other || other.length !== run.length) continue;
    if (run.some(({ facts }, i) => facts !== other[i]!.facts)) continue;
    stays.add(run).add(other);
  }
  const changed = (runs: typeof gone): readonly Row[] =>
    runs.flatMap((run) => (stays.has(run) ? [] : rowOfSteps(run)));
  const [now, kept] = [changed(gone), changed(come)];
  return { now: lessThose(now, kept), kept: lessThose(kept, now) };
}

/** Rows but for those that the others have as well, each as often as they have it. */
function lessThose(rows: readonly Row[], others: readonly Row[]): readonly Row[] {
  const left = new Map<string, number>();
  for (const other of others) {
    const key = JSON.stringify(other);
    left.set(key, (left.get(key) ?? 0) + 1);
  }
  return rows.filter((row) => {
    const key = JSON.stringify(row);
    const count = left.get(key) ?? 0;
    if (count > 0) left.set(key, count - 1);
    return count === 0;
  });
}
