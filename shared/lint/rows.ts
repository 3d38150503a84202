import type { Dims } from '../base/dims.ts';
import type { LayerKind } from '../layers/index.ts';
import type { ParamValues } from '../schema/params.ts';
import type { Row, RowLayer } from './instead.ts';
import type { Step } from './network.ts';

export function rowLayer(kind: LayerKind, params: ParamValues = {}): RowLayer {
  return { kind, params, beside: [] };
}

/** A step of a network as it is, or with other parameters. */
export function layerAt({ facts: { node, inputs } }: Step, params: ParamValues = {}): RowLayer {
  const beside = inputs.slice(1).flatMap((dims) => (dims === undefined ? [] : [dims]));
  // Steps are layers: blocks were opened.
  return { kind: node.kind as LayerKind, params: { ...node.params, ...params }, beside };
}

/** Nothing where what comes in is not known. */
export function rowFrom(into: Dims | undefined, ...layers: readonly RowLayer[]): readonly Row[] {
  return into === undefined ? [] : [{ into, layers }];
}

/** A step by itself. */
export function rowOf(step: Step, params: ParamValues = {}): readonly Row[] {
  return rowFrom(step.into, layerAt(step, params));
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
