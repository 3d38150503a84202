import { formatSample } from '../base/dims.ts';
import { messages, type Problem, problemAt, retold } from '../base/problem.ts';
import { repeatOf } from '../blocks/expansion.ts';
import { isBlockKind } from '../blocks/index.ts';
import type { DesignNode, NodeId } from '../graph/design.ts';
import type { NodeFacts } from './facts.ts';

export const say = messages('analysis/block-problems', {
  inside: 'Inside, at {{inner}}: {{reason}}',
  sealed: 'Change the parameters of the block, or unpack it into its layers.',
  'block-does-not-repeat': [
    'It cannot stand {{times}} times in a row: copy {{copy}} cannot take the {{given}} that copy {{failing}} gives. {{reason}}',
    'Set Repeat to 1, or change the block so that it takes what it gives.',
  ],
});

/** What is wrong inside of a block, as it is told at the block. */
export function blockProblems(
  id: NodeId,
  node: DesignNode,
  inside: readonly NodeFacts[],
): readonly Problem[] {
  if (repeatOf(node.params) === 1)
    return inside.flatMap(({ problems }) => problems.map((problem) => lifted(id, node, problem)));
  // What is wrong with the first copy is wrong with the block; what is wrong only later, with repeating it.
  const failing = inside.findIndex(({ problems }) => problems.length > 0);
  const [problem] = inside[failing]?.problems ?? [];
  if (!problem) return [];
  return failing === 0
    ? inside[0]!.problems.map((each) => ({ ...each, where: { node: id } }))
    : [problemAt(id, notRepeatable(inside.length, failing, inside[failing - 1]!, problem))];
}

/**
 * A problem inside a block is shown at the block, and says where inside. What to do about it there can be done only in a
 * block of the user's own: the inside of another one follows from its parameters.
 */
function lifted(id: NodeId, node: DesignNode, problem: Problem): Problem {
  const inner = (problem.where.node ?? id).slice(id.length + 1).split('/')[0];
  return {
    ...retold(
      problem,
      say.part('inside', { inner, reason: problem.told.message }),
      isBlockKind(node.kind) ? say.part('sealed') : problem.told.hint,
    ),
    where: { node: id },
  };
}

function notRepeatable(times: number, failing: number, before: NodeFacts, { told }: Problem) {
  const given = Object.values(before.outputs ?? {})
    .map((dims) => formatSample(dims))
    .join(', ');
  return say(
    'block-does-not-repeat',
    { times, copy: failing + 1, given, failing, reason: told.message },
    { param: 'repeat' },
  );
}
