import { operations } from '../../../shared/analysis/conventions.ts';
import type { NodeFacts } from '../../../shared/analysis/facts.ts';
import type { NodeId } from '../../../shared/graph/design.ts';
import { headlineOf } from '../../cards/headline.ts';
import { short, shortBytes } from '../../parts/format.ts';
import type { AppState } from '../../state/app-state.ts';
import { nodeName } from '../../state/names.ts';
import type { PredictedWhatIf } from '../../state/run/predicted.ts';
import type { WhatIf } from '../../state/what-if.ts';

/** What of a node is told: by the quantity that the strips show, and how its operations are counted. */
export type Told = Pick<AppState, 'heat' | 'convention'>;

/** What is thought of takes the node away. */
export const GOES = '✕';

const ARROW = ' → ';

function costOf({ cost }: NodeFacts, { heat, convention }: Told): number | undefined {
  if (!cost) return undefined;
  switch (heat) {
    case 'macs':
    case 'time':
      return operations(cost, convention).value;
    case 'params':
      return cost.params.value;
    case 'memory':
      return cost.outputElements * 4;
  }
}

/** Old → new, where what is thought of, or being done, moves what a node costs; its time is told by itself. */
export function movedText(
  { before, after }: WhatIf,
  id: NodeId,
  told: Told,
  timed: boolean,
): string | undefined {
  const [was, would] = [before.analysis.facts.get(id), after.analysis.facts.get(id)];
  if (was === would || !was) return undefined;
  if (!would) return GOES;
  const [from, to] = [costOf(was, told), costOf(would, told)];
  if (was.node.kind !== would.node.kind) return `→ ${nodeName(would.node)}`;
  if (timed || from === to)
    return headlineOf(was.node) === headlineOf(would.node) ? undefined : headlineOf(would.node);
  const format = told.heat === 'memory' ? shortBytes : short;
  return `${from === undefined ? '?' : format(from)}${ARROW}${to === undefined ? '?' : format(to)}`;
}

/** Old → new in two lines, for where there is no room for both in one; what has no old is one line. */
export function movedLines(text: string): readonly string[] {
  const at = text.indexOf(ARROW);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** Milliseconds old → new, of the nodes of the whole; told when the plans of both are made. */
export function movedTime({ before, after }: PredictedWhatIf, id: NodeId): string | undefined {
  const [was, would] = [before, after].map(({ byNode }) => {
    const time = byNode.get(id);
    return time && inMilliseconds(time.milliseconds);
  });
  return was === undefined || would === undefined || was === would ? undefined : `${was}${ARROW}${would} ms`;
}

export const inMilliseconds = (milliseconds: number): string =>
  milliseconds.toFixed(milliseconds < 10 ? 2 : 0);
