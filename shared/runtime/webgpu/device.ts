import { waitShortly } from '../turn.ts';
import { DeviceLost, OutOfMemory, Refused, WebgpuUnavailable } from './device-errors.ts';
import type { Dispatch, Limits } from './dispatch.ts';
import { COMPUTE_STAGE, MAP_TO_READ, USAGE } from './usage.ts';

/** Kernels read buffers of this size with whole numbers of 32 bits. */
const MOST_BYTES = 2 ** 31 - 4;
/** Where the numbers of each dispatch may begin in their buffer: what the standard allows everywhere. */
export const UNIFORM_BYTES = 256;

/** A compiled kernel, and how its buffers are bound. */
export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/**
 * A WebGPU device, on a page or in a worker: limits, kernels, buffers and submissions. It is had from its first `renew` on:
 * asking what there is wakes no graphics card. After a loss everything that was made is gone; `renew` gets another device,
 * `generation` changes, and whoever holds buffers makes them anew.
 */
export class WebgpuDevice {
  readonly limits: Limits;
  /** What the adapter calls itself, for messages and for remembering measurements. */
  readonly name: string;
  /** Whether it computes on the processor. */
  readonly isSoftware: boolean;
  private device: GPUDevice | undefined;
  /** Why there is none at the moment. */
  private lost: string | undefined;
  private made = 0;
  private opening: Promise<void> | undefined;
  private readonly layouts = new Map<number, GPUBindGroupLayout>();
  private readonly pipelines = new Map<string, Promise<Pipeline>>();

  private constructor(adapter: GPUAdapter) {
    const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
    this.name = description || [vendor, architecture].filter((part) => part !== '').join(' ') || 'unnamed';
    this.isSoftware = isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(this.name);
    this.limits = { bufferBytes: bufferBytesOf(adapter) };
  }

  /** Rejects with `WebgpuUnavailable` where there is no adapter. */
  static async find(): Promise<WebgpuDevice> {
    return new WebgpuDevice(await findAdapter());
  }

  /** Changes whenever everything that was made before is gone. */
  get generation(): number {
    return this.made;
  }

  /** The device, which throws where it is gone. */
  private get alive(): GPUDevice {
    if (!this.device) throw new DeviceLost(this.lost);
    return this.device;
  }

  /**
   * A device where there is none, or another in place of one that was lost. Rejects with `WebgpuUnavailable` where there never
   * was one to be had, and with `DeviceLost` where there is none any more.
   */
  async renew(): Promise<void> {
    if (this.device) return;
    this.opening ??= this.open().finally(() => {
      this.opening = undefined;
    });
    await this.opening;
  }

  private async open(): Promise<void> {
    try {
      const device = await requestDevice(await findAdapter(), this.limits);
      this.device = device;
      this.made++;
      this.layouts.clear();
      this.pipelines.clear();
      this.watch(device);
    } catch (error) {
      if (error instanceof WebgpuUnavailable && this.made > 0) throw new DeviceLost(error.message);
      throw error;
    }
  }

  /** For tests: takes the device away. */
  lose(): void {
    this.device?.destroy();
    this.forget('it was taken away');
  }

  private forget(reason: string): void {
    this.device = undefined;
    this.lost = reason;
  }

  /** Throws where the device of some work is gone, whether or not another is there. */
  private mustStillBe(device: GPUDevice): void {
    if (device !== this.device) throw new DeviceLost(this.lost);
  }

  private watch(device: GPUDevice): void {
    void device.lost.then(({ message }) => {
      if (device === this.device) this.forget(message || 'it gave no reason');
    });
  }

  /** Does work without a wait in it; rejects with what the device has against it. */
  async judged<T>(work: (device: GPUDevice) => T): Promise<T> {
    const device = this.alive;
    for (const kind of ['internal', 'out-of-memory', 'validation'] as const) device.pushErrorScope(kind);
    let result: T;
    let verdicts: Promise<GPUError | null>[];
    try {
      result = work(device);
    } catch (error) {
      // Browsers throw where memory cannot even be mapped.
      if (error instanceof RangeError) throw new OutOfMemory(error.message);
      throw error;
    } finally {
      verdicts = [0, 1, 2].map(() => device.popErrorScope());
    }
    const errors = await Promise.all(verdicts).catch(() => []);
    this.mustStillBe(device);
    for (const error of errors) {
      if (!error) continue;
      if (error instanceof GPUOutOfMemoryError) throw new OutOfMemory(error.message);
      throw new Refused(firstLine(error.message));
    }
    return result;
  }

