import type { Design } from '../graph/design.ts';
import { bytesOf, type NumberType, numberTypeNames } from '../graph/number-types.ts';
import type { Totals } from './facts.ts';
import type { Leaf } from './leaves.ts';
import { countMemory } from './memory.ts';

/** What a network may take where it is deployed. */
export interface Target {
  readonly name: string;
  /** For activations: SRAM. */
  readonly memoryBytes: number;
  /** For weights: flash. */
  readonly storageBytes: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** Microcontrollers. Source: Lin et al. 2020, MCUNet: SRAM and flash of the boards that it is measured on. */
export const namedTargets: readonly Target[] = [
  { name: 'stm32f412', memoryBytes: 256 * KIB, storageBytes: 1 * MIB },
  { name: 'stm32f746', memoryBytes: 320 * KIB, storageBytes: 1 * MIB },
  { name: 'stm32f765', memoryBytes: 512 * KIB, storageBytes: 2 * MIB },
  { name: 'stm32h743', memoryBytes: 512 * KIB, storageBytes: 2 * MIB },
];

/** A target, if all numbers were of one type. */
export interface TargetFit {
  readonly target: Target;
  readonly numbers: NumberType;
  /** Of TFLite Micro's greedy arena, for the design's batch. */
  readonly peakBytes: number;
  readonly weightBytes: number;
  /** What there is too little of. */
  readonly lacks: readonly ('memory' | 'storage')[];
}

/** Whether a network fits in each target, for every type of number. */
export function fitsIn(
  leaves: readonly Leaf[],
  { batch }: Pick<Design, 'batch'>,
  { params, statistics }: Pick<Totals, 'params' | 'statistics'>,
  targets: readonly Target[],
): readonly TargetFit[] {
  if (targets.length === 0) return [];
  const needs = numberTypeNames.map((numbers) => ({
    numbers,
    weightBytes: (params + statistics) * bytesOf(numbers),
    peakBytes: countMemory(
      leaves,
      { numbers: { weights: numbers, activations: numbers }, batch },
      'greedyArena',
    ).peakBytes,
  }));
  return targets.flatMap((target) =>
    needs.map((need): TargetFit => {
      const lacks: ('memory' | 'storage')[] = [];
      if (need.peakBytes > target.memoryBytes) lacks.push('memory');
      if (need.weightBytes > target.storageBytes) lacks.push('storage');
      return { target, ...need, lacks };
    }),
  );
}
