import type { PrepareOptions } from '../backend.ts';
import { giveTurn, stopIfAborted } from '../turn.ts';
import type { WebglDevice } from './device.ts';
import type { Pass } from './pass.ts';
import type { DrawStep } from './plan.ts';
import type { ResidentPlan } from './resident-plan.ts';
import { Uploads } from './uploads.ts';
import type { WeightTextures } from './weight-textures.ts';

/** Progress is told this often. */
const REPORT_MILLISECONDS = 50;

/**
 * Compiles every shader and uploads every weight, so that the first run is like all others. Weights are packed while
 * the device compiles. Throws `RunCancelled` soon after it was cancelled.
 */
export async function warmUp(
  resident: ResidentPlan,
  device: WebglDevice,
  weights: WeightTextures,
  { signal, onProgress }: PrepareOptions,
): Promise<void> {
  const passes = resident.plan.steps.flatMap((step) =>
    step.kind === 'draw' ? step.passes.map((pass) => ({ pass, step })) : [],
  );
  // Whoever compiles one after the other would have the first wait for all.
  if (device.compilesInParallel) for (const { pass } of passes) device.startProgram(pass.fragment);
  const uploads = new Uploads(device, signal);
  const trials = new Trials(resident, device, signal);
  let shown = performance.now();
  for (const [done, { pass, step }] of passes.entries()) {
    if (performance.now() - shown > REPORT_MILLISECONDS) {
      report(onProgress, done, passes.length, step);
      await giveTurn();
      shown = performance.now();
    }
    stopIfAborted(signal);
    for (const source of Object.values(pass.textures)) {
      if (source.kind === 'weight') await weights.upload(source.weight, uploads);
    }
    await trials.of(pass);
  }
  await uploads.check();
  onProgress?.({ done: passes.length, total: passes.length, fraction: 1, node: '' });
}

function report(onProgress: PrepareOptions['onProgress'], done: number, total: number, step: DrawStep): void {
  onProgress?.({ done, total, fraction: done / total, node: step.nodes.at(-1)! });
}

/** First draws, one after the other: a queue of them would keep whoever asks the device anything waiting. */
class Trials {
  private readonly resident: ResidentPlan;
  private readonly device: WebglDevice;
  private readonly signal: AbortSignal | undefined;
  private readonly seen = new Set<string>();
  private last: WebGLSync | null | undefined;

  constructor(resident: ResidentPlan, device: WebglDevice, signal: AbortSignal | undefined) {
    this.resident = resident;
    this.device = device;
    this.signal = signal;
  }

  async of(pass: Pass): Promise<void> {
    if (this.seen.has(pass.fragment)) return;
    this.seen.add(pass.fragment);
    if (this.last !== undefined) await this.device.passed(this.last, this.signal);
    await this.device.compiled(pass.fragment, this.signal);
    this.resident.tryOut(pass);
    this.last = this.device.fence();
  }
}
