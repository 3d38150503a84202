import { Fragment } from 'react';
import type { NodeId } from '../../../shared/graph/design.ts';
import { afterMark, nameStyle } from './name-size.ts';

/** The name of a node, which from afar fills it: see `.layer-id`. */
export function LayerName({ id }: { readonly id: NodeId }) {
  return (
    <div className="layer-id" title={id} style={nameStyle(id)}>
      {id.split(afterMark).map((part, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same part may come twice.
        <Fragment key={i}>
          {i > 0 ? <wbr /> : null}
          {part}
        </Fragment>
      ))}
    </div>
  );
}
