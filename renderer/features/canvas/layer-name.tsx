import type { NodeId } from '../../../shared/graph/design.ts';
import { Breakable } from '../../parts/breakable.tsx';
import { nameStyle } from './name-size.ts';

/** The name of a node, which from afar fills it: see `.layer-id`. */
export function LayerName({ id }: { readonly id: NodeId }) {
  return (
    <div className="layer-id" title={id} style={nameStyle(id)}>
      <Breakable text={id} />
    </div>
  );
}
