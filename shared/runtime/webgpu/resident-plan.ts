import { sameDims } from '../../base/dims.ts';
import type { FloatTensor } from '../../base/tensor.ts';
import { stopIfAborted } from '../turn.ts';
import { type Pipeline, UNIFORM_BYTES, type WebgpuDevice } from './device.ts';
import type { BufferSource, Dispatch } from './dispatch.ts';
import type { WebgpuPlan, WebgpuStep } from './plan.ts';
import { TENSOR_USAGE, USAGE } from './usage.ts';
import type { WeightBuffers } from './weight-buffers.ts';

/** A dispatch with its kernel and its buffers. */
interface Ready {
  readonly pipeline: GPUComputePipeline;
  readonly bindings: GPUBindGroup;
  readonly groups: Dispatch['groups'];
}

/** A plan with its buffers on a device. */
export class ResidentPlan {
  readonly plan: WebgpuPlan;
  private readonly device: WebgpuDevice;
  private readonly weights: WeightBuffers;
  private generation: number | undefined;
  private slots: readonly GPUBuffer[] = [];
  private numbers: GPUBuffer | undefined;
  private ready: readonly (readonly Ready[])[] = [];

  constructor(plan: WebgpuPlan, device: WebgpuDevice, weights: WeightBuffers) {
    this.plan = plan;
    this.device = device;
    this.weights = weights;
  }

  /** Compiles, allocates and uploads what is not there yet, or was lost. */
  async allocate(
    signal: AbortSignal | undefined,
    onStep: (done: number, step: WebgpuStep) => void = () => undefined,
  ): Promise<void> {
    const { generation } = this.device;
    if (this.generation === generation) return;
    this.free();
    const { plan, device } = this;
    const kernels = plan.steps.map(({ dispatches }) => dispatches.map((each) => device.pipelineOf(each)));
    // One that is refused while others are waited for is told when its turn comes.
    for (const kernel of kernels.flat()) kernel.catch(() => undefined);
    for (const weight of plan.weights) await this.weights.upload(weight, signal);
    const made = await device.judged((gpu) => {
      return plan.slots.map((elements) => gpu.createBuffer({ size: 4 * elements, usage: TENSOR_USAGE }));
    });
    this.slots = made;
    const pipelines: Pipeline[][] = [];
    for (const [done, step] of plan.steps.entries()) {
      stopIfAborted(signal);
      pipelines.push(await Promise.all(kernels[done]!));
      onStep(done, step);
    }
    await device.judged((gpu) => this.bind(gpu, pipelines));
    this.generation = generation;
  }

  /** The numbers of all dispatches lie in one buffer. */
  private bind(gpu: GPUDevice, pipelines: readonly (readonly Pipeline[])[]): void {
    const all = this.plan.steps.flatMap(({ dispatches }) => dispatches);
    const words = new Int32Array((Math.max(1, all.length) * UNIFORM_BYTES) / 4);
    for (const [i, dispatch] of all.entries()) words.set(dispatch.words, (i * UNIFORM_BYTES) / 4);
    const usage = USAGE.uniform | USAGE.copyTarget;
    const numbers = gpu.createBuffer({ size: words.byteLength, usage });
    gpu.queue.writeBuffer(numbers, 0, words);
    this.numbers = numbers;
    let next = 0;
    this.ready = this.plan.steps.map(({ dispatches }, step) =>
      dispatches.map(({ buffers, groups }, i) => {
        const { pipeline, layout } = pipelines[step]![i]!;
        const own = { buffer: numbers, offset: next++ * UNIFORM_BYTES, size: UNIFORM_BYTES };
        const entries = [
          { binding: 0, resource: own },
          ...buffers.map((source, at) => ({
            binding: at + 1,
            resource: { buffer: this.bufferOf(source) },
          })),
        ];
        return { pipeline, groups, bindings: gpu.createBindGroup({ layout, entries }) };
      }),
    );
  }

  bufferOf(source: BufferSource): GPUBuffer {
    return source.kind === 'slot' ? this.slots[source.slot]! : this.weights.get(source.weight);
  }

  /** Hands some steps to the device, after each other. */
  submit(gpu: GPUDevice, first: number, end: number): void {
    const encoder = gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const step of this.ready.slice(first, end)) {
      for (const { pipeline, bindings, groups } of step) {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, bindings);
        pass.dispatchWorkgroups(...groups);
      }
    }
    pass.end();
    gpu.queue.submit([encoder.finish()]);
  }

  /** Hands over what the network is fed. Extents have been looked at. */
  upload(gpu: GPUDevice, feeds: Readonly<Record<string, FloatTensor>>): void {
    for (const { feed, source, dims } of this.plan.feeds) {
      const { data, dims: given } = feeds[feed]!;
      if (!sameDims(dims, given)) throw new RangeError(`The plan is one for other extents of "${feed}".`);
      gpu.queue.writeBuffer(this.bufferOf(source), 0, data as Float32Array<ArrayBuffer>);
    }
  }

  free(): void {
    for (const buffer of this.slots) buffer.destroy();
    this.numbers?.destroy();
    this.slots = [];
    this.numbers = undefined;
    this.ready = [];
    this.generation = undefined;
  }
}
