import { attention } from './attention';
import { convolution } from './convolution';
import {
  CALL_COUNT, CALL_PROGRAM, CONTROL, CONTROL_ARRIVED, CONTROL_BEGAN, CONTROL_DONE, CONTROL_END, CONTROL_GENERATION, CONTROL_PHASE, CONTROL_STEP, CONTROL_STOP, OP_ACTIVATION, OP_ATTENTION, OP_BINARY, OP_CONVOLUTION,
  OP_COPY, OP_DEPTHWISE, OP_EXPORT, OP_GLOBAL_POOL, OP_IMPORT, OP_LINE, OP_LRN, OP_PHASES, OP_LAYER_NORM, OP_MOVE, OP_POOL, OP_FILL, OP_MATRIX_PRODUCT, OP_REARRANGE, OP_RESIZE, OP_RUNS, OP_SOFTMAX, OP_WINOGRAD, PROGRAM_STEPS, RANGES, RANGE_BYTES, RUN_DONE,
  RUN_PAUSED, RUN_STOPPED, STEP_BYTES, S_CLEARS, S_ENDED, S_MADE, S_NEXT, S_OP, S_PHASES, S_UNITS,
} from './layout';
import { fill, matrixProduct, resize, runs } from './dense';
import { gemm, PIECE } from './gemm';
import { MR, NB } from './micro';
import { clearHalo, copyMap, exportDense, importDense, importPhases, move, rearrange } from './moves';
import { layerNorm } from './layer-norm';
import { line } from './line';
import { activation, binary, responseNorm, softmax } from './pointwise';
import { depthwise, globalPool, pool } from './spatial';
import { int } from './vector';
import { winograd } from './winograd';

export { clearHalo } from './moves';
export { packDepthwise, packHalves, packInterleaved, packLine, packPanel, packQuads, packStrassen, packWinograd } from './pack';

/** Milliseconds, from a clock that all threads share well enough for a profile. */
// @ts-ignore: decorator
@external('env', 'now')
declare function now(): f64;

/** The shape of this build's register tile. */
export function tilePixels(): i32 { return MR; }
export function panelChannels(): i32 { return NB; }

/** For choosing between builds: the product alone, on contiguous pixels. */
export function measure(a: usize, b: usize, o: usize, pixels: i32, depth: i32, panels: i32): void {
  const line = <usize>pixels * 32;
  gemm(a, b, o, pixels, depth, panels, MR * 32, line, line, PIECE);
}

// @ts-ignore: decorator
@inline
function stopped(): bool {
  if (ASC_FEATURE_THREADS) return atomic.load<i32>(CONTROL + CONTROL_STOP) != 0;
  return load<i32>(CONTROL + CONTROL_STOP) != 0;
}

// @ts-ignore: decorator
@inline
function draw(counter: usize): i32 {
  if (ASC_FEATURE_THREADS) return atomic.add<i32>(counter, 1);
  const unit = load<i32>(counter);
  store<i32>(counter, unit + 1);
  return unit;
}

/**
 * Polls of the barrier before a thread goes to sleep: about a millisecond, longer than threads wait for each other while
 * each has a processor. One that sleeps may be woken on the other's processor, and is left there for ten milliseconds.
 */
// @ts-ignore: decorator
@inline const SPINS: i32 = 200000;
/** A sleeping thread looks up this often, in nanoseconds, so that a thread that died cannot hold it for ever. */
// @ts-ignore: decorator
@inline const NAP: i64 = 20_000_000;

/**
 * Polls a word while it is as it was seen, then sleeps once. A function of its own, since V8's baseline code (Liftoff) for
 * a wait spoils the local that is given to it: a barrier that compared with that local again let threads through too early.
 * So nothing here is read after the wait; and the loop keeps the optimiser from inlining it.
 */
export function rest(word: usize, seen: i32, polls: i32, nanoseconds: i64): void {
  if (ASC_FEATURE_THREADS) {
    for (let i = 0; i < polls; i++) if (atomic.load<i32>(word) != seen) return;
    atomic.wait<i32>(word, seen, nanoseconds);
  }
}

