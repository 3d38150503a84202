import type { Analysis } from '../analysis/facts.ts';
import type { Problem } from '../base/problem.ts';
import type { Finding } from './define.ts';
import { rules } from './rules.ts';
import type { LintReport } from './run.ts';

/** Something that is wrong, with what is wrong for no other reason. */
export interface Trouble {
  readonly problem: Problem;
  readonly consequences: readonly Finding[];
}

/** What is said of a design, one thing once. */
export interface Summary {
  readonly troubles: readonly Trouble[];
  /** The open inputs of a design that is still being built: where several wait for a wire, that is one thing and no error. */
  readonly unfinished: readonly Problem[];
  /** What follows from that. */
  readonly pending: readonly Finding[];
  readonly findings: readonly Finding[];
}

/** An input that waits for its wire: nothing is wrong there, it is not finished. */
export const isOpenInput = ({ code }: Problem): boolean => code === 'input-missing';
/** Part of no path from input to output: where a path is broken, so are all nodes on it. */
const followsFromOpen = ({ rule, suppressed }: Finding): boolean =>
  rule === 'unreachable-node' && suppressed === undefined;

/** Folds what follows from something else under it. `report` must be of the design that was analysed. */
export function summarise({ problems }: Analysis, { findings: all }: LintReport): Summary {
  const { more, findings } = toldAgain(problems, all);
  const open = problems.filter(isOpenInput);
  if (open.length === 0) return { troubles: withMore(problems, more), unfinished: [], pending: [], findings };
  const folded = findings.filter(followsFromOpen);
  const rest = findings.filter((finding) => !followsFromOpen(finding));
  if (open.length > 1) {
    const wrong = problems.filter((problem) => !isOpenInput(problem));
    return { troubles: withMore(wrong, more), unfinished: open, pending: folded, findings: rest };
  }
  for (const finding of folded) append(more, open[0]!, finding);
  return { troubles: withMore(problems, more), unfinished: [], pending: [], findings: rest };
}

type More = Map<Problem, Finding[]>;

/** What rules tell of a problem that is told at the same node, and all the rest. */
function toldAgain(
  problems: readonly Problem[],
  findings: readonly Finding[],
): { readonly more: More; readonly findings: readonly Finding[] } {
  const more: More = new Map();
  if (problems.length === 0) return { more, findings };
  const byPlace = new Map<string, Problem>();
  for (const problem of problems) byPlace.set(`${problem.code} ${problem.where.node}`, problem);
  const rest = findings.filter((finding) => {
    const code = rules[finding.rule]?.tellsMoreOf;
    const same = code === undefined ? undefined : byPlace.get(`${code} ${finding.node}`);
    if (!same || finding.suppressed !== undefined) return true;
    append(more, same, finding);
    return false;
  });
  return { more, findings: rest };
}

function append(more: More, problem: Problem, finding: Finding): void {
  const known = more.get(problem);
  if (known) known.push(finding);
  else more.set(problem, [finding]);
}

const withMore = (problems: readonly Problem[], more: More): readonly Trouble[] =>
  problems.map((problem) => ({ problem, consequences: more.get(problem) ?? [] }));

/** What mends a problem, of all that is told with it. */
export const mendOf = ({ problem, consequences }: Trouble): Finding | undefined =>
  consequences.find(({ fix, rule }) => fix?.connects || (fix && rules[rule]?.tellsMoreOf === problem.code));

/** How many things there are to do, remarks aside. */
export function countOf({ troubles, unfinished, findings }: Summary): number {
  const told = findings.filter(({ suppressed, severity }) => suppressed === undefined && severity !== 'info');
  return troubles.length + (unfinished.length > 0 ? 1 : 0) + told.length;
}
