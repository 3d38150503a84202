import { useLayoutEffect, useSyncExternalStore } from 'react';
import { families, type Theme } from '../../shared/formats/pictures/families.ts';
import { useApp } from './use-app.ts';

const systemDark = (): MediaQueryList => window.matchMedia('(prefers-color-scheme: dark)');

function subscribe(listener: () => void): () => void {
  const query = systemDark();
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

/** The theme in force: the one that was chosen, or the system's. */
export function useTheme(): Theme {
  const dark = useSyncExternalStore(subscribe, () => systemDark().matches);
  const chosen = useApp((state) => state.theme);
  return chosen === 'system' ? (dark ? 'dark' : 'light') : chosen;
}

/** Hands the theme and the families' colours to the style sheets. */
export function useThemeOnPage(): void {
  const theme = useTheme();
  // Before any effect draws in the colours of the page.
  useLayoutEffect(() => {
    const { style, dataset } = document.documentElement;
    dataset.theme = theme;
    for (const [group, { solid, face, ink }] of Object.entries(families[theme])) {
      style.setProperty(`--${group}-solid`, solid);
      style.setProperty(`--${group}-face`, face);
      style.setProperty(`--${group}-ink`, ink);
    }
  }, [theme]);
}
