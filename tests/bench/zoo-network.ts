import { analyze } from '../../shared/analysis/analyze.ts';
import { type FlatNetwork, flatten } from '../../shared/analysis/flatten.ts';
import type { Design } from '../../shared/graph/design.ts';
import { zooEntry } from '../../shared/zoo/index.ts';

/**
 * A network of the zoo as a flat list of layers, on pictures of no more than `most` pixels a side where it takes such: the
 * same layers with less to compute.
 */
export function zooNetwork(id: string, most = Number.POSITIVE_INFINITY): FlatNetwork {
  const entry = zooEntry(id);
  if (!entry) throw new RangeError(`The zoo has no "${id}".`);
  const design = entry.build();
  const less = flatten(analyze(onPicturesOf(design, most)));
  const network = less.ok ? less : flatten(analyze(design));
  if (!network.ok) throw new RangeError(network.problems.map(({ message }) => message).join('\n'));
  return network.value;
}

function onPicturesOf(design: Design, most: number): Design {
  const nodes = Object.entries(design.nodes).map(([id, node]) => {
    const { shape } = node.params;
    if (node.kind !== 'input' || !Array.isArray(shape)) return [id, node] as const;
    const smaller = shape.map((extent: number, axis) => (axis === 0 ? extent : Math.min(extent, most)));
    return [id, { ...node, params: { ...node.params, shape: smaller } }] as const;
  });
  return { ...design, nodes: Object.fromEntries(nodes) };
}
