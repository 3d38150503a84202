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
  /** What a step under the pointer would make of it, before it is taken. */
  readonly onPonder?: ((value: number | undefined) => void) | undefined;
}

const PIXELS_PER_STEP = 6;

/** A number that can be typed, stepped with arrows and buttons, and scrubbed by dragging its label. */
export function NumberField(props: NumberFieldProps) {
  const { label, value, min, whole, compact, onChange, onDone, onPonder } = props;
  const t = useT();
  const step = whole ? 1 : stepOf(value ?? 0);
  const take = (next: number): void => onChange(clamped(next, props));
  return (
    <div className={`number-field${compact ? ' is-compact' : ''}`}>
      <Scrub
        label={label}
        value={value}
        onScrub={(steps) => take((value ?? min) + steps * step)}
        onBack={onChange}
        onDone={onDone}
      />
      <NumberInput {...props} step={step} />
      {compact ? null : (
        <span className="steppers">
          {([-1, 1] as const).map((sign) => (
            <button
              key={sign}
              type="button"
              tabIndex={-1}
              aria-label={t(sign < 0 ? 'Less' : 'More')}
              onPointerEnter={() => onPonder?.(clamped((value ?? min) + sign * step, props))}
              onPointerLeave={() => onPonder?.(undefined)}
              onClick={() => {
                take((value ?? min) + sign * step);
                onDone();
                onPonder?.(clamped((value ?? min) + 2 * sign * step, props));
              }}
            >
              {sign < 0 ? <Minus size={12} /> : <Plus size={12} />}
            </button>
          ))}
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

interface ScrubProps {
  readonly label: string;
  readonly value: number | undefined;
  readonly onScrub: (steps: number) => void;
  readonly onBack: (value: number) => void;
  readonly onDone: () => void;
}

/** A label that is dragged; Escape takes back what that did. */
function Scrub({ label, value, onScrub, onBack, onDone }: ScrubProps) {
  const last = useRef<number>(undefined);
  const stop = useRef<() => void>(undefined);
  const end = (): void => {
    last.current = undefined;
    stop.current?.();
    stop.current = undefined;
    onDone();
  };
  const begin = (x: number): void => {
    last.current = x;
    const first = value;
    const takeBack = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      if (first !== undefined) onBack(first);
      end();
    };
    window.addEventListener('keydown', takeBack, { capture: true });
    stop.current = () => window.removeEventListener('keydown', takeBack, { capture: true });
  };
  return (
    <span
      className="scrub"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        begin(event.clientX);
      }}
      onPointerMove={(event) => {
        if (last.current === undefined) return;
        const steps = Math.trunc((event.clientX - last.current) / PIXELS_PER_STEP);
        if (steps === 0) return;
        last.current += steps * PIXELS_PER_STEP;
        onScrub(steps);
      }}
      onLostPointerCapture={() => {
        if (last.current !== undefined) end();
      }}
    >
      {label}
    </span>
  );
}
