import { applyNodeChanges, type NodeChange, useStoreApi } from '@xyflow/react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { NodeId, Point } from '../../../shared/graph/design.ts';
import { moveNodes } from '../../../shared/graph/edits.ts';
import { t } from '../../i18n/i18n.ts';
import { designOf } from '../../state/app-state.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import type { FlowModel, LayerFlowNode } from './flow-model.ts';

/** The nodes as they are drawn, selected and dragged. */
export function useNodes(model: FlowModel) {
  const app = useTheApp();
  const design = useApp(designOf);
  const analysis = useApp((state) => state.analysis);
  const selection = useApp((state) => state.selection);
  const direction = useApp((state) => state.direction);
  const chosen = useMemo(() => new Set(selection), [selection]);
  const placed = useMemo(
    () => model.nodes(design, analysis, chosen, direction),
    [model, design, analysis, chosen, direction],
  );
  // While nodes are dragged React Flow moves its own copies; the document learns of it once, at the end.
  const [moving, setMoving] = useState<LayerFlowNode[]>();
  useWithoutFrame();

  const onNodesChange = useCallback(
    (changes: NodeChange<LayerFlowNode>[]) => {
      const drags = changes.filter((change) => change.type === 'position' && change.dragging);
      if (drags.length > 0) setMoving((current) => applyNodeChanges(drags, current ?? placed));
      const selects = changes.filter((change) => change.type === 'select');
      if (selects.length > 0) {
        const next = new Set(app.getState().selection);
        for (const { id, selected } of selects) {
          if (selected) next.add(id);
          else next.delete(id);
        }
        app.getState().select([...next]);
      }
    },
    [app, placed],
  );

  const onNodeDragStop = useCallback(
    (_: unknown, __: unknown, dragged: readonly LayerFlowNode[]) => {
      const positions: Record<NodeId, Point> = {};
      for (const { id, position } of dragged) {
        const before = designOf(app.getState()).layout[id];
        const at = { x: Math.round(position.x), y: Math.round(position.y) };
        if (!before || before.x !== at.x || before.y !== at.y) positions[id] = at;
      }
      setMoving(undefined);
      if (Object.keys(positions).length > 0) app.getState().edit(t('Move'), moveNodes(positions));
    },
    [app],
  );

  return { placed, nodes: moving ?? placed, onNodesChange, onNodeDragStop };
}

/** React Flow lays a frame over what a marquee selected, which takes every click meant for what is under the pointer. */
function useWithoutFrame(): void {
  const store = useStoreApi();
  useEffect(() => {
    const noFrame = ({ nodesSelectionActive }: { readonly nodesSelectionActive: boolean }): void => {
      if (nodesSelectionActive) store.setState({ nodesSelectionActive: false });
    };
    return store.subscribe(noFrame);
  }, [store]);
}
