import { create } from 'zustand';
import type { Design } from '../../shared/graph/design.ts';

interface Compared {
  readonly name: string;
  readonly design: Design;
}

/** What the user asked to see the design against: a file, an earlier version, another program's. */
export const useCompared = create<{ readonly other: Compared | undefined }>()(() => ({ other: undefined }));
