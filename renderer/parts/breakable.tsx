import { Fragment } from 'react';

/** Where a name may go on in the next line: after a mark, and between a word and its number. */
export const afterMark = /(?<=[._-])|(?<=[a-z]{2})(?=\d)/;
/** Where code may: after marks between values, and between the words of a name. */
const inCode = /(?<=[._,:|/({[=-])|(?<=[a-z])(?=[A-Z])/;

interface Props {
  readonly text: string;
  readonly isCode?: boolean;
}

/** A name that is broken between its parts where it does not fit into a line. */
export function Breakable({ text, isCode = false }: Props) {
  return text.split(isCode ? inCode : afterMark).map((part, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the same part may come twice.
    <Fragment key={i}>
      {i > 0 ? <wbr /> : null}
      {part}
    </Fragment>
  ));
}
