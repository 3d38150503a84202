import { createStore } from 'zustand/vanilla';
import type { App } from '../state/app.ts';
import type { DocumentFile } from '../state/document-state.ts';
import { defineSlice, useSlice } from '../state/slice.ts';

interface Conflict {
  readonly file: DocumentFile | undefined;
}

/** A file of which another program has made something else than what is shown here; until the user has said what to do. */
export const conflictOf = defineSlice<Conflict>(() => createStore<Conflict>()(() => ({ file: undefined })));

export const useConflict = <Part>(select: (state: Conflict) => Part): Part => useSlice(conflictOf, select);

export const tellConflict = (app: App, file: DocumentFile): void => conflictOf(app).setState({ file });
export const settleConflict = (app: App): void => conflictOf(app).setState({ file: undefined });
