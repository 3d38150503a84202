import { Minus, Plus } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useT } from '../i18n/i18n.ts';

interface NumberFieldProps {
  readonly label: string;
  /** Undefined when several nodes differ. */
  readonly value: number | undefined;
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
  readonly compact?: boolean;
  readonly onChange: (value: number) => void;
  /** The scrub or the typing is over: what came so far is one step to undo. */
  readonly onDone: () => void;
}

const PIXELS_PER_STEP = 6;

/** A number that can be typed, stepped with arrows and buttons, and scrubbed by dragging its label. */
export function NumberField({ label, value, min, max, whole, compact, onChange, onDone }: NumberFieldProps) {
  const t = useT();
  const [text, setText] = useState(value === undefined ? '' : String(value));
  const editing = useRef(false);
  useEffect(() => {
    if (!editing.current) setText(value === undefined ? '' : String(value));
  }, [value]);

  const clamp = (next: number): number => {
    const bounded = Math.min(max, Math.max(min, next));
    return whole ? Math.round(bounded) : Number(bounded.toPrecision(6));
  };
  const step = whole ? 1 : stepOf(value ?? 0);
  const take = (next: number): void => {
    setText(String(clamp(next)));
    onChange(clamp(next));
  };
  const typed = Number(text);
  const wrong =
    text.trim() === ''
      ? value !== undefined
      : !Number.isFinite(typed) || typed < min || typed > max || (whole && !Number.isInteger(typed));

  return (
    <div className={`number-field${compact ? ' is-compact' : ''}${wrong ? ' is-wrong' : ''}`}>
      <Scrub label={label} onScrub={(steps) => take((value ?? min) + steps * step)} onDone={onDone} />
      <input
        inputMode="decimal"
        value={text}
        placeholder={value === undefined ? t('mixed') : ''}
        aria-label={label}
        aria-invalid={wrong}
        title={wrong ? t('From {{min}} to {{max}}', { min, max }) : undefined}
        onFocus={(event) => {
          editing.current = true;
          event.currentTarget.select();
        }}
        onChange={(event) => {
          setText(event.target.value);
          const next = Number(event.target.value);
          const fits =
            event.target.value.trim() !== '' &&
            Number.isFinite(next) &&
            next >= min &&
            next <= max &&
            (!whole || Number.isInteger(next));
          if (fits) onChange(next);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
          if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
          event.preventDefault();
          const by = (event.shiftKey ? 10 : 1) * (event.key === 'ArrowUp' ? 1 : -1);
          take((value ?? min) + by * step);
        }}
        onBlur={() => {
          editing.current = false;
          setText(value === undefined ? '' : String(value));
          onDone();
        }}
      />
      {compact ? null : (
        <span className="steppers">
          <button
            type="button"
            tabIndex={-1}
            aria-label={t('Less')}
            onClick={() => {
              take((value ?? min) - step);
              onDone();
            }}
          >
            <Minus size={12} />
          </button>
          <button
            type="button"
            tabIndex={-1}
            aria-label={t('More')}
            onClick={() => {
              take((value ?? min) + step);
              onDone();
            }}
          >
            <Plus size={12} />
          </button>
        </span>
      )}
    </div>
  );
}

/** A tenth of the value's magnitude. */
function stepOf(value: number): number {
  if (value === 0) return 0.1;
  return 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1);
}

function Scrub({
  label,
  onScrub,
  onDone,
}: {
  readonly label: string;
  readonly onScrub: (steps: number) => void;
  readonly onDone: () => void;
}) {
  const last = useRef<number>(undefined);
  return (
    <span
      className="scrub"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        last.current = event.clientX;
      }}
      onPointerMove={(event) => {
        if (last.current === undefined) return;
        const steps = Math.trunc((event.clientX - last.current) / PIXELS_PER_STEP);
        if (steps === 0) return;
        last.current += steps * PIXELS_PER_STEP;
        onScrub(steps);
      }}
      onPointerUp={() => {
        last.current = undefined;
        onDone();
      }}
    >
      {label}
    </span>
  );
}
