import { createHash } from 'node:crypto';
import type { Analysis } from '../shared/analysis/facts.ts';
import type { NodeId } from '../shared/graph/design.ts';

/**
 * What a finding is told again by, whatever nodes, files and lines are called: its rule, what the node is, what stands
 * beside it, and which of several alike it is.
 */
export function fingerprinter({
  facts,
  topology,
}: Analysis): (rule: string, node: NodeId | undefined) => string {
  const seen = new Map<string, number>();
  const kindOf = (id: NodeId): string => facts.get(id)?.node.kind ?? '';
  return (rule, node) => {
    const found = node === undefined ? undefined : facts.get(node)?.node;
    const about = JSON.stringify([
      rule,
      found?.kind,
      found?.params,
      node === undefined ? [] : (topology.into.get(node) ?? []).map(({ from }) => kindOf(from.node)),
      node === undefined ? [] : (topology.outOf.get(node) ?? []).map(({ to }) => kindOf(to.node)).sort(),
    ]);
    const before = seen.get(about) ?? 0;
    seen.set(about, before + 1);
    return createHash('sha256').update(`${about}#${before}`).digest('hex').slice(0, 32);
  };
}
