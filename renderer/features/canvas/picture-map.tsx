import { Panel, type PanelPosition, useReactFlow, useStore } from '@xyflow/react';
import { type PointerEvent, useEffect, useMemo, useRef } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { useTheme } from '../../state/theme.ts';
import { useSettled } from '../../state/use-settled.ts';
import { draw, type Scene } from './picture.ts';
import type { Spatial } from './spatial.ts';

/** Air around the design, in shares of the map. */
const AIR = 0.06;
const nothing: ReadonlySet<string> = new Set();
const unmarked: Scene['marks'] = new Map();
const unmoved: Scene['moved'] = new Map();

interface Props {
  readonly spatial: Spatial;
  readonly width: number;
  readonly height: number;
  readonly position: PanelPosition;
  readonly className: string;
}

/** A large design in small, drawn once: to see where one is in it and to go elsewhere. */
export function PictureMap({ spatial: now, width, height, position, className }: Props) {
  const t = useT();
  const spatial = useSettled(now, now.nodes.length);
  const theme = useTheme();
  const flow = useReactFlow();
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useMemo(() => viewOf(spatial, width, height), [spatial, width, height]);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const ratio = window.devicePixelRatio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    for (const _ of draw(
      context,
      { spatial, theme, without: nothing, marks: unmarked, moved: unmoved },
      view,
      width,
      height,
    ));
  }, [spatial, theme, view, width, height]);
  const go = (event: PointerEvent, duration: number): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left - view.x, event.clientY - box.top - view.y];
    void flow.setCenter(x / view.zoom, y / view.zoom, { zoom: flow.getZoom(), duration });
  };
  return (
    <Panel
      position={position}
      className={`react-flow__minimap picture-map ${className}`}
      role="img"
      aria-label={t('Overview')}
      style={{ width, height }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        go(event, 220);
      }}
      onPointerMove={(event) => {
        if (event.buttons === 1) go(event, 0);
      }}
    >
      <canvas
        ref={canvas}
        width={width * window.devicePixelRatio}
        height={height * window.devicePixelRatio}
        style={{ width, height }}
      />
      <Seen view={view} />
    </Panel>
  );
}

function viewOf({ bounds }: Spatial, width: number, height: number) {
  const all = bounds ?? { x: 0, y: 0, width, height };
  const zoom = (1 - 2 * AIR) * Math.min(width / all.width, height / all.height);
  return {
    x: (width - all.width * zoom) / 2 - all.x * zoom,
    y: (height - all.height * zoom) / 2 - all.y * zoom,
    zoom,
  };
}

/** What of the design is in sight. */
function Seen({ view }: { readonly view: ReturnType<typeof viewOf> }) {
  const [x, y, zoom] = useStore(({ transform }) => transform);
  const [width, height] = [useStore((state) => state.width), useStore((state) => state.height)];
  const scale = view.zoom / zoom;
  return (
    <div
      className="picture-map-seen"
      style={{
        transform: `translate(${view.x - x * scale}px, ${view.y - y * scale}px)`,
        width: width * scale,
        height: height * scale,
      }}
    />
  );
}