/** Milliseconds that a thread works before it first makes room for others that have not come; then it waits so many times as long. */
// @ts-ignore: decorator
@inline const PATIENCE: f64 = 0.15;
// @ts-ignore: decorator
@inline const LATER: f64 = 4;
/** For how long it makes room at most, in nanoseconds: some times what it takes to change from one thread to another. */
// @ts-ignore: decorator
@inline const ROOM: i64 = 100_000;

/** Of this thread, since each has an instance of this module: how long it bears to be without the others, and until when. */
let patience: f64 = PATIENCE;
let roomAt: f64 = 0;

/** Says that one more thread is at work in this run. */
function arrive(): void {
  if (ASC_FEATURE_THREADS) {
    atomic.add<i32>(CONTROL + CONTROL_ARRIVED, 1);
    atomic.notify(CONTROL + CONTROL_ARRIVED, -1);
    patience = PATIENCE;
    roomAt = now() + patience;
  }
}

/**
 * Threads that are woken together may be put on one processor, where one waits for the other, and is left there for ten
 * milliseconds while another processor has nothing to do. So who is at work and misses another sleeps until that one has
 * come: it is let run, and who slept is woken where there is room. False while somebody is missing.
 */
function makeRoom(threads: i32): bool {
  if (ASC_FEATURE_THREADS) {
    const arrived = atomic.load<i32>(CONTROL + CONTROL_ARRIVED);
    if (arrived >= threads) return true;
    const time = now();
    if (time < roomAt) return false;
    patience *= LATER;
    roomAt = time + patience;
    rest(CONTROL + CONTROL_ARRIVED, arrived, 0, ROOM);
    return false;
  }
  return true;
}

/** Says that so many of a phase's units are made; who makes the last wakes whoever waits for them. */
function report(made: usize, count: i32, all: i32): void {
  if (count == 0) return;
  if (ASC_FEATURE_THREADS) {
    if (atomic.add<i32>(made, count) + count < all) return;
    atomic.add<i32>(CONTROL + CONTROL_GENERATION, 1);
    atomic.notify(CONTROL + CONTROL_GENERATION, -1);
  } else store<i32>(made, load<i32>(made) + count);
}

// @ts-ignore: decorator
@inline
function isMade(made: usize, all: i32): bool {
  if (ASC_FEATURE_THREADS) return atomic.load<i32>(made) == all;
  return load<i32>(made) == all;
}

/** Waits until all of a phase is made, whoever makes it. False when the run was stopped meanwhile. */
function meet(made: usize, all: i32): bool {
  if (ASC_FEATURE_THREADS) {
    for (;;) {
      const generation = atomic.load<i32>(CONTROL + CONTROL_GENERATION);
      if (isMade(made, all)) break;
      if (stopped()) return false;
      rest(CONTROL + CONTROL_GENERATION, generation, SPINS, NAP);
    }
  }
  return !stopped();
}

/**
 * Between runs: waits until another run is asked for than the last one `seen`, and returns its number, or 0 to leave. All
 * threads but the first stay awake for a moment, since to be woken takes as long as a step does; the first leaves its
 * processor to whoever asks.
 */
export function nextCall(seen: i32, thread: i32): i32 {
  if (ASC_FEATURE_THREADS) {
    while (atomic.load<i32>(CALL_COUNT) == seen) rest(CALL_COUNT, seen, thread == 0 ? 0 : SPINS, -1);
    return load<i32>(CALL_PROGRAM) == 0 ? 0 : atomic.load<i32>(CALL_COUNT);
  }
  return 0;
}

