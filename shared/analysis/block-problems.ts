import { formatSample } from '../base/dims.ts';
import { issue, type Problem, problemAt } from '../base/problem.ts';
import { repeatOf } from '../blocks/expansion.ts';
import type { DesignNode, NodeId } from '../graph/design.ts';
import type { NodeFacts } from './facts.ts';

/** What is wrong inside of a block, as it is told at the block. */
export function blockProblems(
  id: NodeId,
  node: DesignNode,
  inside: readonly NodeFacts[],
): readonly Problem[] {
  if (repeatOf(node.params) === 1)
    return inside.flatMap(({ problems }) => problems.map((problem) => lifted(id, problem)));
  // What is wrong with the first copy is wrong with the block; what is wrong only later, with repeating it.
  const failing = inside.findIndex(({ problems }) => problems.length > 0);
  const [problem] = inside[failing]?.problems ?? [];
  if (!problem) return [];
  return failing === 0
    ? inside[0]!.problems.map((each) => ({ ...each, where: { node: id } }))
    : [problemAt(id, notRepeatable(inside.length, failing, inside[failing - 1]!, problem))];
}

/** A problem inside a block is shown at the block, and says where inside. */
function lifted(id: NodeId, problem: Problem): Problem {
  const inner = (problem.where.node ?? id).slice(id.length + 1).split('/')[0];
  return { ...problem, where: { node: id }, message: `Inside, at ${inner}: ${problem.message}` };
}

function notRepeatable(times: number, failing: number, before: NodeFacts, { message }: Problem) {
  const given = Object.values(before.outputs ?? {})
    .map((dims) => formatSample(dims))
    .join(', ');
  return issue(
    'block-does-not-repeat',
    `It cannot stand ${times} times in a row: copy ${failing + 1} cannot take the ${given} that copy ${failing} gives. ${message}`,
    'Set Repeat to 1, or change the block so that it takes what it gives.',
    { param: 'repeat' },
  );
}
