import { analyze } from '../../shared/analysis/analyze.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import type { Design } from '../../shared/graph/design.ts';

/** The zoo's networks made narrow and small, so that the reference runs them at once. */
export function small(design: Design): Design {
  const sizes = [64, 96, 128, 227].map((extent) => shrunk(design, extent));
  return sizes.find((candidate) => flatten(analyze(candidate)).ok) ?? design;
}

function shrunk(design: Design, most: number): Design {
  const narrow = (name: string, value: unknown, kind: string) => {
    if (kind === 'input') return value;
    const widths = ['channels', 'features', 'c1', 'r3', 'c3', 'r5', 'c5', 'pool', 'groups'];
    if (typeof value !== 'number' || !widths.includes(name)) return value;
    return value <= 2 ? value : Math.max(2, Math.ceil(value / 16));
  };
  const nodes = Object.fromEntries(
    Object.entries(design.nodes).map(([id, node]) => [
      id,
      {
        ...node,
        params: Object.fromEntries(
          Object.entries(node.params).map(([name, value]) => [
            name,
            node.kind === 'input' && name === 'shape'
              ? [
                  (value as readonly number[])[0]!,
                  ...(value as readonly number[]).slice(1).map((e) => Math.min(e, most)),
                ]
              : (narrow(name, value, node.kind) as typeof value),
          ]),
        ),
      },
    ]),
  );
  return { ...design, nodes };
}
