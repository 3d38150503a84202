import { Minus, Plus } from 'lucide-react';
import { useRef } from 'react';
import { useT } from '../i18n/i18n.ts';
import { clamped, NumberInput } from './number-input.tsx';

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
export function NumberField(props: NumberFieldProps) {
  const { label, value, min, whole, compact, onChange, onDone } = props;
  const t = useT();
  const step = whole ? 1 : stepOf(value ?? 0);
  const take = (next: number): void => onChange(clamped(next, props));
  return (
    <div className={`number-field${compact ? ' is-compact' : ''}`}>
      <Scrub label={label} onScrub={(steps) => take((value ?? min) + steps * step)} onDone={onDone} />
      <NumberInput {...props} step={step} />
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
