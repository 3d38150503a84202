import {
  applyNodeChanges,
  Background,
  BackgroundVariant,
  type Connection,
  Controls,
  type EdgeChange,
  type FinalConnectionState,
  type NodeChange,
  type OnConnectStartParams,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useStoreApi,
} from '@xyflow/react';
import type { App } from '../../state/app.ts';
import { designOf } from '../../state/app-state.ts';
import { useTheme } from '../../state/theme.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { useFocusTarget } from '../../state/use-focus.ts';
import '@xyflow/react/dist/style.css';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { definitionOf, hasInside } from '../../../shared/blocks/index.ts';
import type { NodeId, Point, PortRef } from '../../../shared/graph/design.ts';
import { connect, moveNodes } from '../../../shared/graph/edits.ts';
import { reachable } from '../../../shared/graph/topology.ts';
import { useT } from '../../i18n/i18n.ts';
import { addableOf, DRAG_TYPE } from '../../layout/addable.ts';
import { addables } from '../../layout/addables.ts';
import { addAfterSelection, addNew } from '../../layout/adding.ts';
import { openBlock } from '../../state/blocks.ts';
import { hover } from '../../state/hover.ts';
import { CanvasMenu } from './context-menu.tsx';
import { FlowModel, type LayerFlowNode, type WireFlowEdge } from './flow-model.ts';
import { flowViewport } from './flow-viewport.ts';
import { LayerNode } from './layer-node.tsx';
import { Overview } from './overview.tsx';
import { QuickAdd, type QuickAddAt } from './quick-add.tsx';
import { ShapeWire } from './shape-wire.tsx';
import { useSealed } from './use-sealed.ts';
import { listenForLostKeys, walkByKey } from './walk.ts';

const nodeTypes = { layer: LayerNode };
const edgeTypes = { wire: ShapeWire };

interface Adding extends QuickAddAt {
  readonly from?: PortRef;
  /** Opened by key: the layer goes after the selected one. */
  readonly afterSelection?: boolean;
}

/** Why two ports cannot be joined; undefined when they can. */
function refusal(app: App, from: NodeId, to: NodeId): 'itself' | 'cycle' | undefined {
  if (from === to) return 'itself';
  const { analysis } = app.getState();
  return reachable(analysis.topology, [to], 'after').has(from) ? 'cycle' : undefined;
}

/** The nodes at which a wire from (or to) this one may not end: itself, what would close a cycle, what has no such port. */
function illegalFor(app: App, id: NodeId, forward: boolean): ReadonlySet<NodeId> {
  const { analysis } = app.getState();
  const { nodes } = designOf(app.getState());
  const portless = Object.keys(nodes).filter((other) => {
    const node = nodes[other]!;
    const { inputs, outputs } = definitionOf(node.kind);
    return forward ? inputs.length === 0 : outputs(node.params).length === 0;
  });
  return new Set([id, ...portless, ...reachable(analysis.topology, [id], forward ? 'before' : 'after')]);
}

function wireUnder(x: number, y: number): string | undefined {
  for (const element of document.elementsFromPoint(x, y)) {
    const edge = element.closest<SVGGElement>('.react-flow__edge');
    if (edge) return edge.dataset.id;
  }
  return undefined;
}