  /** Compiles a kernel, once. */
  pipelineOf({ code, buffers }: Dispatch): Promise<Pipeline> {
    const known = this.pipelines.get(code);
    if (known) return known;
    const compiled = this.compile(code, buffers.length);
    this.pipelines.set(code, compiled);
    return compiled;
  }

  private async compile(code: string, buffers: number): Promise<Pipeline> {
    const device = this.alive;
    const layout = this.layoutOf(device, buffers);
    const module = await this.judged(() => device.createShaderModule({ code }));
    try {
      const pipeline = await device.createComputePipelineAsync({
        layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
        compute: { module, entryPoint: 'main' },
      });
      return { pipeline, layout };
    } catch (error) {
      this.mustStillBe(device);
      throw new Refused(firstLine(error instanceof Error ? error.message : String(error)));
    }
  }

  /** Numbers first, then what is read, then what is written. */
  private layoutOf(device: GPUDevice, buffers: number): GPUBindGroupLayout {
    const known = this.layouts.get(buffers);
    if (known) return known;
    const typeOf = (binding: number): GPUBufferBindingType =>
      binding === 0 ? 'uniform' : binding < buffers ? 'read-only-storage' : 'storage';
    const layout = device.createBindGroupLayout({
      entries: Array.from({ length: buffers + 1 }, (_, binding) => ({
        binding,
        visibility: COMPUTE_STAGE,
        buffer: { type: typeOf(binding) },
      })),
    });
    this.layouts.set(buffers, layout);
    return layout;
  }

  /** Resolves when all that was submitted is done. */
  async settled(): Promise<void> {
    const device = this.alive;
    await device.queue.onSubmittedWorkDone();
    this.mustStillBe(device);
  }

  /** So many elements from the beginning of a buffer. */
  async read(buffer: GPUBuffer, elements: number): Promise<Float32Array> {
    const size = 4 * elements;
    const device = this.alive;
    const staging = await this.judged(() => {
      const target = device.createBuffer({ size, usage: USAGE.mapRead | USAGE.copyTarget });
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer, 0, target, 0, size);
      device.queue.submit([encoder.finish()]);
      return target;
    });
    try {
      await staging.mapAsync(MAP_TO_READ);
      return new Float32Array(staging.getMappedRange().slice(0));
    } catch (error) {
      // What was lost meanwhile cannot be mapped; that it is lost may be told a moment later.
      await Promise.race([device.lost, waitShortly()]);
      this.mustStillBe(device);
      throw new Refused(firstLine(error instanceof Error ? error.message : String(error)));
    } finally {
      staging.destroy();
    }
  }
}

async function findAdapter(): Promise<GPUAdapter> {
  // Where a page is not secure, or the browser does not know it, there is nothing to ask.
  const gpu = 'gpu' in navigator ? navigator.gpu : undefined;
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' }).catch(unavailable);
  if (!adapter) throw new WebgpuUnavailable('This browser offers no WebGPU adapter.');
  return adapter;
}

function requestDevice(adapter: GPUAdapter, { bufferBytes }: Limits): Promise<GPUDevice> {
  const requiredLimits = { maxStorageBufferBindingSize: bufferBytes, maxBufferSize: bufferBytes };
  return adapter.requestDevice({ requiredLimits }).catch(unavailable);
}

function unavailable(error: unknown): never {
  throw new WebgpuUnavailable(error instanceof Error ? error.message : String(error));
}

function bufferBytesOf({ limits }: GPUAdapter): number {
  return Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize, MOST_BYTES);
}

/** Drivers tell the whole kernel after what they have against it. */
function firstLine(message: string): string {
  return message.split('\n')[0]!;
}
