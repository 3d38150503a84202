import { createStore } from 'zustand/vanilla';
import type { MemoryConvention } from '../../../shared/analysis/memory.ts';
import { defineSlice, useSlice } from '../../state/slice.ts';

interface MemoryChoices {
  /** How what is drawn is counted. */
  readonly convention: MemoryConvention;
  /** A target of one's own, as it is written: `256KiB,1MiB`; empty for none. */
  readonly target: string;
}

export const memoryChoicesOf = defineSlice<MemoryChoices>(() =>
  createStore<MemoryChoices>()(() => ({ convention: 'plain', target: '' })),
);

export const useMemoryChoices = <Part>(select: (state: MemoryChoices) => Part): Part =>
  useSlice(memoryChoicesOf, select);
