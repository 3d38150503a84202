import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';
import type { App } from './app.ts';
import { useTheApp } from './use-app.ts';

/** State that an app has beside its own, made when it is first asked for. */
export type SliceOf<State> = (app: App) => StoreApi<State>;

/** Each app has a slice of its own, for as long as there is that app. */
export function defineSlice<State>(create: (app: App) => StoreApi<State>): SliceOf<State> {
  const made = new WeakMap<App, StoreApi<State>>();
  return (app) => {
    const known = made.get(app);
    if (known) return known;
    const slice = create(app);
    made.set(app, slice);
    return slice;
  };
}

/** Something of a slice, drawn again when it changes. */
export function useSlice<State, Part>(slice: SliceOf<State>, select: (state: State) => Part): Part {
  return useStore(slice(useTheApp()), select);
}
