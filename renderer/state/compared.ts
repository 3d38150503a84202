import { createStore } from 'zustand/vanilla';
import type { Design } from '../../shared/graph/design.ts';
import { defineSlice, useSlice } from './slice.ts';

interface Compared {
  readonly other: { readonly name: string; readonly design: Design } | undefined;
}

/** What the user asked to see the design against: a file, an earlier version, another program's. */
export const comparedOf = defineSlice<Compared>(() => createStore<Compared>()(() => ({ other: undefined })));

export const useCompared = <Part>(select: (state: Compared) => Part): Part => useSlice(comparedOf, select);
