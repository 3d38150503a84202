import type { EdgeChange } from '@xyflow/react';
import { useCallback, useMemo } from 'react';
import { useApp, useTheApp } from '../../state/use-app.ts';
import type { CanvasModel } from './canvas-model.ts';
import type { WireFlowEdge } from './flow-model.ts';
import { focusedScope, focusOn, fromCanvas, scopeAround } from './scopes.ts';
import type { Live } from './use-live.ts';
import type { Drawing } from './use-nodes.ts';

/** The wires as they are drawn and selected; `target` is the one that a layer is held over. */
export function useWires(
  model: CanvasModel,
  { scopes, placed, inner }: Drawing,
  live: Live | undefined,
  target: string | undefined,
) {
  const app = useTheApp();
  const wires = useApp((state) => state.wires);
  const focus = useApp((state) => state.path);
  const among = live?.wires;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the model knows the nodes that were placed last.
  const edges = useMemo(
    () => model.edges(scopes, focus, new Set(wires), target, among),
    [model, scopes, focus, placed, inner, wires, target, among],
  );

  const onEdgesChange = useCallback(
    (changes: EdgeChange<WireFlowEdge>[]) => {
      const come = changes.find((change) => change.type === 'select' && change.selected);
      if (come?.type === 'select') focusOn(app, scopeAround(app, come.id));
      const { id: within } = focusedScope(app).scope;
      const next = new Set(app.getState().wires);
      for (const change of changes) {
        if (change.type !== 'select') continue;
        const { scope, id } = fromCanvas(change.id);
        if (scope !== within) continue;
        if (change.selected) next.add(id);
        else next.delete(id);
      }
      app.getState().selectWires([...next]);
    },
    [app],
  );

  return { edges, onEdgesChange };
}
