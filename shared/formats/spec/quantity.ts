import type { Limit, Quantity } from '../../graph/design.ts';

const decimal: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };
const bytes: Readonly<Record<string, number>> = {
  ...decimal,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 1024,
  MIB: 1024 ** 2,
  GIB: 1024 ** 3,
  TIB: 1024 ** 4,
};

/**
 * A limit as people write it: `5%` (± of the baseline), `15.5G`, `138357544`, and for memory `12MiB` (1024² bytes) or
 * `12MB` (10⁶ bytes). Undefined when it is none of these.
 */
export function parseLimit(text: string, quantity: Quantity): Limit | undefined {
  const match = new RegExp(limitPattern(quantity)).exec(text);
  if (match === null) return undefined;
  const value = Number(match[1]);
  const unit = match[2]!.toUpperCase();
  return unit === '%'
    ? { kind: 'relative', percent: value }
    : { kind: 'absolute', max: Math.round(value * unitsOf(quantity)[unit]!) };
}

/** The regular expression of the text forms, also for the JSON Schema. */
export function limitPattern(quantity: Quantity): string {
  const units = Object.keys(unitsOf(quantity)).map((unit) =>
    [...unit].map((letter) => `[${letter}${letter.toLowerCase()}]`).join(''),
  );
  return `^(\\d{1,15}(?:\\.\\d{1,9})?) ?(%|${units.join('|')})$`;
}

function unitsOf(quantity: Quantity): Readonly<Record<string, number>> {
  return quantity === 'memory' ? bytes : decimal;
}

/** What `parseLimit` takes for this quantity, for messages. */
export function limitForms(quantity: Quantity): string {
  return quantity === 'memory'
    ? 'a number of bytes, a size such as "12MiB", or a share of the baseline such as "5%"'
    : 'a number, a short form such as "15.5G", or a share of the baseline such as "5%"';
}

/** The canonical form in a spec: the exact number, or `5%`. */
export function writeLimit(limit: Limit): number | string {
  return limit.kind === 'absolute' ? limit.max : `${limit.percent.toFixed(9).replace(/\.?0+$/, '')}%`;
}
