import type { Analysis } from '../analysis/facts.ts';
import type { Problem } from '../base/problem.ts';
import type { NodeId } from '../graph/design.ts';
import { reachable } from '../graph/topology.ts';
import type { Finding } from './define.ts';
import type { LintReport } from './run.ts';

/** Something that is wrong, with what is wrong for no other reason. */
export interface Trouble {
  readonly problem: Problem;
  readonly consequences: readonly Finding[];
}

/** What is said of a design, one thing once. */
export interface Summary {
  readonly troubles: readonly Trouble[];
  /**
   * The open inputs of a design that is still being built: where several layers wait for a wire and nothing else keeps the
   * design from being worked out, that is no error for each of them.
   */
  readonly unfinished: readonly Problem[];
  /** What follows from that. */
  readonly pending: readonly Finding[];
  readonly findings: readonly Finding[];
}

const isOpen = ({ code }: Problem): boolean => code === 'input-missing';
/** Part of no path from input to output: where a path is broken, so are all nodes on it. */
const followsFromOpen = ({ rule, suppressed }: Finding): boolean =>
  rule === 'unreachable-node' && suppressed === undefined;

/** Folds what follows from something else under it. `report` must be of the design that was analysed. */
export function summarise({ problems, topology }: Analysis, { findings }: LintReport): Summary {
  const open = problems.filter(isOpen);
  if (open.length === 0) return { troubles: alone(problems), unfinished: [], pending: [], findings };
  const folded = findings.filter(followsFromOpen);
  const rest = findings.filter((finding) => !followsFromOpen(finding));
  if (open.length === problems.length && open.length > 1)
    return { troubles: [], unfinished: open, pending: folded, findings: rest };
  // What comes after an open input follows from the first such; what leads nowhere, from the first of all.
  const ownerOf = new Map<NodeId, Problem>();
  for (const problem of open) {
    const { node } = problem.where;
    if (node === undefined) continue;
    for (const id of [node, ...reachable(topology, [node], 'after')])
      if (!ownerOf.has(id)) ownerOf.set(id, problem);
  }
  const byOwner = new Map<Problem, Finding[]>();
  for (const finding of folded) {
    const owner = ownerOf.get(finding.node ?? '') ?? open[0]!;
    byOwner.set(owner, [...(byOwner.get(owner) ?? []), finding]);
  }
  const troubles = problems.map((problem) => ({ problem, consequences: byOwner.get(problem) ?? [] }));
  return { troubles, unfinished: [], pending: [], findings: rest };
}

function alone(problems: readonly Problem[]): readonly Trouble[] {
  return problems.map((problem) => ({ problem, consequences: [] }));
}

/** How many things there are to do, remarks aside. */
export function countOf({ troubles, unfinished, findings }: Summary): number {
  const told = findings.filter(({ suppressed, severity }) => suppressed === undefined && severity !== 'info');
  return troubles.length + (unfinished.length > 0 ? 1 : 0) + told.length;
}
