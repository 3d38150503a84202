import {
  Background,
  BackgroundVariant,
  Controls,
  ReactFlow,
  type ReactFlowInstance,
  ReactFlowProvider,
  SelectionMode,
} from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useCallback, useEffect, useRef } from 'react';
import { hasInside } from '../../../shared/blocks/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { designOf } from '../../state/app-state.ts';
import { openBlock } from '../../state/blocks.ts';
import { hover } from '../../state/hover.ts';
import { useTheme } from '../../state/theme.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { useFocusTarget } from '../../state/use-focus.ts';
import { CanvasMenu } from './context-menu.tsx';
import { FlowModel, type LayerFlowNode, type WireFlowEdge } from './flow-model.ts';
import { flowViewport } from './flow-viewport.ts';
import { LayerNode } from './layer-node.tsx';
import { Overview } from './overview.tsx';
import { QuickAdd } from './quick-add.tsx';
import { ShapeWire } from './shape-wire.tsx';
import { useAdding } from './use-adding.ts';
import { useDrop } from './use-drop.ts';
import { useNodes } from './use-nodes.ts';
import { useSealed } from './use-sealed.ts';
import { useWires } from './use-wires.ts';
import { listenForLostKeys, walkByKey } from './walk.ts';
import { refusal } from './wiring.ts';

/** What never changes of how React Flow draws and listens. */
const settings = {
  nodeTypes: { layer: LayerNode },
  edgeTypes: { wire: ShapeWire },
  deleteKeyCode: null,
  nodesFocusable: false,
  edgesFocusable: false,
  disableKeyboardA11y: true,
  multiSelectionKeyCode: ['Shift', 'Control', 'Meta'],
  selectionMode: SelectionMode.Partial,
  selectionOnDrag: false,
  panOnScroll: false,
  zoomOnDoubleClick: false,
  snapToGrid: true,
  snapGrid: [10, 10] as [number, number],
  connectionRadius: 28,
  minZoom: 0.05,
  maxZoom: 2.5,
  onlyRenderVisibleElements: true,
  elevateEdgesOnSelect: true,
  proOptions: { hideAttribution: true },
};

/** The canvas's own element: it takes the focus, and its view is the app's for as long as it is there. */
function usePane() {
  const app = useTheApp();
  const pane = useRef<HTMLDivElement>(null);
  const takesFocus = useFocusTarget<HTMLDivElement>('canvas');
  const disconnect = useRef<() => void>(undefined);
  useEffect(() => () => disconnect.current?.(), []);
  useEffect(() => {
    const stop = listenForLostKeys(app);
    return () => stop();
  }, [app]);
  const ref = useCallback(
    (element: HTMLDivElement | null) => {
      pane.current = element;
      return takesFocus(element);
    },
    [takesFocus],
  );
  const connect = (flow: ReactFlowInstance<LayerFlowNode, WireFlowEdge>): void => {
    if (pane.current) disconnect.current = app.viewport.connect(flowViewport(app, flow, pane.current));
    // Without nodes the fit would wait, and move the view under the first one that is dropped.
    if (flow.getNodes().length > 0) app.viewport.fit(false);
  };
  return { pane, ref, connect };
}

function CanvasInside() {
  const app = useTheApp();
  const t = useT();
  const theme = useTheme();
  const sealed = useSealed();
  const model = useRef(new FlowModel()).current;
  const { pane, ref, connect } = usePane();
  const { adding, add, close, choose } = useAdding(pane);
  const { target, drop } = useDrop();
  const { placed, ...drawn } = useNodes(model);
  const wires = useWires(model, target, add);
  return (
    <CanvasMenu>
      <div
        ref={ref}
        className={sealed ? 'canvas is-sealed' : 'canvas'}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the canvas takes keys: arrows walk the graph.
        tabIndex={0}
        role="application"
        aria-label={t('Canvas')}
        onKeyDown={(event) => {
          if (event.target === event.currentTarget || !(event.target instanceof HTMLInputElement))
            walkByKey(app, event);
        }}
        {...drop}
        onDoubleClick={(event) => {
          if (!(event.target instanceof Element) || !event.target.closest('.react-flow__pane')) return;
          add({ x: event.clientX, y: event.clientY, needsInput: false });
        }}
      >
        <ReactFlow<LayerFlowNode, WireFlowEdge>
          {...settings}
          {...drawn}
          {...wires}
          colorMode={theme}
          nodesDraggable={!sealed}
          nodesConnectable={!sealed}
          isValidConnection={({ source, target: end }) => refusal(app, source, end) === undefined}
          onInit={connect}
          onNodeMouseEnter={(_, { id }) => hover(app, id)}
          onNodeMouseLeave={() => hover(app, undefined)}
          onNodeDoubleClick={(_, { id, data }) => {
            if (hasInside(data.facts.node.kind)) void openBlock(app, id);
          }}
        >
          <Background variant={BackgroundVariant.Dots} gap={20} size={1.2} />
          <Overview nodes={placed} />
          <Controls showInteractive={false} />
        </ReactFlow>
        <EmptyHint />
        {adding ? <QuickAdd at={adding} onClose={close} onChoose={choose} /> : null}
      </div>
    </CanvasMenu>
  );
}

function EmptyHint() {
  const t = useT();
  const empty = useApp((state) => Object.keys(designOf(state).nodes).length === 0);
  if (!empty) return null;
  return (
    <div className="canvas-empty">
      <strong>{t('An empty canvas')}</strong>
      <span>{t('Drag a layer from the left, or double-click to add one by name.')}</span>
    </div>
  );
}

export function Canvas() {
  return (
    <ReactFlowProvider>
      <CanvasInside />
    </ReactFlowProvider>
  );
}
