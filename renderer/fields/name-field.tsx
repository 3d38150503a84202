import { type RefCallback, useId, useRef, useState } from 'react';
import { isNodeId } from '../../shared/graph/design.ts';
import { useT } from '../i18n/i18n.ts';
import { nearestName } from './nearest-name.ts';

/** What has neither letter nor digit is near to no name. */
const HAS_NAME = /[\p{L}\p{N}]/u;

interface Props {
  readonly label: string;
  readonly name: string;
  readonly isTaken: (name: string) => boolean;
  /** Said of a name that is. */
  readonly taken: string;
  readonly onRename: (name: string) => void;
  readonly id?: string;
  /** For whoever moves the focus there. */
  readonly inputRef?: RefCallback<HTMLInputElement>;
  readonly testId?: string;
  readonly disabled?: boolean;
}

/**
 * A name that is changed when the field is left. What cannot be one stays, with the reason and the nearest that can, until
 * it is right or Escape brings the old one back.
 */
export function NameField({ label, name, isTaken, taken, onRename, id, inputRef, testId, disabled }: Props) {
  const t = useT();
  const own = useId();
  const field = id ?? own;
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState<{ readonly text: string; readonly over: string }>();
  const text = typed?.over === name ? typed.text : name;
  const problem =
    text === name
      ? undefined
      : text in Object.prototype
        ? t('This word is kept for JavaScript.')
        : !isNodeId(text)
          ? t('Letters, digits and _ - . only, starting with a letter or _.')
          : isTaken(text)
            ? taken
            : undefined;
  const proposed =
    problem === undefined || !HAS_NAME.test(text)
      ? undefined
      : nearestName(text, (other) => other !== name && isTaken(other));
  const commit = (): void => {
    if (text !== name && problem === undefined) onRename(text);
  };
  return (
    <div className={`typed-field name-field${problem ? ' is-wrong' : ''}`}>
      <label htmlFor={field}>{label}</label>
      <input
        ref={(element) => {
          input.current = element;
          return inputRef?.(element);
        }}
        id={field}
        data-testid={testId}
        value={text}
        disabled={disabled}
        spellCheck={false}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : `${own}-said`}
        onChange={(event) => setTyped({ text: event.target.value, over: name })}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && problem === undefined) event.currentTarget.blur();
          if (event.key === 'Escape' && text !== name) {
            event.stopPropagation();
            setTyped(undefined);
          }
        }}
      />
      {problem === undefined ? null : (
        <span className="said" id={`${own}-said`} role="alert">
          {problem}{' '}
          {proposed === undefined ? null : (
            <button
              type="button"
              className="link"
              onClick={() => {
                setTyped({ text: proposed, over: name });
                input.current?.focus();
              }}
            >
              {t('Take {{name}}', { name: proposed })}
            </button>
          )}
        </span>
      )}
    </div>
  );
}
