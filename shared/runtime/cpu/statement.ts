import type { Problem } from '../../base/problem.ts';
import { isConvolution, type Plan } from '../plan/plan.ts';
import { HEAP } from './assembly/layout.ts';
import { stagingBytes } from './filters.ts';
import { programBytes } from './program.ts';

/** What a plan needs, in bytes, stated before anything is allocated. */
export interface MemoryStatement {
  /** Packed filters and biases. */
  readonly weightBytes: number;
  /** Activations, inputs, outputs and scratch, in one arena by liveness. */
  readonly arenaBytes: number;
  /** The largest scratch of a step; part of the arena. */
  readonly scratchBytes: number;
  /** The encoded program and its tables. */
  readonly programBytes: number;
  /** Where raw filters pass through on their way to being packed. */
  readonly stagingBytes: number;
  readonly totalBytes: number;
}

/** A WebAssembly memory of 32-bit addresses ends here. */
export const MEMORY_LIMIT = 65536 * 65536;
/** Allocation rounds every filter and bias up, to this many bytes. */
const ROUNDING = 512;

export function stateMemory(plan: Plan): MemoryStatement {
  const convolutions = plan.steps.filter(isConvolution);
  const program = programBytes(plan.steps);
  const staging = stagingBytes(convolutions, plan);
  const weightBytes = plan.weightBytes + convolutions.length * ROUNDING;
  return {
    weightBytes,
    arenaBytes: plan.arenaBytes,
    scratchBytes: plan.scratchBytes,
    programBytes: program,
    stagingBytes: staging,
    totalBytes: HEAP + weightBytes + plan.arenaBytes + program + staging,
  };
}

/** Why a plan cannot run in `limit` bytes, with the estimate; undefined when it fits. */
export function refuseTooLarge(statement: MemoryStatement, limit: number): Problem | undefined {
  if (statement.totalBytes <= limit) return undefined;
  const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MiB`;
  return {
    code: 'memory-exceeded',
    where: {},
    message:
      `This network needs ${mebibytes(statement.totalBytes)} to run on the CPU ` +
      `(${mebibytes(statement.weightBytes)} of weights, ${mebibytes(statement.arenaBytes)} of activations), ` +
      `but only ${mebibytes(limit)} can be had.`,
    hint: 'Use a smaller input or batch, fewer channels, or fewer threads.',
  };
}