function CanvasInside() {
  const app = useTheApp();
  const t = useT();
  const theme = useTheme();
  const design = useApp(designOf);
  const analysis = useApp((state) => state.analysis);
  const selection = useApp((state) => state.selection);
  const direction = useApp((state) => state.direction);
  const wires = useApp((state) => state.wires);
  const sealed = useSealed();
  const [target, setTarget] = useState<string>();
  const [adding, setAdding] = useState<Adding>();
  const model = useRef(new FlowModel());
  const pane = useRef<HTMLDivElement>(null);
  const takesFocus = useFocusTarget<HTMLDivElement>('canvas');
  const disconnect = useRef<() => void>(undefined);
  useEffect(() => () => disconnect.current?.(), []);
  const chosen = useMemo(() => new Set(selection), [selection]);
  const derived = useMemo(
    () => model.current.nodes(design, analysis, chosen, direction),
    [design, analysis, chosen, direction],
  );
  const edges = useMemo(
    () => model.current.edges(design, analysis, new Set(wires), target),
    [design, analysis, wires, target],
  );
  // While nodes are dragged React Flow moves its own copies; the document learns of it once, at the end.
  const [moving, setMoving] = useState<LayerFlowNode[]>();
  const nodes = moving ?? derived;

  const store = useStoreApi();
  // React Flow lays a frame over what a marquee selected, which takes every click meant for what is under the pointer.
  useEffect(() => {
    const noFrame = ({ nodesSelectionActive }: { readonly nodesSelectionActive: boolean }): void => {
      if (nodesSelectionActive) store.setState({ nodesSelectionActive: false });
    };
    return store.subscribe(noFrame);
  }, [store]);

  const onNodesChange = useCallback(
    (changes: NodeChange<LayerFlowNode>[]) => {
      const drags = changes.filter((change) => change.type === 'position' && change.dragging);
      if (drags.length > 0) setMoving((current) => applyNodeChanges(drags, current ?? derived));
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
    [app, derived],
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

  const onDragStop = useCallback(
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
    [app, t],
  );

  const onConnect = useCallback(
    ({ source, target: end, sourceHandle, targetHandle }: Connection) => {
      if (!sourceHandle || !targetHandle) return;
      app
        .getState()
        .edit(
          t('Connect {{from}} to {{to}}', { from: source, to: end }),
          connect({ node: source, port: sourceHandle }, { node: end, port: targetHandle }),
        );
    },
    [app, t],
  );

  const onConnectStart = useCallback(
    (_: unknown, { nodeId, handleType }: OnConnectStartParams) => {
      if (nodeId) app.getState().forbidEnds(illegalFor(app, nodeId, handleType === 'source'));
    },
    [app],
  );

  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      app.getState().forbidEnds(new Set());
      const { clientX, clientY } =
        'clientX' in event ? event : (event.changedTouches[0] ?? { clientX: 0, clientY: 0 });
      const { fromNode, fromHandle, toNode, isValid } = state;
      if (!fromNode || !fromHandle) return;
      if (toNode && isValid === false) {
        const why = refusal(app, fromNode.id, toNode.id);
        const lines =
          why === undefined
            ? []
            : [
                why === 'cycle'
                  ? t('It would close a cycle; feed-forward networks have none.')
                  : t('A layer cannot feed itself.'),
              ];
        if (why) app.getState().notify({ kind: 'info', title: t('These cannot be connected'), lines });
        return;
      }
      if (!toNode && fromHandle.type === 'source') {
        setAdding({
          x: clientX,
          y: clientY,
          needsInput: true,
          from: { node: fromNode.id, port: fromHandle.id ?? 'out' },
        });
      }
    },
    [app, t],
  );

  useEffect(() => {
    const stop = listenForLostKeys(app);
    return () => stop();
  }, [app]);

  const overlay = useApp((state) => state.overlay);
  useEffect(() => {
    if (overlay !== 'add') return;
    app.getState().closeOverlay();
    const box = pane.current?.getBoundingClientRect();
    if (box)
      setAdding({
        x: box.left + box.width / 2 - 140,
        y: box.top + box.height / 4,
        needsInput: false,
        afterSelection: true,
      });
  }, [app, overlay]);

  return (
    <CanvasMenu>
      <div
        ref={(element) => {
          pane.current = element;
          return takesFocus(element);
        }}
        className={sealed ? 'canvas is-sealed' : 'canvas'}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the canvas takes keys: arrows walk the graph.
        tabIndex={0}
        role="application"
        aria-label={t('Canvas')}
        onKeyDown={(event) => {
          if (event.target === event.currentTarget || !(event.target instanceof HTMLInputElement))
            walkByKey(app, event);
        }}
        onDragOver={(event) => {
          if (!event.dataTransfer.types.includes(DRAG_TYPE)) return;
          event.preventDefault();
          event.dataTransfer.dropEffect = 'copy';
          setTarget(wireUnder(event.clientX, event.clientY));
        }}
        onDragLeave={() => setTarget(undefined)}
        onDrop={(event) => {
          const dragged = addableOf(event.dataTransfer.getData(DRAG_TYPE), addables(app));
          setTarget(undefined);
          if (!dragged) return;
          event.preventDefault();
          const wire =
            definitionOf(dragged.kind).inputs.length > 0
              ? wireUnder(event.clientX, event.clientY)
              : undefined;
          addNew(app, dragged, {
            at: app.viewport.at(event.clientX, event.clientY),
            ...(wire === undefined ? {} : { wire }),
          });
        }}
        onDoubleClick={(event) => {
          if (!(event.target instanceof Element) || !event.target.closest('.react-flow__pane')) return;
          setAdding({ x: event.clientX, y: event.clientY, needsInput: false });
        }}
      >
        <ReactFlow<LayerFlowNode, WireFlowEdge>
          nodes={nodes}
          edges={edges}
          onNodeMouseEnter={(_, { id }) => hover(app, id)}
          onNodeMouseLeave={() => hover(app, undefined)}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          onNodesChange={onNodesChange}
          onEdgesChange={onEdgesChange}
          onNodeDragStop={onDragStop}
          onConnect={onConnect}
          onConnectStart={onConnectStart}
          onConnectEnd={onConnectEnd}
          isValidConnection={({ source, target: end }) => refusal(app, source, end) === undefined}
          onInit={(instance) => {
            if (pane.current)
              disconnect.current = app.viewport.connect(flowViewport(app, instance, pane.current));
            // Without nodes the fit would wait, and move the view under the first one that is dropped.
            if (nodes.length > 0) app.viewport.fit(false);
          }}
          colorMode={theme}
          deleteKeyCode={null}
          nodesDraggable={!sealed}
          nodesConnectable={!sealed}
          nodesFocusable={false}
          edgesFocusable={false}
          disableKeyboardA11y
          onNodeDoubleClick={(_, { id, data }) => {
            if (hasInside(data.facts.node.kind)) void openBlock(app, id);
          }}
          multiSelectionKeyCode={['Shift', 'Control', 'Meta']}
          selectionMode={SelectionMode.Partial}
          selectionOnDrag={false}
          panOnScroll={false}
          zoomOnDoubleClick={false}
          snapToGrid
          snapGrid={[10, 10]}
          connectionRadius={28}
          minZoom={0.05}
          maxZoom={2.5}
          onlyRenderVisibleElements
          elevateEdgesOnSelect
          proOptions={{ hideAttribution: true }}
        >
          <Background variant={BackgroundVariant.Dots} gap={20} size={1.2} />
          <Overview nodes={derived} />
          <Controls showInteractive={false} />
        </ReactFlow>
        {Object.keys(design.nodes).length === 0 ? (
          <div className="canvas-empty">
            <strong>{t('An empty canvas')}</strong>
            <span>{t('Drag a layer from the left, or double-click to add one by name.')}</span>
          </div>
        ) : null}
        {adding ? (
          <QuickAdd
            at={adding}
            onClose={() => {
              setAdding(undefined);
              pane.current?.focus();
            }}
            onChoose={(added) => {
              const centre = app.viewport.at(adding.x, adding.y);
              if (adding.from)
                addNew(app, added, { at: { x: centre.x + 88, y: centre.y }, from: adding.from });
              else if (adding.afterSelection) addAfterSelection(app, added, app.viewport.middle());
              else addNew(app, added, { at: centre });
              setAdding(undefined);
              pane.current?.focus();
            }}
          />
        ) : null}
      </div>
    </CanvasMenu>
  );
}

export function Canvas() {
  return (
    <ReactFlowProvider>
      <CanvasInside />
    </ReactFlowProvider>
  );
}
