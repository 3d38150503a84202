import { useEffect, useState } from 'react';

interface CountFieldProps {
  readonly title: string;
  readonly doc: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}

/** A small whole number that can be typed; what is out of bounds is brought back when the field is left. */
export function CountField({ title, doc, value, min, max, onChange }: CountFieldProps) {
  const [text, setText] = useState(String(value));
  useEffect(() => {
    setText(String(value));
  }, [value]);
  const take = (typed: string): void => {
    setText(typed);
    const number = Number(typed);
    if (typed.trim() !== '' && Number.isInteger(number) && number >= min && number <= max) onChange(number);
  };
  return (
    <label className="run-field" title={doc}>
      <span>{title}</span>
      <input
        type="number"
        min={min}
        max={max}
        value={text}
        onChange={(event) => take(event.target.value)}
        onBlur={() => {
          const number = Math.round(Number(text));
          const bounded = Number.isFinite(number) ? Math.min(max, Math.max(min, number)) : value;
          onChange(bounded);
          setText(String(bounded));
        }}
      />
    </label>
  );
}
