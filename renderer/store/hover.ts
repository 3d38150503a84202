import { create } from 'zustand';
import type { NodeId } from '../../shared/graph/design.ts';

/** The node that the pointer is over, on the canvas or in a chart: apart from the app's state, since it changes so often. */
export const useHover = create<{ readonly node: NodeId | undefined }>()(() => ({ node: undefined }));

export function hover(node: NodeId | undefined): void {
  if (useHover.getState().node !== node) useHover.setState({ node });
}
