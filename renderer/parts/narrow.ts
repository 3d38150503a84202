import { useSyncExternalStore } from 'react';

/** Windows in which panes do not fit beside each other; styles ask for the same. A window of 1280 pixels at 200 % is one. */
const NARROW = '(max-width: 999px)';

const list = typeof window === 'undefined' ? undefined : window.matchMedia(NARROW);

function follow(tell: () => void): () => void {
  list?.addEventListener('change', tell);
  return () => list?.removeEventListener('change', tell);
}

/** Whether the window is so narrow that panes at the sides are drawers. */
export const useNarrow = (): boolean => useSyncExternalStore(follow, () => list?.matches ?? false);
