import type { Vary } from './space.ts';

/** Numbers that a text may stand for; the space says how many a knob may have. */
const MOST = 200_000;
const figure = String.raw`\d{1,9}(?:\.\d{1,6})?`;
const rangePattern = new RegExp(`^(${figure})\\.\\.(${figure})(?::(${figure}))?$`);
const listPattern = new RegExp(`^${figure}(?:,${figure})*$`);

/** What `parseVary` takes. */
export const varyForms =
  'KNOB=LOW..HIGH:STEP such as "stage3.width=128..512:8", KNOB=A,B,C, or KNOB alone for values around where it stands';

/**
 * A knob and its values as people write them; a range without a step goes by one. Undefined when it is none of these. A
 * range whose low end is above its high one is empty.
 */
export function parseVary(text: string): Vary | undefined {
  const equals = text.indexOf('=');
  if (equals < 0) return text.trim() === '' ? undefined : { knob: text.trim() };
  const knob = text.slice(0, equals).trim();
  const values = text.slice(equals + 1).replaceAll(' ', '');
  if (knob === '') return undefined;
  if (listPattern.test(values)) return { knob, values: values.split(',').map(Number) };
  const range = rangePattern.exec(values);
  if (!range) return undefined;
  const [low, high, step] = [Number(range[1]), Number(range[2]), Number(range[3] ?? 1)];
  if (step === 0 || (high - low) / step > MOST) return undefined;
  const count = Math.max(0, Math.floor((high - low) / step + 1e-9) + 1);
  return { knob, values: Array.from({ length: count }, (_, i) => Number((low + i * step).toFixed(6))) };
}
