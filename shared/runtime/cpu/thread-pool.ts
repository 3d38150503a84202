import { giveTurn } from '../turn.ts';
import {
  CALL_COUNT,
  CALL_PROGRAM,
  CONTROL,
  CONTROL_DONE,
  CONTROL_GENERATION,
  CONTROL_STOP,
  HEAP,
  RUN_STOPPED,
} from './assembly/layout.ts';
import type { CpuHost, KernelModule, WorkerLink } from './host.ts';
import type { KernelMemory, Kernels } from './kernels.ts';
import { alreadyReleased, RunError, workerDied } from './run-error.ts';

/** Something that runs the steps that the control block names. */
export interface Runner {
  readonly threads: number;
  /** Whether its threads are there, and wait for work. */
  readonly isIdle: boolean;
  /** Resolves with RUN_DONE or RUN_STOPPED; rejects when a worker died, after which this runner is of no more use. */
  run(program: number): Promise<number>;
  /** Asks the current run to stop. */
  stop(): void;
  /** Steps done so far. */
  done(): number;
  close(): Promise<void>;
}

interface PendingRun {
  readonly call: number;
  waiting: number;
  status: number;
  readonly resolve: (status: number) => void;
  readonly reject: (error: RunError) => void;
}

/** Workers that run one program together: one word in their memory wakes all, and the program itself keeps them in step. */
export class ThreadPool implements Runner {
  readonly threads: number;
  private readonly words: Int32Array;
  private readonly links: WorkerLink[] = [];
  private pending: PendingRun | undefined;
  private failure: RunError | undefined;
  private failStart: ((error: RunError) => void) | undefined;

  private constructor(threads: number, memory: KernelMemory) {
    this.threads = threads;
    this.words = new Int32Array(memory.buffer, 0, HEAP / 4);
  }

  /** Starts the workers; rejects when one of them cannot start. With `touches`, the first then touches all of a new memory. */
  static async start(
    host: CpuHost,
    module: KernelModule,
    memory: KernelMemory,
    threads: number,
    touches: boolean,
  ): Promise<ThreadPool> {
    const pool = new ThreadPool(threads, memory);
    try {
      await new Promise<void>((resolve, reject) => {
        let ready = 0;
        pool.failStart = reject;
        for (let thread = 0; thread < threads; thread++) {
          const link = host.spawn();
          pool.links.push(link);
          link.onFailure((reason) => pool.fail(reason));
          link.onMessage((message) => {
            if (message.type === 'ready') {
              if (++ready === threads) resolve();
            } else if (message.type === 'failed') pool.fail(message.message);
            else pool.finish(message.call, message.status);
          });
          link.post({
            module: module.module,
            memory,
            thread,
            threads,
            seen: pool.calls(),
            touches: touches && thread === 0,
          });
        }
      });
    } catch (error) {
      await pool.close();
      throw error;
    }
    for (const link of pool.links) link.keepProcess(false);
    return pool;
  }

  get isIdle(): boolean {
    return !this.failure && !this.pending;
  }

  run(program: number): Promise<number> {
    if (this.failure) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      for (const link of this.links) link.keepProcess(true);
      const call = (this.calls() + 1) | 0;
      this.pending = { call, waiting: this.threads, status: 0, resolve, reject };
      this.call(program);
    });
  }

  /** Asks all threads to run a program; 0 asks them to leave. */
  private call(program: number): void {
    this.words[CALL_PROGRAM / 4] = program;
    Atomics.add(this.words, CALL_COUNT / 4, 1);
    Atomics.notify(this.words, CALL_COUNT / 4);
  }

  /** Runs that were asked for in this memory so far. */
  private calls(): number {
    return Atomics.load(this.words, CALL_COUNT / 4);
  }

  private finish(call: number, status: number): void {
    const { pending } = this;
    if (pending?.call !== call) return;
    pending.status = Math.max(pending.status, status);
    if (--pending.waiting > 0) return;
    this.pending = undefined;
    for (const link of this.links) link.keepProcess(false);
    pending.resolve(pending.status);
  }

  /** One worker is gone: the others leave their barriers, and whoever waits is told. */
  private fail(reason: string): void {
    this.failure ??= new RunError(workerDied(reason));
    this.stop();
    const { pending } = this;
    this.pending = undefined;
    pending?.reject(this.failure);
    this.failStart?.(this.failure);
  }

  stop(): void {
    Atomics.store(this.words, (CONTROL + CONTROL_STOP) / 4, RUN_STOPPED);
    Atomics.notify(this.words, (CONTROL + CONTROL_GENERATION) / 4);
  }

  done(): number {
    return Atomics.load(this.words, (CONTROL + CONTROL_DONE) / 4);
  }

  /** Ends the workers; a run that they were at is over. */
  async close(): Promise<void> {
    this.failure ??= new RunError(alreadyReleased());
    const { pending } = this;
    this.pending = undefined;
    pending?.reject(this.failure);
    this.call(0);
    await Promise.all(this.links.map((link) => link.terminate()));
    this.links.length = 0;
  }
}

/** Milliseconds that a run on the calling thread works before it lets others have their turn. */
const SLICE = 12;

/** Runs programs on the calling thread, in slices: for platforms that cannot share memory. */
export class SlicedRunner implements Runner {
  readonly threads = 1;
  /** It has no threads that could wait. */
  readonly isIdle = false;
  private readonly kernels: Kernels;
  private readonly memory: KernelMemory;

  constructor(kernels: Kernels, memory: KernelMemory) {
    this.kernels = kernels;
    this.memory = memory;
  }

  async run(program: number): Promise<number> {
    for (;;) {
      const status = this.kernels.run(program, 0, 1, performance.now() + SLICE);
      if (status < 2) return status;
      await giveTurn();
    }
  }

  stop(): void {
    this.word(CONTROL_STOP)[0] = RUN_STOPPED;
  }

  done(): number {
    return this.word(CONTROL_DONE)[0]!;
  }

  /** The buffer is looked up each time, since it is replaced when the memory grows. */
  private word(offset: number): Int32Array {
    return new Int32Array(this.memory.buffer, CONTROL + offset, 1);
  }

  async close(): Promise<void> {}
}
