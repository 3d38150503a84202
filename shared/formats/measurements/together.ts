import type { MatchedMeasurement } from './match.ts';

/** Layers that two measurements tell of, and what each says. */
export interface MeasuredTogether {
  readonly nodes: readonly string[];
  /** Milliseconds, by the first and by the second. */
  readonly times: readonly [number, number];
}

/** Rows of both that are of some layers in common are one: what one fused the other may have run in parts. */
export function measuredTogether(
  first: Pick<MatchedMeasurement, 'matched'>,
  second: Pick<MatchedMeasurement, 'matched'>,
): readonly MeasuredTogether[] {
  const groups: { nodes: Set<string>; times: [number, number] }[] = [];
  const groupOf = new Map<string, (typeof groups)[number]>();
  for (const [which, { matched }] of [first, second].entries()) {
    for (const { nodes, milliseconds } of matched) {
      const joined = [...new Set(nodes.flatMap((id) => groupOf.get(id) ?? []))];
      const group = joined[0] ?? { nodes: new Set<string>(), times: [0, 0] };
      if (joined.length === 0) groups.push(group);
      for (const other of joined.slice(1)) {
        for (const id of other.nodes) group.nodes.add(id);
        group.times = [group.times[0] + other.times[0], group.times[1] + other.times[1]];
        groups.splice(groups.indexOf(other), 1);
      }
      for (const id of nodes) group.nodes.add(id);
      group.times[which] = group.times[which]! + milliseconds;
      for (const id of group.nodes) groupOf.set(id, group);
    }
  }
  return groups.map(({ nodes, times }) => ({ nodes: [...nodes], times }));
}
