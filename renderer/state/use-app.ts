import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { App } from './app.ts';
import type { AppState } from './app-state.ts';

const AppContext = createContext<App | undefined>(undefined);

/** Hands the app to all that is drawn within. */
export const AppProvider = AppContext.Provider;

/** The app that a component is part of: for what it does, not for what it shows. */
export function useTheApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('There is no app around this component.');
  return app;
}

/** Something of the app's state, drawn again when it changes. */
export function useApp<Part>(select: (state: AppState) => Part): Part {
  return useStore(useTheApp(), select);
}
