import { agree } from './agreement.ts';
import { type Variant, variants } from './host.ts';

/** What a process found that raced the builds of the kernels under its flags. */
export interface TrialReport {
  /** The fastest build. */
  readonly variant: Variant;
  /** Of the trial product in that build, at best. */
  readonly milliseconds: number;
  /** Some of what the trial network gives in that build. */
  readonly sample: readonly number[];
}

/** What vectors of twice the width gain on one machine, with one version of V8. */
export interface WideVectors {
  /** How many times as fast the kernels' product is with them. */
  readonly gain: number;
  /** Whether the kernels compute the same with them. */
  readonly agrees: boolean;
}

/** They must make the product so many times as fast to be offered: where they do anything they nearly double it. */
const LEAST_GAIN = 1.4;
/** One of so many values is held against the other process's. */
const EVERY = 97;

export function sampleOf(result: Float32Array): number[] {
  return Array.from({ length: Math.floor(result.length / EVERY) }, (_, i) => result[i * EVERY]!);
}

/** What one process prints; undefined where it is none of it. */
export function readTrialReport(text: string): TrialReport | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null) return undefined;
  const { variant, milliseconds, sample } = json as Readonly<Record<string, unknown>>;
  const known = variants.find((each) => each === variant);
  if (!known || typeof milliseconds !== 'number' || !(milliseconds > 0)) return undefined;
  if (!Array.isArray(sample) || sample.length === 0 || !sample.every(Number.isFinite)) return undefined;
  return { variant: known, milliseconds, sample };
}

/** Of several trials of each: the fastest, and whether all agree with the first. */
export function compareVectors(usual: readonly TrialReport[], wide: readonly TrialReport[]): WideVectors {
  const best = (trials: readonly TrialReport[]): number =>
    Math.min(...trials.map(({ milliseconds }) => milliseconds));
  const expected = Float32Array.from(usual[0]!.sample);
  return {
    gain: best(usual) / best(wide),
    agrees: wide.every(
      ({ sample }) => sample.length === expected.length && agree(Float32Array.from(sample), expected),
    ),
  };
}

/** Whether they are worth being offered. */
export function pays({ gain, agrees }: WideVectors): boolean {
  return agrees && gain >= LEAST_GAIN;
}
