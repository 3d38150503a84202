import { createStore } from 'zustand/vanilla';
import type { NodeId } from '../../shared/graph/design.ts';
import type { App } from './app.ts';
import { defineSlice, useSlice } from './slice.ts';

interface Hover {
  readonly node: NodeId | undefined;
}

/** The node that the pointer is over, on the canvas or in a chart: apart from the app's state, since it changes so often. */
const hoverOf = defineSlice<Hover>(() => createStore(() => ({ node: undefined })));

export const useHover = <Part>(select: (state: Hover) => Part): Part => useSlice(hoverOf, select);

export function hover(app: App, node: NodeId | undefined): void {
  const slice = hoverOf(app);
  if (slice.getState().node !== node) slice.setState({ node });
}
