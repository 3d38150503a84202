/** Small settings that outlive the window: a browser's localStorage, or a map in a test. */
export interface Storage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const themes = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof themes)[number];

const wheels = ['zoom', 'pan'] as const;
/** What a mouse's wheel does over the canvas. */
export type Wheel = (typeof wheels)[number];

export function readWheel(storage: Storage): Wheel {
  const kept = storage.getItem('wheel');
  return wheels.find((wheel) => wheel === kept) ?? 'zoom';
}

/** What was kept may be anything; what is no theme counts for nothing. */
export function readTheme(storage: Storage): ThemeChoice {
  const kept = storage.getItem('theme');
  return themes.find((theme) => theme === kept) ?? 'system';
}
