import type { Connection, FinalConnectionState, HandleType, OnConnectStartParams } from '@xyflow/react';
import { useEffect, useRef, useState } from 'react';
import type { NodeId, Point } from '../../../shared/graph/design.ts';
import { connect, disconnect, inOrder } from '../../../shared/graph/edits.ts';
import { useT } from '../../i18n/i18n.ts';
import { useTheApp } from '../../state/use-app.ts';
import type { WireFlowEdge } from './flow-model.ts';
import { onGivingUp } from './giving-up.ts';
import { addBehind } from './quick-adding.ts';
import { focusOnto, fromCanvas } from './scopes.ts';
import { endingOn, type FixedEnd, illegalFor, type Joint, pointOf } from './wiring.ts';

/** What is said beside the pointer while a wire is drawn. */
export interface WireSaying extends Point {
  readonly text: string;
  /** It cannot end there, or the layer would not take it. */
  readonly tone: 'refused' | 'misfit' | 'fits';
}

interface Drawn {
  readonly end: FixedEnd;
  /** The wire whose other end is moved, where it is not a new one. */
  readonly moved?: string;
  /** Nothing is to come of it. */
  given?: boolean;
}

/** The layer under a point of the window. */
function under({ x, y }: Point): NodeId | undefined {
  for (const element of document.elementsFromPoint(x, y)) {
    const node = element.closest<HTMLElement>('.react-flow__node-layer');
    if (node) return node.dataset.id;
  }
  return undefined;
}

/** Wires that are drawn by hand, from a port or by one of their ends. */
export function useWiring() {
  const app = useTheApp();
  const t = useT();
  const drawn = useRef<Drawn>(undefined);
  const [drawing, setDrawing] = useState(false);
  const [saying, setSaying] = useState<WireSaying>();

  const begin = (next: Drawn): void => {
    drawn.current = next;
    setDrawing(true);
    app.getState().forbidEnds(illegalFor(app, next.end.node, next.end.feeds));
  };

  /** Joins two ports, in place of the wire whose end was picked up. */
  const join = ({ from, to }: Joint): void => {
    const { moved, given } = drawn.current ?? {};
    if (given) return;
    const label = t('Connect {{from}} to {{to}}', { from: from.node, to: to.node });
    const { edit } = app.getState();
    edit(label, moved === undefined ? connect(from, to) : inOrder(disconnect([moved]), connect(from, to)));
  };

  const onConnectStart = (_: unknown, { nodeId, handleId, handleType }: OnConnectStartParams): void => {
    if (nodeId && handleId && !drawn.current)
      begin({ end: { node: focusOnto(app, nodeId), port: handleId, feeds: handleType === 'source' } });
  };

  /** `fixed` is the end that stays. */
  const onReconnectStart = (_: unknown, edge: WireFlowEdge, fixed: HandleType): void => {
    const feeds = fixed === 'source';
    const [node, port] = feeds ? [edge.source, edge.sourceHandle] : [edge.target, edge.targetHandle];
    if (port) begin({ end: { node: focusOnto(app, node), port, feeds }, moved: fromCanvas(edge.id).id });
  };

  const onConnect = ({ source, target, sourceHandle, targetHandle }: Connection): void => {
    if (!sourceHandle || !targetHandle) return;
    const [from, to] = [fromCanvas(source), fromCanvas(target)];
    if (from.scope === to.scope)
      join({ from: { node: from.id, port: sourceHandle }, to: { node: to.id, port: targetHandle } });
  };

  const finish = (event: MouseEvent | TouchEvent, state: FinalConnectionState): void => {
    const { current } = drawn;
    const { end, moved, given } = current ?? {};
    const joined = state.isValid === true && state.toHandle;
    if (end && !joined && !given) {
      const at = pointOf(event);
      const target = under(at) ?? state.toNode?.id;
      if (target !== undefined) drop(end, target);
      else if (moved === undefined && end.feeds)
        addBehind(app, { node: end.node, port: end.port }, at.x, at.y);
    }
    drawn.current = undefined;
    setDrawing(false);
    setSaying(undefined);
    app.getState().forbidEnds(new Set());
  };

  const drop = (end: FixedEnd, target: string): void => {
    const ending = endingOn(app, end, target);
    if (!ending) return;
    if (ending.joint) join(ending.joint);
    else app.getState().notify({ kind: 'info', title: t('These cannot be connected'), lines: [ending.why] });
  };

  useEffect(() => {
    if (!drawing) return;
    const stop = onGivingUp(() => {
      if (drawn.current) drawn.current.given = true;
    });
    return () => stop();
  }, [drawing]);

  useEffect(() => {
    if (!drawing) return;
    const look = (event: PointerEvent): void => {
      const at = pointOf(event);
      const target = under(at);
      const { end } = drawn.current ?? {};
      const ending = end && target !== undefined && endingOn(app, end, target);
      if (!ending) {
        setSaying(undefined);
        return;
      }
      if (!ending.joint) setSaying({ ...at, text: ending.why, tone: 'refused' });
      else if (ending.misfit) setSaying({ ...at, text: ending.misfit, tone: 'misfit' });
      else {
        const { from, to } = ending.joint;
        setSaying({ ...at, text: `${from.node} → ${to.node}`, tone: 'fits' });
      }
    };
    window.addEventListener('pointermove', look);
    return () => window.removeEventListener('pointermove', look);
  }, [app, drawing]);

  return {
    saying,
    onConnect,
    onConnectStart,
    onConnectEnd: finish,
    onReconnectStart,
    onReconnect: (_: WireFlowEdge, connection: Connection) => onConnect(connection),
  };
}
