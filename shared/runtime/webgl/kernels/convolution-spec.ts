import type { FilterSource, Finish, Window } from '../../plan/graph.ts';
import { knob } from '../glsl.ts';
import type { Layout } from '../layout.ts';
import type { SlotId, TextureSource, WeightStore, WeightTexture } from '../pass.ts';

/** A tensor in its texture. */
export interface Placed {
  readonly layout: Layout;
  readonly slot: SlotId;
}

/** A convolution as its kernels need it. */
export interface ConvolutionSpec {
  readonly input: Placed;
  readonly output: Placed;
  readonly residual: Placed | undefined;
  readonly window: Window;
  readonly groups: number;
  readonly filters: FilterSource;
  readonly finish: Finish;
  /** Of the whole batch. */
  readonly macs: number;
  readonly store: WeightStore;
}

export function slotSource({ slot }: Placed): TextureSource {
  return { kind: 'slot', slot };
}

export function weightSource(weight: WeightTexture): TextureSource {
  return { kind: 'weight', weight };
}

/** Which input quads the output quads of one block read. */
export interface Depth {
  /** First input quad of a block, as a shader expression of `block`; undefined when all read from quad 0. */
  readonly first: string | undefined;
  firstOf(block: number): number;
  /** Input quads per block. */
  readonly count: number;
}

/** With groups, a block of output quads reads only the groups that its channels belong to. */
export function depthOf({ input, output, groups }: ConvolutionSpec): Depth {
  const { channels } = input.layout.view;
  const { quads } = input.layout;
  if (groups === 1) return { first: undefined, firstOf: () => 0, count: quads };
  const filters = output.layout.view.channels / groups;
  const perGroup = channels / groups;
  const perBlock = output.layout.tile.quads * 4;
  const lastChannel = output.layout.view.channels - 1;
  const firstRaw = (block: number): number =>
    Math.floor((Math.floor((block * perBlock) / filters) * perGroup) / 4);
  let count = 1;
  for (let block = 0; block < output.layout.blocks; block++) {
    const last = Math.min((block + 1) * perBlock - 1, lastChannel);
    const end = (Math.floor(last / filters) + 1) * perGroup;
    count = Math.max(count, Math.ceil(end / 4) - firstRaw(block));
  }
  // No block may read past the last quad.
  const limit = quads - count;
  return {
    first: `min(((block*${perBlock})/${knob(filters)}*${knob(perGroup)})/4,${knob(limit)})`,
    firstOf: (block) => Math.min(firstRaw(block), limit),
    count,
  };
}
