import type { Design } from '../graph/design.ts';
import { bytesOf, type NumberType, numberTypeNames } from '../graph/number-types.ts';
import type { Totals } from './facts.ts';
import type { Leaf } from './leaves.ts';
import { countMemory } from './memory.ts';

/** Where a network is to be deployed: what it may take there, and how fast that is at most; each where it is known. */
export interface Target {
  readonly name: string;
  /** For activations: SRAM. */
  readonly memoryBytes?: number;
  /** For weights: flash. */
  readonly storageBytes?: number;
  /** Peak rate of arithmetic, 2 per multiply-add, in 10⁹ a second. */
  readonly gigaflops?: number;
  /** Peak rate at which memory is read and written, in 10⁹ bytes a second. */
  readonly gigabytesPerSecond?: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * Microcontrollers: the boards that MCUNet is measured on (Lin et al. 2020). Sizes are those of ST's reference manuals for
 * the largest of each family: what is given is memory that data can lie in, and flash.
 */
export const namedTargets: readonly Target[] = [
  // RM0402: SRAM1 256 KiB; flash up to 1 MiB (STM32F412xG).
  { name: 'stm32f412', memoryBytes: 256 * KIB, storageBytes: 1 * MIB },
  // RM0385: DTCM 64 + SRAM1 240 + SRAM2 16 KiB, which lie one behind the other; flash up to 1 MiB.
  { name: 'stm32f746', memoryBytes: (64 + 240 + 16) * KIB, storageBytes: 1 * MIB },
  // RM0410: DTCM 128 + SRAM1 368 + SRAM2 16 KiB, one behind the other; flash 2 MiB.
  { name: 'stm32f765', memoryBytes: (128 + 368 + 16) * KIB, storageBytes: 2 * MIB },
  // RM0433: AXI SRAM 512 KiB, the largest piece and what MCUNet counts; the others lie elsewhere. Flash 2 MiB.
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
      if (need.peakBytes > (target.memoryBytes ?? Infinity)) lacks.push('memory');
      if (need.weightBytes > (target.storageBytes ?? Infinity)) lacks.push('storage');
      return { target, ...need, lacks };
    }),
  );
}
