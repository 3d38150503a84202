import { useId, useRef, useState } from 'react';
import { t as translate, useT } from '../i18n/i18n.ts';
import { exact } from '../parts/format.ts';
import { evaluate } from './arithmetic.ts';

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

interface NumberInputProps extends Bounds {
  readonly label: string;
  /** Undefined when several nodes differ. */
  readonly value: number | undefined;
  /** What an arrow key changes. */
  readonly step?: number;
  readonly disabled?: boolean;
  readonly onChange: (value: number) => void;
  /** The typing is over: what came so far is one step to undo. */
  readonly onDone?: () => void;
}

/** What was typed, and the value that stood there then: once another one does, that is shown. */
interface Typed {
  readonly text: string;
  readonly over: number | undefined;
}

/** The number that a text stands for, or what would be one, in the user's language. */
export function readNumber(text: string, bounds: Bounds): number | string {
  const { min, max, whole } = bounds;
  const value = evaluate(text);
  const allowed = translate(
    whole ? 'A whole number from {{min}} to {{max}}.' : 'A number from {{min}} to {{max}}.',
    {
      min: exact(min),
      max: exact(max),
    },
  );
  if (value === undefined)
    return text.trim() === '' ? allowed : `${translate('“{{text}}” is no number.', { text })} ${allowed}`;
  return value < min || value > max || (whole && !Number.isInteger(value)) ? allowed : value;
}

/** Into the bounds: arrows and buttons stop there. */
export function clamped(value: number, { min, max, whole }: Bounds): number {
  const bounded = Math.min(max, Math.max(min, value));
  return whole ? Math.round(bounded) : Number(bounded.toPrecision(6));
}

/**
 * A number that is typed, as a figure or a sum (`8*2`, `1.5k`). It counts as soon as it is right; what is not is said
 * at the field and kept until it is, or until Escape brings back what stood there.
 */
export function NumberInput(props: NumberInputProps) {
  const { label, value, step = 1, disabled, onChange, onDone } = props;
  const t = useT();
  const said = useId();
  const [typed, setTyped] = useState<Typed>();
  const start = useRef<number>(undefined);
  const focused = useRef(false);
  const shown = value === undefined ? '' : String(value);
  const text = typed && (focused.current || typed.over === value) ? typed.text : shown;
  const read = text === shown ? value : readNumber(text, props);
  const wrong = typeof read === 'string' ? read : undefined;

  const take = (next: number): void => {
    if (next !== value) onChange(next);
  };
  const type = (next: string): void => {
    const now = readNumber(next, props);
    // Where several nodes differ there is nothing to go back to: they are changed once it is sure.
    const back = start.current;
    const counts = typeof now === 'number' && (back !== undefined || !focused.current) ? now : back;
    if (counts !== undefined) take(counts);
    setTyped({ text: next, over: counts ?? value });
  };
  const takeBack = (): void => {
    if (start.current !== undefined) take(start.current);
    setTyped(undefined);
  };
  const finish = (): void => {
    if (typeof read === 'number') {
      take(read);
      setTyped(undefined);
    }
    onDone?.();
  };

  return (
    <span className={wrong === undefined ? 'number-input' : 'number-input is-wrong'}>
      <input
        inputMode="decimal"
        value={text}
        disabled={disabled}
        placeholder={value === undefined ? t('mixed') : ''}
        aria-label={label}
        aria-invalid={wrong !== undefined}
        aria-describedby={wrong === undefined ? undefined : said}
        onFocus={(event) => {
          focused.current = true;
          start.current = value;
          event.currentTarget.select();
        }}
        onChange={(event) => type(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && wrong === undefined) event.currentTarget.blur();
          if (event.key === 'Escape' && (typed || (start.current !== undefined && start.current !== value))) {
            event.stopPropagation();
            takeBack();
          }
          if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
          event.preventDefault();
          const by = (event.shiftKey ? 10 : 1) * (event.key === 'ArrowUp' ? 1 : -1);
          take(clamped((value ?? props.min) + by * step, props));
          setTyped(undefined);
        }}
        onBlur={() => {
          focused.current = false;
          finish();
        }}
      />
      {wrong === undefined ? null : (
        <span className="said" id={said} role="alert">
          {wrong}
        </span>
      )}
    </span>
  );
}
