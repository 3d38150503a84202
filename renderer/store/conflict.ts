import { create } from 'zustand';
import type { DocumentFile } from './app.ts';

/** A file of which another program has made something else than what is shown here; until the user has said what to do. */
export const useConflict = create<{ readonly file: DocumentFile | undefined }>()(() => ({ file: undefined }));

export const tellConflict = (file: DocumentFile): void => useConflict.setState({ file });
export const settleConflict = (): void => useConflict.setState({ file: undefined });
