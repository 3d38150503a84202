import type { Problem } from '../../base/problem.ts';
import { messages } from '../../base/problem.ts';
import { isConvolution, type Plan } from '../plan/plan.ts';
import { HEAP } from './assembly/layout.ts';
import { stagingBytes } from './filters.ts';
import { programBytes } from './program.ts';

export const say = messages('runtime/cpu/statement', {
  'memory-exceeded': [
    'This network needs {{kernelBytes}} to run on the CPU ({{weightBytes}} of weights, {{arenaBytes}} of activations), but only {{limit}} can be had.',
    'Use a smaller input or batch, fewer channels, or fewer threads.',
  ],
});

/** What a plan needs, in bytes, stated before anything is allocated. */
export interface MemoryStatement {
  /** Packed filters and biases. */
  readonly weightBytes: number;
  /** Activations, inputs, outputs and scratch, in one arena by liveness. */
  readonly arenaBytes: number;
  /** Of all threads; part of the arena. */
  readonly scratchBytes: number;
  /** The encoded program and its tables. */
  readonly programBytes: number;
  /** Where raw filters pass through on their way to being packed. */
  readonly stagingBytes: number;
  /** All of the above: the kernels' memory. */
  readonly kernelBytes: number;
  /** What the threads have beside it: heaps, stacks and compiled kernels of their own. */
  readonly threadBytes: number;
  readonly totalBytes: number;
}

/** A WebAssembly memory of 32-bit addresses ends here. */
export const MEMORY_LIMIT = 65536 * 65536;
/** Allocation rounds filters, biases and what is done before them up, to this many bytes together. */
const ROUNDING = 768;
/** What a first session adds to a process in V8, whatever the network: the builds that were tried, the plan, buffers. */
const ENGINE_BYTES = 8 * 2 ** 20;
/** What each worker adds: a heap, a stack and compiled code. */
const THREAD_BYTES = 8 * 2 ** 20;

export function stateMemory(plan: Plan): MemoryStatement {
  const convolutions = plan.steps.filter(isConvolution);
  const program = programBytes(plan.steps);
  const staging = stagingBytes(convolutions, plan);
  const weightBytes = plan.weightBytes + convolutions.length * ROUNDING;
  const kernelBytes = HEAP + weightBytes + plan.arenaBytes + program + staging;
  const threadBytes = ENGINE_BYTES + plan.target.threads * THREAD_BYTES;
  return {
    weightBytes,
    arenaBytes: plan.arenaBytes,
    scratchBytes: plan.scratch.bytes,
    programBytes: program,
    stagingBytes: staging,
    kernelBytes,
    threadBytes,
    totalBytes: kernelBytes + threadBytes,
  };
}

/** Why a plan cannot run in `limit` bytes, with the estimate; undefined when it fits. */
export function refuseTooLarge(statement: MemoryStatement, limit: number): Problem | undefined {
  if (statement.kernelBytes <= limit) return undefined;
  const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MiB`;
  return say.at({}, 'memory-exceeded', {
    kernelBytes: mebibytes(statement.kernelBytes),
    weightBytes: mebibytes(statement.weightBytes),
    arenaBytes: mebibytes(statement.arenaBytes),
    limit: mebibytes(limit),
  });
}
