import type { NodeId } from '../graph/design.ts';
import type { Analysis } from './facts.ts';

/** The extents of the maps that layers give, such as `56×56`; none of vectors, which have no extent, and of inputs. */
export function mapSizesOf({ facts, order }: Pick<Analysis, 'facts' | 'order'>): ReadonlyMap<NodeId, string> {
  const sizes = new Map<NodeId, string>();
  for (const id of order) {
    const [dims] = Object.values(facts.get(id)?.outputs ?? {});
    // A map has an extent besides its samples and channels; the input's is that of no layer.
    if (dims && dims.length > 2 && facts.get(id)?.node.kind !== 'input')
      sizes.set(id, dims.slice(2).join('×'));
  }
  return sizes;
}
