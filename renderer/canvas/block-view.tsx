import { Background, BackgroundVariant, ReactFlow, ReactFlowProvider } from '@xyflow/react';
import { produce } from 'immer';
import { ChevronRight, PackageOpen, X } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { analyze } from '../../shared/analysis/analyze.ts';
import type { NodeFacts } from '../../shared/analysis/facts.ts';
import { type Design, emptyDesign, type NodeId, wireBetween, wireId } from '../../shared/graph/design.ts';
import { newNode } from '../../shared/graph/edits.ts';
import { unpackBlock } from '../../shared/graph/unpack.ts';
import { run } from '../commands/registry.ts';
import { useT } from '../i18n/i18n.ts';
import { useTheme } from '../parts/theme.ts';
import { app, designOf, useApp } from '../store/app.ts';
import { arrange } from './auto-layout.ts';
import { FlowModel, type LayerFlowNode, type WireFlowEdge } from './flow-model.ts';
import { LayerNode } from './layer-node.tsx';
import { ShapeWire } from './shape-wire.tsx';

const nodeTypes = { layer: LayerNode };
const edgeTypes = { wire: ShapeWire };
const nothing: ReadonlySet<string> = new Set();

/** The block alone between an input of the shape that reaches it and an output, opened. */
function insideOf({ id, node, inputs }: NodeFacts, blocks: Design['blocks']): Design {
  const dims = inputs[0];
  const wires = [wireBetween('input', id), wireBetween(id, 'output')];
  const alone: Design = {
    ...emptyDesign,
    name: id,
    blocks,
    nodes: {
      input: newNode('input', dims ? { shape: dims.slice(1) } : {}),
      [id]: node,
      output: newNode('output'),
    },
    wires: Object.fromEntries(wires.map((wire) => [wireId(wire), wire])),
  };
  return produce(alone, unpackBlock(id));
}

/** What a block is made of, in a canvas of its own to look at; its parameters are its only handles. */
export function BlockView({ id }: { readonly id: NodeId }) {
  const t = useT();
  const theme = useTheme();
  const facts = useApp((state) => state.analysis.facts.get(id));
  const name = useApp((state) => designOf(state).name);
  const [design, setDesign] = useState<Design>();
  const model = useRef(new FlowModel());
  const close = (): void => app.getState().set({ inside: undefined });
  useEffect(() => {
    if (!facts) {
      app.getState().set({ inside: undefined });
      return;
    }
    let current = true;
    const inside = insideOf(facts, designOf(app.getState()).blocks);
    void arrange(inside, 'right').then((layout) => {
      if (current) setDesign({ ...inside, layout });
    });
    return () => {
      current = false;
    };
  }, [facts]);
  const analysis = useMemo(() => design && analyze(design), [design]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes what the button closes.
    <div
      className="block-view"
      data-testid="block-view"
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <header className="breadcrumb">
        <button type="button" className="link" onClick={close}>
          {name}
        </button>
        <ChevronRight size={14} />
        <strong>{id}</strong>
        <span className="muted">{t('to look at; change it through its parameters')}</span>
        <span className="spacer" />
        <button
          type="button"
          className="button is-small"
          onClick={() => {
            app.getState().select([id]);
            close();
            run('unpack');
          }}
        >
          <PackageOpen size={14} /> {t('Unpack into layers')}
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={t('Close')}
          ref={(button) => button?.focus()}
          onClick={close}
        >
          <X size={16} />
        </button>
      </header>
      {design && analysis ? (
        <ReactFlowProvider>
          <ReactFlow<LayerFlowNode, WireFlowEdge>
            nodes={model.current.nodes(design, analysis, nothing, 'right')}
            edges={model.current.edges(design, analysis, nothing)}
            nodeTypes={nodeTypes}
            edgeTypes={edgeTypes}
            colorMode={theme}
            nodesDraggable={false}
            nodesConnectable={false}
            elementsSelectable={false}
            nodesFocusable={false}
            edgesFocusable={false}
            deleteKeyCode={null}
            fitView
            fitViewOptions={{ maxZoom: 1, padding: 0.15 }}
            minZoom={0.1}
            proOptions={{ hideAttribution: true }}
          >
            <Background variant={BackgroundVariant.Dots} gap={20} size={1.2} />
          </ReactFlow>
        </ReactFlowProvider>
      ) : null}
    </div>
  );
}
