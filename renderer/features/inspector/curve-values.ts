import type { Param, ParamValue } from '../../../shared/schema/params.ts';

/** As many as can be told apart in a small curve. */
const MOST_VALUES = 41;
const LEAST_REACH = 4;

/** A whole number, or the one that both of a pair are; undefined for anything else. */
export function numberOf(p: Param, value: ParamValue | undefined): number | undefined {
  if (p.kind === 'int') return typeof value === 'number' ? value : undefined;
  if (p.kind !== 'pair' || !Array.isArray(value)) return undefined;
  const [height, width] = value as readonly number[];
  return height === width ? height : undefined;
}

export function paramValueOf(p: Param, number: number): ParamValue {
  return p.kind === 'pair' ? [number, number] : number;
}

/** Values around where a parameter stands, up to twice as much, in steps by which it can be reached. */
export function curveValues(p: Param, value: ParamValue | undefined): readonly number[] {
  const now = numberOf(p, value);
  if (now === undefined || (p.kind !== 'int' && p.kind !== 'pair')) return [];
  const low = p.min;
  const high = Math.min(p.max, Math.max(2 * now, now + LEAST_REACH));
  let step = 1;
  while ((high - low) / step >= MOST_VALUES) step *= 2;
  const values = new Set<number>();
  for (let each = now; each >= low; each -= step) values.add(each);
  for (let each = now; each <= high; each += step) values.add(each);
  return [...values].sort((a, b) => a - b);
}
