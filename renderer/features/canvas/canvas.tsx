import {
  type AriaLabelConfig,
  Background,
  BackgroundVariant,
  ReactFlow,
  type ReactFlowInstance,
  type ReactFlowProps,
  ReactFlowProvider,
  SelectionMode,
  useKeyPress,
  useOnViewportChange,
} from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { hasInside } from '../../../shared/blocks/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { GRID } from '../../layout/geometry.ts';
import type { App } from '../../state/app.ts';
import { designOf } from '../../state/app-state.ts';
import { openBlock } from '../../state/blocks.ts';
import { noteCamera } from '../../state/camera.ts';
import { hover } from '../../state/hover.ts';
import { useTheme } from '../../state/theme.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { useFocusTarget } from '../../state/use-focus.ts';
import { CanvasModel } from './canvas-model.ts';
import { CanvasMenu } from './context-menu.tsx';
import { useDetailOn } from './detail.ts';
import type { WireFlowEdge } from './flow-model.ts';
import { flowViewport, focusAt } from './flow-viewport.ts';
import { GoneNodes } from './gone-nodes.tsx';
import { GuideLines } from './guide-lines.tsx';
import { HoverCard } from './hover-card.tsx';
import type { CanvasFlowNode } from './item-model.ts';
import { FrameNode, NoteNode } from './item-nodes.tsx';
import { KnobChips } from './knob-chips.tsx';
import { LayerNode } from './layer-node.tsx';
import { OtherCanvas } from './other-canvas.tsx';
import { Overview } from './overview.tsx';
import { PictureLayer } from './picture-layer.tsx';
import { QuickAdd } from './quick-add.tsx';
import { addOnWire } from './quick-adding.ts';
import { focusedScope, focusOnto, fromCanvas } from './scopes.ts';
import { ShapeWire } from './shape-wire.tsx';
import { StageBands } from './stage-bands.tsx';
import { useAdding } from './use-adding.ts';
import { useDrop } from './use-drop.ts';
import { useHandingOver } from './use-handing-over.ts';
import { useLive, useMarquee } from './use-live.ts';
import { useMomentum } from './use-momentum.ts';
import { chooseAlone, useDrawing, useNodes } from './use-nodes.ts';
import { useSealed } from './use-sealed.ts';
import { useWheel } from './use-wheel.ts';
import { useWires } from './use-wires.ts';
import { useWiring, type WireSaying } from './use-wiring.ts';
import { listenForLostKeys, walkByKey } from './walk.ts';
import { refusal } from './wiring.ts';
import { leastZoom, MAX_ZOOM } from './zoom.ts';
import { ZoomButtons } from './zoom-buttons.tsx';

const noneChosen: readonly string[] = [];

/** What never changes of how React Flow draws and listens. */
const settings = {
  nodeTypes: { layer: LayerNode, note: NoteNode, frame: FrameNode },
  edgeTypes: { wire: ShapeWire },
  deleteKeyCode: null,
  nodesFocusable: false,
  edgesFocusable: false,
  disableKeyboardA11y: true,
  multiSelectionKeyCode: ['Shift', 'Control', 'Meta'],
  selectionMode: SelectionMode.Partial,
  selectionOnDrag: false,
  zoomOnDoubleClick: false,
  snapToGrid: true,
  snapGrid: [GRID, GRID] as [number, number],
  connectionRadius: 28,
  reconnectRadius: 14,
  maxZoom: MAX_ZOOM,
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
  const connect = (flow: ReactFlowInstance<CanvasFlowNode, WireFlowEdge>): void => {
    if (pane.current) disconnect.current = app.viewport.connect(flowViewport(app, flow, pane.current));
    // Without nodes the fit would wait, and move the view under the first one that is dropped.
    if (Object.keys(designOf(app.getState()).nodes).length > 0) app.viewport.fit(false);
  };
  return { pane, ref, connect };
}

