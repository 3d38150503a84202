import type { WebglDevice } from './device.ts';
import { ContextLost } from './device-errors.ts';
import type { WeightTexture } from './pass.ts';
import type { Texture } from './textures.ts';
import type { Uploads } from './uploads.ts';

const LARGE_TEXELS = 2 ** 22;

/** Packed weights on the device, uploaded once and kept; anew after a loss. */
export class WeightTextures {
  private readonly device: WebglDevice;
  private known = new Map<string, Texture>();
  private generation: number;

  constructor(device: WebglDevice) {
    this.device = device;
    this.generation = device.generation;
  }

  /** Packs and uploads it, unless it is there. Throws `OutOfMemory`, `ContextLost` or `RunCancelled`. */
  async upload(weight: WeightTexture, uploads: Uploads): Promise<void> {
    if (this.generation !== this.device.generation) {
      this.known = new Map();
      this.generation = this.device.generation;
    }
    if (this.known.has(weight.key)) return;
    const { generation } = this;
    const texture = this.device.createWeights(weight.width, weight.height);
    try {
      // What is large is most likely to be refused, and worth no packing then.
      if (weight.width * weight.height >= LARGE_TEXELS) await uploads.check();
      for (const rows of weight.pack()) await uploads.add(texture, rows);
      if (generation !== this.device.generation) throw new ContextLost();
    } catch (error) {
      if (generation === this.device.generation) this.device.deleteTexture(texture);
      throw error;
    }
    this.known.set(weight.key, texture);
  }

  /** One that was uploaded before. */
  of(weight: WeightTexture): Texture {
    if (this.generation !== this.device.generation) throw new ContextLost();
    const texture = this.known.get(weight.key);
    if (!texture) throw new Error(`The weights "${weight.key}" were not uploaded.`);
    return texture;
  }

  free(): void {
    if (!this.device.isLost && this.generation === this.device.generation) {
      for (const texture of this.known.values()) this.device.deleteTexture(texture);
    }
    this.known.clear();
  }
}
