import type { Backend, Executable, PrepareOptions, WeightStore } from '../backend.ts';
import type { HostIsland } from '../parts/islands.ts';
import { RunError } from '../run-error.ts';
import type { WebglDevice } from './device.ts';
import type { Pass } from './pass.ts';
import type { WebglPlan } from './plan.ts';
import type { Texture } from './textures.ts';
import type { WeightTextures } from './weight-textures.ts';

interface Host {
  readonly backend: string;
  readonly executable: Executable;
}

/** A plan with all that it holds: textures on the device, and other backends that stand ready for its islands. */
export class ResidentPlan {
  readonly plan: WebglPlan;
  private readonly device: WebglDevice;
  private readonly weights: WeightTextures;
  private held: readonly Texture[] = [];
  private generation = -1;
  private readonly hosts = new Map<HostIsland, Host>();

  constructor(plan: WebglPlan, device: WebglDevice, weights: WeightTextures) {
    this.plan = plan;
    this.device = device;
    this.weights = weights;
  }

  get textures(): readonly Texture[] {
    return this.held;
  }

  /** Makes its textures, unless they are there and outlived every loss. */
  async allocate(signal?: AbortSignal): Promise<void> {
    if (this.generation === this.device.generation) return;
    const textures: Texture[] = [];
    try {
      for (const spec of this.plan.slots) textures.push(this.device.createTexture(spec));
      await this.device.checkMemory(signal);
    } catch (error) {
      for (const texture of textures) this.device.deleteTexture(texture);
      throw error;
    }
    this.held = textures;
    this.generation = this.device.generation;
  }

  /** Readies each island on the first of `backends` that can run it. Rejects with the last one's `RunError`. */
  async prepareHosts(
    backends: readonly Backend[],
    store: WeightStore,
    options: PrepareOptions,
  ): Promise<void> {
    for (const step of this.plan.steps) {
      if (step.kind !== 'host' || this.hosts.has(step.island)) continue;
      this.hosts.set(step.island, await firstThatCan(backends, step.island, store, options));
    }
  }

  hostOf(island: HostIsland): Host {
    const host = this.hosts.get(island);
    if (!host) throw new Error(`No backend was prepared for "${island.layers.join('", "')}".`);
    return host;
  }

  /** Draws all of a pass, or some rows of its viewport. */
  draw(pass: Pass, band?: { readonly first: number; readonly count: number }): void {
    this.drawIn(pass, pass.viewport, band);
  }

  /** A first draw of one texel makes drivers finish what linking left undone. */
  tryOut(pass: Pass): void {
    this.drawIn(pass, { ...pass.viewport, width: 1, height: 1 }, undefined);
  }

  private drawIn(
    pass: Pass,
    viewport: Pass['viewport'],
    band: { readonly first: number; readonly count: number } | undefined,
  ): void {
    const target = this.held[pass.target]!;
    this.device.draw({
      fragment: pass.fragment,
      textures: Object.entries(pass.textures).map(([sampler, source]) => [
        sampler,
        source.kind === 'slot' ? this.held[source.slot]! : this.weights.of(source.weight),
      ]),
      uniforms: pass.uniforms,
      floats: pass.floats,
      target,
      layers: pass.layers ?? { first: 0, count: target.layers },
      viewport,
      ...(band ? { band } : {}),
    });
  }

  async free(): Promise<void> {
    if (!this.device.isLost && this.generation === this.device.generation) {
      for (const texture of this.held) this.device.deleteTexture(texture);
    }
    this.held = [];
    this.generation = -1;
    for (const { executable } of this.hosts.values()) await executable.release();
    this.hosts.clear();
  }
}

async function firstThatCan(
  backends: readonly Backend[],
  { network }: HostIsland,
  store: WeightStore,
  options: PrepareOptions,
): Promise<Host> {
  let failure: unknown = new Error('There is no backend for layers without a shader.');
  for (const backend of backends) {
    try {
      return { backend: backend.name, executable: await backend.prepare(network, store, options) };
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      failure = error;
    }
  }
  throw failure;
}