function CanvasInside() {
  const app = useTheApp();
  const t = useT();
  const theme = useTheme();
  const sealed = useSealed();
  // Nodes and wires are told to screen readers by texts of their own, which React Flow keeps.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `t` is another one in another language.
  const model = useMemo(() => new CanvasModel(), [t]);
  const descriptions = useMemo(() => describedIn(t), [t]);
  const { pane, ref, connect } = usePane();
  const { adding, add, close, leave, choose } = useAdding(pane);
  const { target, aimAt, drop } = useDrop();
  const drawing = useDrawing(model);
  const { scopes, design, analysis, placed, spatial } = drawing;
  const isBase = useApp((state) => state.path === scopes.base.path);
  const selection = useApp((state) => (isBase ? state.selection : noneChosen));
  const wiresChosen = useApp((state) => (isBase ? state.wires : noneChosen));
  const { topology } = analysis;
  const { opened } = scopes.base;
  const { live, hold } = useLive({
    spatial,
    pane,
    design,
    topology,
    selection,
    wires: wiresChosen,
    target,
    opened,
  });
  useMarquee(spatial);
  const handing = useHandingOver(pane);
  const { guides, ...drawn } = useNodes(drawing, { live, hold }, target, aimAt, handing);
  const wires = useWires(model, drawing, live, target);
  const { saying, ...wiring } = useWiring();
  const panning = useKeyPress('Space');
  useOnViewportChange({ onChange: (camera) => noteCamera(app, camera) });
  useWheel(pane);
  useMomentum(pane);
  useDetailOn(pane);
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
          // Nodes and wires are parts of the pane, and what is done to them is theirs: only the pane itself is empty.
          if (!(event.target instanceof Element) || !event.target.matches('.react-flow__pane')) return;
          focusAt(app, event.clientX, event.clientY);
          add({ x: event.clientX, y: event.clientY, needsInput: false });
        }}
      >
        <ReactFlow<CanvasFlowNode, WireFlowEdge>
          {...settings}
          {...drawn}
          {...wires}
          {...wiring}
          ariaLabelConfig={descriptions}
          minZoom={leastZoom(spatial?.bounds)}
          colorMode={theme}
          nodesDraggable={!sealed && !panning}
          elementsSelectable={!panning}
          edgesReconnectable={!sealed}
          nodesConnectable={!sealed}
          onInit={connect}
          {...pointing(app, spatial !== undefined)}
        >
          {spatial ? null : <Background variant={BackgroundVariant.Dots} gap={20} size={1.2} />}
          {spatial && live ? <PictureLayer spatial={spatial} without={live.unpictured} /> : null}
          <StageBands drawing={drawing} wires={wires.edges} />
          <GuideLines guides={guides} />
          <Overview nodes={placed} spatial={spatial} />
          <ZoomButtons />
          <KnobChips />
          <GoneNodes />
        </ReactFlow>
        <EmptyHint />
        <HoverCard pane={pane} />
        {saying ? <SaidOfWire {...saying} /> : null}
        {adding ? <QuickAdd at={adding} onClose={close} onLeave={leave} onChoose={choose} /> : null}
      </div>
    </CanvasMenu>
  );
}

/** What React Flow has to say of what is drawn; keys are the canvas's own. */
function describedIn(t: ReturnType<typeof useT>): Partial<AriaLabelConfig> {
  const keys = `← → ↑ ↓: ${t('Walk the graph')}`;
  return {
    'node.a11yDescription.default': keys,
    'node.a11yDescription.keyboardDisabled': keys,
    'edge.a11yDescription.default': keys,
  };
}

type Flow = ReactFlowProps<CanvasFlowNode, WireFlowEdge>;

/** What the pointer does to nodes and to what is between them; of a large design React Flow knows but a part. */
function pointing(
  app: App,
  isLarge: boolean,
): Pick<
  Flow,
  | 'isValidConnection'
  | 'onPaneClick'
  | 'onNodeClick'
  | 'onNodeMouseEnter'
  | 'onNodeMouseLeave'
  | 'onNodeDoubleClick'
  | 'onEdgeDoubleClick'
> {
  return {
    isValidConnection: ({ source, target }) => {
      const [from, to] = [fromCanvas(source), fromCanvas(target)];
      return from.scope === to.scope && refusal(app, from.id, to.id) === undefined;
    },
    onPaneClick: ({ clientX, clientY }) => {
      focusAt(app, clientX, clientY);
      // Where React Flow knows a part, it lets go of no more than that.
      if (isLarge) app.getState().select([]);
    },
    onNodeClick: ({ shiftKey, ctrlKey, metaKey }, { id }) => {
      if (!shiftKey && !ctrlKey && !metaKey) chooseAlone(app, id);
    },
    onNodeMouseEnter: (_, { id, type }) => hover(app, type === 'layer' ? hoveredIn(app, id) : undefined),
    onNodeMouseLeave: () => hover(app, undefined),
    onNodeDoubleClick: (_, node) => {
      if (node.type === 'layer' && hasInside(node.data.node.kind))
        void openBlock(app, focusOnto(app, node.id));
    },
    onEdgeDoubleClick: (_, { id }) => {
      app.getState().selectWires([focusOnto(app, id)]);
      if (!app.getState().sealed) addOnWire(app);
    },
  };
}

/** Beside the pointer while a wire is drawn. */
function SaidOfWire({ tone, text, x, y }: WireSaying) {
  return (
    <div className={`wire-saying is-${tone}`} role="status" style={{ left: x + 16, top: y + 18 }}>
      {text}
    </div>
  );
}

/** What is pointed at is shown in charts too, which are of what is looked at. */
function hoveredIn(app: App, id: string): string | undefined {
  const own = fromCanvas(id);
  return own.scope === focusedScope(app).scope.id ? own.id : undefined;
}

function EmptyHint() {
  const t = useT();
  const empty = useApp(({ base, trail, analysis }) => trail.length === base && analysis.facts.size === 0);
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
    <>
      <ReactFlowProvider>
        <CanvasInside />
      </ReactFlowProvider>
      <OtherCanvas />
    </>
  );
}
