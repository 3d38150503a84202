import { giveTurn, stopIfAborted } from '../turn.ts';
import type { WebgpuDevice } from './device.ts';
import type { WeightBuffer } from './dispatch.ts';
import { TENSOR_USAGE } from './usage.ts';

/** Bytes uploaded between two turns for others, and two looks at whether it was cancelled. */
const TURN_BYTES = 4 * 2 ** 20;

/** The weights of a network on a device, shared by all of its plans. */
export class WeightBuffers {
  private readonly device: WebgpuDevice;
  private readonly buffers = new Map<string, GPUBuffer>();
  private generation: number | undefined;
  private sinceTurn = 0;

  constructor(device: WebgpuDevice) {
    this.device = device;
  }

  /** Packs and uploads it, unless it is there. Throws `RunCancelled` when it was cancelled meanwhile. */
  async upload(weight: WeightBuffer, signal: AbortSignal | undefined): Promise<void> {
    if (this.generation !== this.device.generation) this.free();
    this.generation = this.device.generation;
    if (this.buffers.has(weight.key)) return;
    const data = weight.pack();
    const buffer = await this.device.judged((gpu) => {
      const made = gpu.createBuffer({ size: data.byteLength, usage: TENSOR_USAGE });
      gpu.queue.writeBuffer(made, 0, data as Float32Array<ArrayBuffer>);
      return made;
    });
    this.buffers.set(weight.key, buffer);
    this.sinceTurn += data.byteLength;
    if (this.sinceTurn < TURN_BYTES) return;
    this.sinceTurn = 0;
    await giveTurn();
    stopIfAborted(signal);
  }

  get({ key }: WeightBuffer): GPUBuffer {
    return this.buffers.get(key)!;
  }

  free(): void {
    for (const buffer of this.buffers.values()) buffer.destroy();
    this.buffers.clear();
  }
}
