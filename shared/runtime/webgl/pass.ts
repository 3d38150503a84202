export type { WeightStore } from '../backend.ts';

import { ReasonedError } from './reasons.ts';

/** A texture that lives as long as activations do: an index into the plan's slots. */
export type SlotId = number;

/** Extents of a texture array that holds activations or intermediate sums. */
export interface SlotSpec {
  readonly width: number;
  readonly height: number;
  readonly layers: number;
}

/** Whole rows of a texture, RGBA. */
export interface TexelRows {
  readonly first: number;
  readonly count: number;
  readonly texels: Float32Array;
}

/** A texture of packed weights, made once and kept. Two steps with the same key share it. */
export interface WeightTexture {
  readonly key: string;
  readonly width: number;
  readonly height: number;
  /**
   * Packs it from the weight store, a few rows at a time: what is uploaded in pieces neither takes the memory of the
   * whole nor keeps a cancelled run waiting.
   */
  pack(): Iterable<TexelRows>;
}

export type TextureSource =
  | { readonly kind: 'slot'; readonly slot: SlotId }
  | { readonly kind: 'weight'; readonly weight: WeightTexture };

/** One draw. */
export interface Pass {
  readonly fragment: string;
  /** By sampler name. */
  readonly textures: Readonly<Record<string, TextureSource>>;
  /** Integers by uniform name. */
  readonly uniforms?: Readonly<Record<string, number>>;
  readonly floats?: Readonly<Record<string, number>>;
  readonly target: SlotId;
  /** The run of layers that are drawn to; all of the target's by default. */
  readonly layers?: { readonly first: number; readonly count: number };
  readonly viewport: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
  /** Multiply-adds that the shader does, for splitting long draws. */
  readonly macs: number;
  /** Texture reads of the whole draw. */
  readonly reads: number;
}

/** What a kernel may use, and what it asks of the plan. */
export interface KernelContext {
  readonly limits: Limits;
  /** A texture for intermediate sums, free again after the step. */
  scratch(spec: SlotSpec): SlotId;
}

/** What the device at hand can do. */
export interface Limits {
  readonly maxTextureSize: number;
  /** Render targets per draw; the standard guarantees 4. */
  readonly drawBuffers: number;
  /** `half` where 32-bit floats cannot be rendered to. */
  readonly precision: 'single' | 'half';
}

/** Why a kernel cannot run something here; the step then runs on the host. */
export class Unsupported extends ReasonedError {}
