import type { WebglDevice } from './device.ts';
import type { WeightTexture } from './pass.ts';
import type { Texture } from './textures.ts';

/** Packed weights on the device, uploaded when first asked for and kept; anew after a loss. */
export class WeightTextures {
  private readonly device: WebglDevice;
  private known = new Map<string, Texture>();
  private generation: number;

  constructor(device: WebglDevice) {
    this.device = device;
    this.generation = device.generation;
  }

  of(weight: WeightTexture): Texture {
    if (this.generation !== this.device.generation) {
      this.known = new Map();
      this.generation = this.device.generation;
    }
    const known = this.known.get(weight.key);
    if (known) return known;
    const texture = this.device.createWeights(weight.width, weight.height, weight.fill());
    this.known.set(weight.key, texture);
    return texture;
  }

  free(): void {
    if (!this.device.isLost && this.generation === this.device.generation) {
      for (const texture of this.known.values()) this.device.deleteTexture(texture);
    }
    this.known.clear();
  }
}
