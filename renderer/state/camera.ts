import { createStore } from 'zustand/vanilla';
import type { App } from './app.ts';
import { defineSlice, useSlice } from './slice.ts';
import type { Camera } from './viewport.ts';

const cameraOf = defineSlice<Camera>(() => createStore<Camera>()(() => ({ x: 0, y: 0, zoom: 1 })));

/** Apart from the app's state, since it changes with every frame of a drag. */
export const useCamera = <Part>(select: (camera: Camera) => Part): Part => useSlice(cameraOf, select);

/** The canvas says where it looks. */
export function noteCamera(app: App, { x, y, zoom }: Camera): void {
  cameraOf(app).setState({ x, y, zoom });
}
