import { NumberInput } from './number-input.tsx';

interface CountFieldProps {
  readonly title: string;
  readonly doc: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}

/** A small whole number that can be typed. */
export function CountField({ title, doc, ...number }: CountFieldProps) {
  return (
    <div className="run-field" title={doc}>
      <span>{title}</span>
      <NumberInput label={title} whole {...number} />
    </div>
  );
}
