import type { StepProfile } from '../../../shared/runtime/backend.ts';

/** Where values lie. Quartiles between two values are interpolated (type 7 of Hyndman and Fan 1996, as NumPy does). */
export interface Spread {
  readonly count: number;
  readonly least: number;
  readonly quarter: number;
  readonly median: number;
  readonly threeQuarters: number;
  readonly most: number;
  /** In the order in which they came. */
  readonly values: readonly number[];
}

/** Of at least one value. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const below = sorted[Math.floor(place)]!;
    return below + (place - Math.floor(place)) * (sorted[Math.ceil(place)]! - below);
  };
  return {
    count: sorted.length,
    least: at(0),
    quarter: at(0.25),
    median: at(0.5),
    threeQuarters: at(0.75),
    most: at(1),
    values,
  };
}

/** Each step's median time; the profiles are of the same network on the same machine. */
export function medianProfile(profiles: readonly (readonly StepProfile[])[]): readonly StepProfile[] {
  const [first = [], ...rest] = profiles;
  if (rest.length === 0) return first;
  return first.map((step, i) => {
    const times = profiles.flatMap((profile) => profile[i]?.milliseconds ?? []);
    return { ...step, milliseconds: spreadOf(times).median };
  });
}
