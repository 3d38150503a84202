import { MiniMap, type ReactFlowState, useReactFlow, useStoreApi } from '@xyflow/react';
import { useEffect, useMemo, useState } from 'react';
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

/** Where the map is: in the first corner where it lies over no node, or, where there is none, over some and seen through. */
interface Place {
  readonly corner: 'bottom-right' | 'top-right';
  readonly covering: boolean;
}

const usual: Place = { corner: 'bottom-right', covering: false };

/** Undefined where all is in sight, and the map would show nothing that one does not see. */
function placeFor(
  nodes: readonly LayerFlowNode[],
  { transform, width, height }: ReactFlowState,
): Place | undefined {
  if (MAP.width + MAP.margin > width * MOST_SHARE || MAP.height + MAP.margin > height * MOST_SHARE)
    return undefined;
  const [x, y, zoom] = transform;
  const left = width - MAP.margin - MAP.width;
  const top = height - MAP.margin - MAP.height;
  const bottom = MAP.margin + MAP.height;
  let allSeen = true;
  let below = false;
  let above = false;
  for (const { position, width: wide = NODE_WIDTH, height: high = NODE_HEIGHT } of nodes) {
    const from = { x: position.x * zoom + x, y: position.y * zoom + y };
    const to = { x: from.x + wide * zoom, y: from.y + high * zoom };
    allSeen &&= from.x >= 0 && from.y >= 0 && to.x <= width && to.y <= height;
    if (to.x <= left || from.x >= width || to.y <= 0 || from.y >= height) continue;
    below ||= to.y > top;
    above ||= from.y < bottom;
  }
  if (allSeen) return undefined;
  if (!below) return usual;
  return above ? { corner: 'bottom-right', covering: true } : { corner: 'top-right', covering: false };
}

/** How long the view rests before the map looks for another corner: it does not run about while one pans. */
const REST_MS = 160;

/** Where the map is for the view at rest; it stays while the pointer is on it. */
function usePlace(nodes: readonly LayerFlowNode[]): Place | undefined {
  const store = useStoreApi();
  const [place, setPlace] = useState<Place | undefined>(() => placeFor(nodes, store.getState()));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let seen = '';
    const settle = (): void => {
      const state = store.getState();
      if (state.domNode?.querySelector('.react-flow__minimap:hover')) {
        wait();
        return;
      }
      const next = placeFor(nodes, state);
      setPlace((now) => (now?.corner === next?.corner && now?.covering === next?.covering ? now : next));
    };
    const wait = (): void => {
      clearTimeout(timer);
      timer = setTimeout(settle, REST_MS);
    };
    const look = ({ transform, width, height } = store.getState()): void => {
      const now = `${transform} ${width} ${height}`;
      if (now === seen) return;
      seen = now;
      wait();
    };
    look();
    const stop = store.subscribe(look);
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [store, nodes]);
  return place;
}

const colourOf = (node: CanvasFlowNode): string =>
  node.type === 'layer' ? `var(--${definitionOf(node.data.node.kind).group}-solid)` : 'var(--line)';

interface Props {
  readonly nodes: readonly LayerFlowNode[];
  readonly spatial: Spatial | undefined;
}

/** The whole design in small, to see where one is in it and to go elsewhere. */
export function Overview({ nodes, spatial }: Props) {
  const t = useT();
  const flow = useReactFlow();
  const place = usePlace(nodes);
  const style = useMemo(() => ({ width: MAP.width, height: MAP.height }), []);
  if (!place) return null;
  const look = { position: place.corner, className: place.covering ? 'is-covering' : '' };
  if (spatial) return <PictureMap spatial={spatial} width={MAP.width} height={MAP.height} {...look} />;
  return (
    <MiniMap<CanvasFlowNode>
      {...look}
      pannable
      onClick={(_, { x, y }) => void flow.setCenter(x, y, { zoom: flow.getZoom(), duration: 220 })}
      style={style}
      zoomable
      ariaLabel={t('Overview')}
      nodeColor={colourOf}
    />
  );
}
