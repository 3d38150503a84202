/** The WebAssembly kernels as their build exports them. Addresses and sizes in bytes unless said otherwise. */
export interface Kernels {
  /** Runs a program from where the control block says; returns RUN_DONE, RUN_STOPPED or RUN_PAUSED. */
  run(program: number, thread: number, threads: number, deadline: number): number;
  /** Waits, on a thread of its own, until another run than the last one seen is asked for; its number, 0 to leave. */
  nextCall(seen: number, thread: number): number;
  /** Runs what was asked for, as one of the threads. */
  runCalled(thread: number, threads: number): number;
  /** One unit of a phase of the step that is encoded at `step`, with the scratch of `thread`. */
  work(step: number, phase: number, unit: number, thread: number): void;
  /** Clears a range's part of the halo of the step's output: a unit of its own, in the first phase of steps that do so. */
  clearHalo(step: number, range: number, ranges: number): void;
  /** Pixels and output channels of the register tile. */
  tilePixels(): number;
  panelChannels(): number;
  /** The matrix product alone, to compare builds. */
  measure(a: number, b: number, out: number, pixels: number, depthBlocks: number, panels: number): void;
  packPanel(
    to: number,
    source: number,
    scales: number,
    first: number,
    outputs: number,
    channels: number,
    taps: number,
    window: number,
  ): void;
  packInterleaved(
    to: number,
    source: number,
    scales: number,
    outputs: number,
    channels: number,
    kernelY: number,
    kernelX: number,
  ): void;
  packStrassen(to: number, from: number, matrixBytes: number): void;
  /** A packed panel of so many bytes whose halves read 4 channels each, without its zeros: half as many. */
  packQuads(to: number, from: number, bytes: number): void;
  /** A packed panel of so many bytes in half as many, as bfloat16. */
  packHalves(to: number, from: number, bytes: number): void;
  packWinograd(
    to: number,
    frequencyStride: number,
    source: number,
    scales: number,
    scratch: number,
    outputs: number,
    channels: number,
    kernel: number,
  ): void;
  /** Filters of one row or column, of so many taps, by the matrix at `matrix`: [points][taps]. */
  packLine(
    to: number,
    frequencyStride: number,
    source: number,
    scales: number,
    matrix: number,
    points: number,
    scratch: number,
    outputs: number,
    channels: number,
    taps: number,
  ): void;
  packDepthwise(to: number, source: number, scales: number, channels: number, taps: number): void;
}

/** A WebAssembly memory, shared between threads or not. `buffer` is replaced when it grows. */
export interface KernelMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  /** Adds pages of 64 KiB; throws when the machine has no more. */
  grow(pages: number): number;
}
