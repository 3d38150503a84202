import {
  Background,
  BackgroundVariant,
  type Edge,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
} from '@xyflow/react';
import { X } from 'lucide-react';
import { memo, useEffect, useMemo, useRef, useState } from 'react';
import type { LayerChange } from '../../../shared/analysis/compare.ts';
import { definitionOf } from '../../../shared/blocks/index.ts';
import type { Design, DesignNode } from '../../../shared/graph/design.ts';
import { changeOf, DifferenceTag } from '../../cards/difference-tag.tsx';
import { LayerIcon } from '../../cards/layer-icon.tsx';
import { useCommands } from '../../commands/use-commands.ts';
import { useT } from '../../i18n/i18n.ts';
import { NODE_HEIGHT, NODE_WIDTH } from '../../layout/geometry.ts';
import { familyStyle } from '../../parts/family-style.ts';
import { useCamera } from '../../state/camera.ts';
import { type Difference, useCompared } from '../../state/compared.ts';
import { nodeName } from '../../state/names.ts';
import { isPlaced } from '../../state/sealed.ts';
import { useTheme } from '../../state/theme.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import type { FlowDirection } from '../../state/view-state.ts';
import { useDetailOn } from './detail.ts';
import { LayerName } from './layer-name.tsx';
import { leastZoom, MAX_ZOOM } from './zoom.ts';

interface OtherData extends Record<string, unknown> {
  readonly node: DesignNode;
  readonly row: LayerChange | undefined;
  readonly direction: FlowDirection;
}

type OtherNode = Node<OtherData, 'other'>;

/** A node of the other design: it can be looked at and found in this one. */
const OtherLayer = memo(function OtherLayer({ id, data: { node, row, direction } }: NodeProps<OtherNode>) {
  const { group } = definitionOf(node.kind);
  const right = direction === 'right';
  return (
    <div
      className={`layer-node is-brief ${row ? `differs is-${changeOf(row)}` : ''}`}
      style={{ ...familyStyle(group), width: NODE_WIDTH, height: NODE_HEIGHT }}
      data-other={id}
    >
      <Handle type="target" position={right ? Position.Left : Position.Top} isConnectable={false} />
      <header>
        <LayerIcon kind={node.kind} size={18} />
        <span className="layer-title">{nodeName(node)}</span>
      </header>
      <LayerName id={id} />
      {row ? <DifferenceTag row={row} /> : null}
      <Handle type="source" position={right ? Position.Right : Position.Bottom} isConnectable={false} />
    </div>
  );
});

const nodeTypes = { other: OtherLayer };

/** The other design beside the open one, under the same camera: to move in one is to move in both. */
export function OtherCanvas() {
  const beside = useCompared((state) => state.beside);
  const difference = useCompared((state) => state.difference);
  if (!beside || !difference) return null;
  return (
    <ReactFlowProvider>
      <Beside difference={difference} />
    </ReactFlowProvider>
  );
}

/** Where its nodes stand: as in its file, or laid out here. */
function useLayout(design: Design, direction: FlowDirection): Design['layout'] | undefined {
  const app = useTheApp();
  const [made, setMade] = useState<{ readonly design: Design; readonly layout: Design['layout'] }>();
  useEffect(() => {
    if (isPlaced(design)) return;
    const arrange = async (): Promise<void> => {
      const layout = await app.arrange(design, direction);
      setMade({ design, layout });
    };
    void arrange();
  }, [app, design, direction]);
  if (isPlaced(design)) return design.layout;
  return made?.design === design ? made.layout : undefined;
}

function Beside({ difference: { other, comparison } }: { readonly difference: Difference }) {
  const app = useTheApp();
  const commands = useCommands();
  const t = useT();
  const theme = useTheme();
  const camera = useCamera((state) => state);
  const direction = useApp((state) => state.direction);
  const layout = useLayout(other.design, direction);
  const pane = useRef<HTMLElement>(null);
  useDetailOn(pane);
  const rows = useMemo(
    () => new Map(comparison.rows.flatMap((row) => (row.before ? [[row.before.id, row] as const] : []))),
    [comparison],
  );
  const nodes = useMemo(
    (): OtherNode[] =>
      layout
        ? Object.entries(other.design.nodes).map(([id, node]) => ({
            id,
            type: 'other',
            position: { ...layout[id]! },
            width: NODE_WIDTH,
            height: NODE_HEIGHT,
            data: { node, row: rows.get(id), direction },
          }))
        : [],
    [other, layout, rows, direction],
  );
  const edges = useMemo(
    (): Edge[] =>
      Object.entries(other.design.wires).map(([id, { from, to }]) => ({
        id,
        source: from.node,
        target: to.node,
        type: 'smoothstep',
      })),
    [other],
  );
  return (
    <section ref={pane} className="other-canvas canvas" data-testid="other-canvas" aria-label={other.name}>
      <ReactFlow<OtherNode>
        // Where ports are is measured once.
        key={direction}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        colorMode={theme}
        viewport={camera}
        onViewportChange={(viewport) => app.viewport.look(viewport)}
        nodesDraggable={false}
        nodesConnectable={false}
        elementsSelectable={false}
        minZoom={leastZoom(undefined)}
        maxZoom={MAX_ZOOM}
        onlyRenderVisibleElements
        disableKeyboardA11y
        proOptions={{ hideAttribution: true }}
        onNodeClick={(_, { id }) => {
          const after = rows.get(id)?.after?.id;
          if (after === undefined) return;
          app.getState().select([after]);
          app.viewport.reveal(after);
        }}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1.2} />
      </ReactFlow>
      <header className="other-name">
        <strong>{other.name}</strong>
        <button
          type="button"
          className="icon-button"
          aria-label={t('Close')}
          title={t('Close')}
          onClick={() => commands.run('compare.beside')}
        >
          <X size={14} />
        </button>
      </header>
    </section>
  );
}
