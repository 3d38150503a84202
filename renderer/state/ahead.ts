import { createStore } from 'zustand/vanilla';
import type { Analysis } from '../../shared/analysis/facts.ts';
import type { Design } from '../../shared/graph/design.ts';
import { defineSlice } from './slice.ts';
import type { FlowDirection } from './view-state.ts';

/** A large design that is about to be shown. */
export interface Coming {
  readonly design: Design;
  readonly analysis: Analysis;
  readonly direction: FlowDirection;
}

/** Works out a part at a time what showing a large design takes, so that it is there at once when it is shown. */
export type Ahead = (coming: Coming) => Generator<void, void>;

/** What is to be worked out ahead, by those who show it. */
export const aheadOf = defineSlice<{ readonly works: readonly Ahead[] }>(() =>
  createStore(() => ({ works: [] })),
);