/** One unit of a step's phase, by itself: for tests, which work through units in other orders. */
export function work(step: usize, phase: i32, unit: i32, thread: i32): void {
  switch (int(step, S_OP)) {
    case OP_CONVOLUTION: convolution(step, phase, unit, thread); break;
    case OP_WINOGRAD: winograd(step, phase, unit, thread); break;
    case OP_LINE: line(step, unit, thread); break;
    case OP_DEPTHWISE: depthwise(step, unit); break;
    case OP_POOL: pool(step, unit); break;
    case OP_GLOBAL_POOL: globalPool(step, phase, unit); break;
    case OP_ACTIVATION: activation(step, unit); break;
    case OP_BINARY: binary(step, unit); break;
    case OP_LRN: responseNorm(step, unit, thread); break;
    case OP_SOFTMAX: softmax(step, unit, thread); break;
    case OP_IMPORT: importDense(step, unit); break;
    case OP_PHASES: importPhases(step, unit); break;
    case OP_EXPORT: exportDense(step, unit); break;
    case OP_COPY: copyMap(step, unit); break;
    case OP_REARRANGE: rearrange(step, unit); break;
    case OP_RUNS: runs(step, unit); break;
    case OP_MATRIX_PRODUCT: matrixProduct(step, unit); break;
    case OP_RESIZE: resize(step, unit); break;
    case OP_FILL: fill(step, unit); break;
    case OP_LAYER_NORM: layerNorm(step, unit); break;
    case OP_MOVE: move(step, unit); break;
    case OP_ATTENTION: attention(step, unit, thread); break;
    default: unreachable();
  }
}

/**
 * Runs the steps of a program that the control block names. Every thread calls it; they share out the units of each
 * phase as they get to them, and go on when all are made. Nobody waits for a thread, only for units that it has drawn: one
 * that the system lets run later finds what is over, and joins the others where they are.
 * deadline: 0, or (for a single thread only) the time after which to come back with RUN_PAUSED; call again to go on.
 */
export function run(program: usize, thread: i32, threads: i32, deadline: f64): i32 {
  const steps = load<i32>(CONTROL + CONTROL_END);
  if (thread == 0) store<f64>(CONTROL + CONTROL_BEGAN, now());
  if (threads > 1) arrive();
  let isComplete = threads == 1;
  let phase = load<i32>(CONTROL + CONTROL_PHASE);
  for (let index = load<i32>(CONTROL + CONTROL_STEP); index < steps; index++) {
    const step = program + PROGRAM_STEPS + <usize>index * STEP_BYTES;
    const phases = int(step, S_PHASES);
    for (; phase < phases; phase++) {
      const units = int(step + <usize>phase * 4, S_UNITS);
      const clears = phase == 0 && int(step, S_CLEARS) != 0;
      // A thread begins in a range of its own, so that it finds what it made in the step before in its own cache; then it
      // helps the others. A range's part of the halo comes last.
      const ranges = min(threads, RANGES);
      const made = step + S_MADE + <usize>phase * 4, all = units + (clears ? ranges : 0);
      for (let i = 0; i < ranges && !isMade(made, all); i++) {
        const range = (thread + i) % ranges;
        const start = units * range / ranges, end = units * (range + 1) / ranges;
        const counter = step + S_NEXT + <usize>range * RANGE_BYTES + <usize>phase * 4;
        let count = 0;
        while (!stopped()) {
          if (!isComplete) isComplete = makeRoom(threads);
          const unit = start + draw(counter);
          if (unit < end) work(step, phase, unit, thread);
          else if (unit == end && clears) clearHalo(step, range, ranges);
          else break;
          count++;
          if (deadline > 0 && now() > deadline) {
            report(made, count, all);
            store<i32>(CONTROL + CONTROL_STEP, index);
            store<i32>(CONTROL + CONTROL_PHASE, phase);
            return RUN_PAUSED;
          }
        }
        report(made, count, all);
      }
      if (!meet(made, all)) return RUN_STOPPED;
    }
    phase = 0;
    if (thread == 0) {
      store<f64>(step + S_ENDED, now());
      progress(index + 1);
    }
  }
  return RUN_DONE;
}

/** Runs the program that was asked for last, as one of the threads that `nextCall` woke; none where it was told to leave since. */
export function runCalled(thread: i32, threads: i32): i32 {
  const program = <usize>load<u32>(CALL_PROGRAM);
  return program == 0 ? RUN_STOPPED : run(program, thread, threads, 0);
}

// @ts-ignore: decorator
@inline
function progress(done: i32): void {
  if (ASC_FEATURE_THREADS) atomic.store<i32>(CONTROL + CONTROL_DONE, done);
  else store<i32>(CONTROL + CONTROL_DONE, done);
}
