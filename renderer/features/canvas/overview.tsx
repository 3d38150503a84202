import { MiniMap, type ReactFlowState, useReactFlow, useStore } from '@xyflow/react';
import { useCallback, useMemo } from 'react';
import { definitionOf } from '../../../shared/blocks/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { NODE_HEIGHT, NODE_WIDTH } from '../../layout/geometry.ts';
import type { LayerFlowNode } from './flow-node.ts';
import type { CanvasFlowNode } from './item-model.ts';
import { PictureMap } from './picture-map.tsx';
import type { Spatial } from './spatial.ts';

/** Pixels of the map and of its distance from the corner. */
const MAP = { width: 148, height: 92, margin: 15 } as const;

/** Where it would be more than a third as wide or as high as the canvas, it takes the room of what it shows. */
const MOST_SHARE = 1 / 3;

/** Whether all nodes are in sight and the map would lie over one of them: then it hides more than it shows. */
function isInTheWay(nodes: readonly LayerFlowNode[], { transform, width, height }: ReactFlowState): boolean {
  if (MAP.width + MAP.margin > width * MOST_SHARE || MAP.height + MAP.margin > height * MOST_SHARE)
    return true;
  const [x, y, zoom] = transform;
  const left = width - MAP.margin - MAP.width;
  const top = height - MAP.margin - MAP.height;
  let covers = false;
  for (const { position } of nodes) {
    const from = { x: position.x * zoom + x, y: position.y * zoom + y };
    const to = { x: from.x + NODE_WIDTH * zoom, y: from.y + NODE_HEIGHT * zoom };
    if (from.x < 0 || from.y < 0 || to.x > width || to.y > height) return false;
    covers ||= to.x > left && to.y > top;
  }
  return covers;
}

const colourOf = (node: CanvasFlowNode): string =>
  node.type === 'layer' ? `var(--${definitionOf(node.data.facts.node.kind).group}-solid)` : 'var(--line)';

interface Props {
  readonly nodes: readonly LayerFlowNode[];
  readonly spatial: Spatial | undefined;
}

/** The whole design in small, to see where one is in it and to go elsewhere. */
export function Overview({ nodes, spatial }: Props) {
  const t = useT();
  const flow = useReactFlow();
  const covering = useStore(useCallback((state: ReactFlowState) => isInTheWay(nodes, state), [nodes]));
  const style = useMemo(() => ({ width: MAP.width, height: MAP.height }), []);
  if (covering) return null;
  if (spatial) return <PictureMap spatial={spatial} width={MAP.width} height={MAP.height} />;
  return (
    <MiniMap<CanvasFlowNode>
      pannable
      onClick={(_, { x, y }) => void flow.setCenter(x, y, { zoom: flow.getZoom(), duration: 220 })}
      style={style}
      zoomable
      ariaLabel={t('Overview')}
      nodeColor={colourOf}
    />
  );
}
