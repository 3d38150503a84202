import type { Connection, EdgeChange, FinalConnectionState, OnConnectStartParams } from '@xyflow/react';
import { useCallback, useMemo } from 'react';
import { connect } from '../../../shared/graph/edits.ts';
import { t } from '../../i18n/i18n.ts';
import { designOf } from '../../state/app-state.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import type { FlowModel, WireFlowEdge } from './flow-model.ts';
import type { Adding } from './use-adding.ts';
import { illegalFor, refusal } from './wiring.ts';

/**
 * The wires as they are drawn, selected and joined. One that ends where there is nothing offers what could stand there;
 * `target` is the one that a layer is held over.
 */
export function useWires(model: FlowModel, target: string | undefined, add: (adding: Adding) => void) {
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

  const onConnect = useCallback(
    ({ source, target: end, sourceHandle, targetHandle }: Connection) => {
      if (!sourceHandle || !targetHandle) return;
      const label = t('Connect {{from}} to {{to}}', { from: source, to: end });
      const edit = connect({ node: source, port: sourceHandle }, { node: end, port: targetHandle });
      app.getState().edit(label, edit);
    },
    [app],
  );

  const onConnectStart = useCallback(
    (_: unknown, { nodeId, handleType }: OnConnectStartParams) => {
      if (nodeId) app.getState().forbidEnds(illegalFor(app, nodeId, handleType === 'source'));
    },
    [app],
  );

  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, { fromNode, fromHandle, toNode, isValid }: FinalConnectionState) => {
      app.getState().forbidEnds(new Set());
      if (!fromNode || !fromHandle) return;
      if (toNode && isValid === false) {
        const why = refusal(app, fromNode.id, toNode.id);
        if (why === undefined) return;
        const line =
          why === 'cycle'
            ? t('It would close a cycle; feed-forward networks have none.')
            : t('A layer cannot feed itself.');
        app.getState().notify({ kind: 'info', title: t('These cannot be connected'), lines: [line] });
        return;
      }
      if (toNode || fromHandle.type !== 'source') return;
      const { clientX: x, clientY: y } =
        'clientX' in event ? event : (event.changedTouches[0] ?? { clientX: 0, clientY: 0 });
      add({ x, y, needsInput: true, from: { node: fromNode.id, port: fromHandle.id ?? 'out' } });
    },
    [app, add],
  );

  return { edges, onEdgesChange, onConnect, onConnectStart, onConnectEnd };
}
