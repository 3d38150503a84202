import { createStore } from 'zustand/vanilla';
import type { Colouring } from '../../../shared/runtime/maps/colours.ts';
import { defineSlice, useSlice } from '../../state/slice.ts';
import type { RangeChoice } from './sheet.ts';

/** How maps are looked at: of this session, never of the document. */
export interface MapsView {
  readonly mode: 'maps' | 'filters';
  readonly colouring: Colouring;
  readonly range: RangeChoice;
  /** Pixels that a picture is wide; undefined for whatever shows all of them at once. */
  readonly zoom: number | undefined;
  /** Only the channels that are flagged. */
  readonly onlyDead: boolean;
  /** The layer picked in the list, good for as long as this node is selected. */
  readonly picked: { readonly node: string | undefined; readonly layer: string } | undefined;
  /** Which filter's kernels are looked at, where a layer has more than three input channels. */
  readonly filter: number;
  set(change: Partial<Omit<MapsView, 'set'>>): void;
}

const mapsViewOf = defineSlice<MapsView>(() =>
  createStore<MapsView>()((set) => ({
    mode: 'maps',
    colouring: 'viridis',
    range: 'channel',
    zoom: undefined,
    onlyDead: false,
    picked: undefined,
    filter: 0,
    set: (change) => set(change),
  })),
);

export const useMapsView = <Part>(select: (state: MapsView) => Part): Part => useSlice(mapsViewOf, select);
