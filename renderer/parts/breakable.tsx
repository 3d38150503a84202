import { Fragment } from 'react';

/** Where a name may go on in the next line. */
export const afterMark = /(?<=[._-])/;

/** A name that is broken between its parts where it does not fit into a line. */
export function Breakable({ name }: { readonly name: string }) {
  return name.split(afterMark).map((part, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the same part may come twice.
    <Fragment key={i}>
      {i > 0 ? <wbr /> : null}
      {part}
    </Fragment>
  ));
}
