import type { StoreApi } from 'zustand/vanilla';
import type { Design } from '../../shared/graph/design.ts';
import type { DialogSlice } from './dialog-state.ts';
import type { DocumentSlice } from './document-state.ts';
import { sameDesign } from './same-design.ts';
import type { ViewSlice } from './view-state.ts';

/** All that the app knows: plain data, and the transitions by which alone it changes. */
export type AppState = DocumentSlice & ViewSlice & DialogSlice;

/** Makes one part of the state; a transition of it may change the others with it, in one step. */
export type MakeSlice<Slice> = (
  set: (change: Partial<AppState>) => void,
  get: StoreApi<AppState>['getState'],
) => Slice;

/** What is shown and edited: the document, or the inside of a block as a design of its own. */
export const designOf = (state: AppState): Design => state.shown;
/** What is saved, run and exported. */
export const documentOf = (state: AppState): Design => state.history.design;
export const isDirty = (state: AppState): boolean =>
  state.screen === 'editor' && (state.saved === undefined || !sameDesign(state.saved, state.history.design));
