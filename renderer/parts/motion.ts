const less =
  typeof window === 'undefined' ? undefined : window.matchMedia('(prefers-reduced-motion: reduce)');

/** Whether the user wants things to be where they belong at once, instead of moving there. */
export const lessMotion = (): boolean => less?.matches ?? false;
