import { elementCount } from '../../base/dims.ts';
import { type FloatTensor, Tensor } from '../../base/tensor.ts';
import type { RunOptions, RunProgress, RunResult, StepProfile } from '../backend.ts';
import { giveTurn, stopIfAborted } from '../turn.ts';
import type { WebgpuDevice } from './device.ts';
import type { Pacer } from './pacer.ts';
import type { WebgpuStep } from './plan.ts';
import type { ResidentPlan } from './resident-plan.ts';

/** One run of a plan: hands its steps to the device piece by piece, and reads what is wanted. */
export class PlanRun {
  private readonly resident: ResidentPlan;
  private readonly device: WebgpuDevice;
  private readonly pacer: Pacer;
  private readonly options: RunOptions;

  constructor(resident: ResidentPlan, device: WebgpuDevice, pacer: Pacer, options: RunOptions) {
    this.resident = resident;
    this.device = device;
    this.pacer = pacer;
    this.options = options;
  }

  async run(feeds: Readonly<Record<string, FloatTensor>>, started: number): Promise<RunResult> {
    const { steps, results } = this.resident.plan;
    const { signal, profile = false } = this.options;
    stopIfAborted(signal);
    await this.device.judged((gpu) => this.resident.upload(gpu, feeds));
    const profiled = profile ? await this.runEach(steps) : undefined;
    if (!profiled) await this.runInPieces(steps);
    const outputs: Record<string, FloatTensor> = {};
    for (const [id, { source, dims }] of results) {
      stopIfAborted(signal);
      const data = await this.device.read(this.resident.bufferOf(source), elementCount(dims));
      outputs[id] = new Tensor('float32', data, dims);
    }
    this.report(steps.length, steps);
    const milliseconds = performance.now() - started;
    return { outputs, milliseconds, ...(profiled ? { profile: profiled } : {}) };
  }

  /** Two pieces are on their way, so that the device never runs dry; more would keep whoever cancels waiting. */
  private async runInPieces(steps: readonly WebgpuStep[]): Promise<void> {
    const { signal } = this.options;
    let before: Promise<void> | undefined;
    for (let first = 0; first < steps.length; ) {
      const end = this.pacer.endOfPiece(steps, first);
      await this.device.judged((gpu) => this.resident.submit(gpu, first, end));
      const took = this.pacer.timed(steps, first, end, this.device.settled());
      // What fails is told by the wait for it.
      took.catch(() => undefined);
      await before;
      before = took;
      first = end;
      this.report(first, steps);
      await giveTurn();
      stopIfAborted(signal);
    }
    await before;
  }

  private async runEach(steps: readonly WebgpuStep[]): Promise<StepProfile[]> {
    const found: StepProfile[] = [];
    await this.device.settled();
    for (const [i, { nodes, algorithm, macs, bytes }] of steps.entries()) {
      stopIfAborted(this.options.signal);
      const began = performance.now();
      await this.device.judged((gpu) => this.resident.submit(gpu, i, i + 1));
      await this.device.settled();
      found.push({ nodes, algorithm, milliseconds: performance.now() - began, macs, bytes });
      this.report(i + 1, steps);
    }
    return found;
  }

  private report(done: number, steps: readonly WebgpuStep[]): void {
    const { onProgress } = this.options;
    const last = steps[done - 1];
    if (!onProgress || !last) return;
    const macs = (some: readonly WebgpuStep[]): number => some.reduce((sum, step) => sum + step.macs, 0);
    const fraction = done === steps.length ? 1 : macs(steps.slice(0, done)) / Math.max(1, macs(steps));
    const progress: RunProgress = { done, total: steps.length, fraction, node: last.nodes.at(-1)! };
    onProgress(progress);
  }
}
