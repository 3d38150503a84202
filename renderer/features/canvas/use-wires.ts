import type { EdgeChange } from '@xyflow/react';
import { useCallback, useMemo } from 'react';
import { useApp, useTheApp } from '../../state/use-app.ts';
import type { FlowModel, WireFlowEdge } from './flow-model.ts';
import type { Live } from './use-live.ts';
import type { Drawing } from './use-nodes.ts';

/** The wires as they are drawn and selected; `target` is the one that a layer is held over. */
export function useWires(
  model: FlowModel,
  { design, analysis, placed }: Drawing,
  live: Live | undefined,
  target: string | undefined,
) {
  const app = useTheApp();
  const wires = useApp((state) => state.wires);
  const among = live?.wires;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the model knows the nodes that were placed last.
  const edges = useMemo(
    () => model.edges(design, analysis, new Set(wires), target, among),
    [model, design, analysis, placed, wires, target, among],
  );

  const onEdgesChange = useCallback(
    (changes: EdgeChange<WireFlowEdge>[]) => {
      const next = new Set(app.getState().wires);
      for (const change of changes) {
        if (change.type !== 'select') continue;
        if (change.selected) next.add(change.id);
        else next.delete(change.id);
      }
      app.getState().selectWires([...next]);
    },
    [app],
  );

  return { edges, onEdgesChange };
}
