import type { EdgeChange } from '@xyflow/react';
import { useCallback, useMemo } from 'react';
import { designOf } from '../../state/app-state.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import type { FlowModel, WireFlowEdge } from './flow-model.ts';

/** The wires as they are drawn and selected; `target` is the one that a layer is held over. */
export function useWires(model: FlowModel, target: string | undefined) {
  const app = useTheApp();
  const design = useApp(designOf);
  const analysis = useApp((state) => state.analysis);
  const wires = useApp((state) => state.wires);
  const edges = useMemo(
    () => model.edges(design, analysis, new Set(wires), target),
    [model, design, analysis, wires, target],
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
