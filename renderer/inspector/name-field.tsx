import { useEffect, useState } from 'react';
import { isNodeId } from '../../shared/graph/design.ts';
import { useT } from '../i18n/i18n.ts';

interface Props {
  readonly label: string;
  readonly name: string;
  readonly isTaken: (name: string) => boolean;
  /** Said of a name that is. */
  readonly taken: string;
  readonly onRename: (name: string) => void;
  /** Of the input, for whoever moves the focus there. */
  readonly id?: string;
  readonly testId?: string;
  readonly disabled?: boolean;
}

/** A name that is changed when the field is left; what cannot be one is said, and never taken over. */
export function NameField({ label, name, isTaken, taken, onRename, id, testId, disabled }: Props) {
  const t = useT();
  const [text, setText] = useState(name);
  useEffect(() => {
    setText(name);
  }, [name]);
  const problem =
    text === name
      ? undefined
      : !isNodeId(text)
        ? t('Letters, digits and _ - . only, starting with a letter.')
        : isTaken(text)
          ? taken
          : undefined;
  const commit = (): void => {
    if (text !== name && !problem) onRename(text);
    else setText(name);
  };
  return (
    <label className={`typed-field name-field${problem ? ' is-wrong' : ''}`}>
      <span>{label}</span>
      <input
        id={id}
        data-testid={testId}
        value={text}
        disabled={disabled}
        spellCheck={false}
        aria-invalid={problem !== undefined}
        title={problem}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
          if (event.key === 'Escape') setText(name);
        }}
      />
    </label>
  );
}
