import type { Ceilings } from './calibration.ts';

/** A step that was timed or predicted. */
export interface TimedStep {
  /** Flat node ids. */
  readonly nodes: readonly string[];
  readonly algorithm: string;
  readonly macs: number;
  /** Read and written: maps, and filters as they are packed. */
  readonly bytes: number;
  readonly milliseconds: number;
}

/** Where a step stands under a machine's two ceilings (Williams, Waterman and Patterson 2009). */
export interface RooflinePoint extends TimedStep {
  /** FLOPs, 2 per multiply-add, for each byte that is read or written. */
  readonly intensity: number;
  /** 10⁹ FLOPs a second. */
  readonly gigaflops: number;
  /** What bounds it: left of where the ceilings meet memory, right of it arithmetic. */
  readonly bound: 'memory' | 'arithmetic';
  /** The most that its intensity allows, in 10⁹ FLOPs a second. */
  readonly roofGigaflops: number;
  /** gigaflops / roofGigaflops; above 1 where caches held what it read. */
  readonly reached: number;
  /** Milliseconds that its bytes alone take from memory: multiply-adds saved do not go below it. */
  readonly memoryMilliseconds: number;
}

/** The intensity from which on memory is no bound. */
export function ridgeOf({ gigaflops, gigabytesPerSecond }: Ceilings): number {
  return gigaflops / gigabytesPerSecond;
}

/** Milliseconds that a step takes at the least under two ceilings: of its arithmetic and its bytes, the longer. */
export function leastMilliseconds(
  { macs, bytes }: Pick<TimedStep, 'macs' | 'bytes'>,
  { gigaflops, gigabytesPerSecond }: Ceilings,
): number {
  return Math.max((2 * macs) / gigaflops, bytes / gigabytesPerSecond) / 1e6;
}

/** A point for each step that has multiply-adds; others have a time, and no place under a roof of FLOPs. */
export function rooflinePoints(steps: readonly TimedStep[], ceilings: Ceilings): readonly RooflinePoint[] {
  const ridge = ridgeOf(ceilings);
  return steps.flatMap((step): readonly RooflinePoint[] => {
    const { macs, bytes, milliseconds } = step;
    if (macs <= 0 || bytes <= 0 || milliseconds <= 0) return [];
    const intensity = (2 * macs) / bytes;
    const gigaflops = (2 * macs) / milliseconds / 1e6;
    const roofGigaflops = Math.min(ceilings.gigaflops, intensity * ceilings.gigabytesPerSecond);
    return [
      {
        ...step,
        intensity,
        gigaflops,
        bound: intensity < ridge ? 'memory' : 'arithmetic',
        roofGigaflops,
        reached: gigaflops / roofGigaflops,
        memoryMilliseconds: bytes / ceilings.gigabytesPerSecond / 1e6,
      },
    ];
  });
}
