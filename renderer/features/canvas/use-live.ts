import { useStoreApi } from '@xyflow/react';
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { Design, NodeId } from '../../../shared/graph/design.ts';
import { wireId } from '../../../shared/graph/design.ts';
import type { Topology } from '../../../shared/graph/topology.ts';
import type { Box } from '../../layout/make-room.ts';
import { useTheApp } from '../../state/use-app.ts';
import type { Spatial } from './spatial.ts';
import { picturedOf } from './wiring.ts';

/** Of more nodes in sight than these a picture is drawn; only what is touched is an element of the page. */
export const MOST_ELEMENTS = 400;
/** The same of wires, of which few nodes may have many. */
export const MOST_WIRE_ELEMENTS = 2000;
/** Of what is selected so much is there to be touched. */
const MOST_SELECTED = 60;
const MOST_WIRES = 120;
/** How far around what is in sight nodes are elements, in shares of the view. */
const BEYOND = 0.3;
const REST_MS = 110;
/** How near to a wire the pointer has to be, in pixels of the screen. */
const NEAR = 9;

/** What of a large design are elements of the page, which can be touched; of all else there is a picture. */
export interface Live {
  readonly nodes: ReadonlySet<NodeId>;
  readonly wires: ReadonlySet<string>;
  /** Nodes and wires that the picture leaves out. */
  readonly unpictured: ReadonlySet<string>;
}

interface Touched {
  readonly node: NodeId | undefined;
  readonly wire: string | undefined;
}

const nothing: Touched = { node: undefined, wire: undefined };
const none: ReadonlySet<string> = new Set();

interface Options {
  readonly spatial: Spatial | undefined;
  readonly pane: RefObject<HTMLElement | null>;
  readonly design: Design;
  readonly topology: Topology;
  readonly selection: readonly NodeId[];
  readonly wires: readonly string[];
  readonly target: string | undefined;
  /** Blocks whose inside is shown. */
  readonly opened: readonly { readonly id: NodeId }[];
}

/** Undefined for a design that is small enough to be elements altogether. */
export function useLive({ spatial, pane, design, topology, selection, wires, target, opened }: Options) {
  const region = useRegion(spatial);
  const [held, setHeld] = useState<ReadonlySet<NodeId>>(none);
  const touched = useTouched(region === undefined ? spatial : undefined, pane);
  const live = useMemo((): Live | undefined => {
    if (!spatial) return undefined;
    const around = region ? [...spatial.waysIn(region)].map((way) => spatial.ways[way]!.id) : [];
    const inside = region ? spatial.nodesIn(region).map((at) => spatial.nodes[at]!.id) : [];
    const dragged = wiresOf(topology, held);
    const liveWires = new Set([...around, ...wires.slice(0, MOST_WIRES), ...dragged]);
    for (const wire of [touched.wire, target]) if (wire !== undefined) liveWires.add(wire);
    const frames = opened.map(({ id }) => id);
    const nodes = new Set([...inside, ...frames, ...selection.slice(0, MOST_SELECTED), ...held]);
    if (touched.node !== undefined) nodes.add(touched.node);
    for (const id of liveWires) {
      const wire = design.wires[id];
      if (wire) nodes.add(wire.from.node).add(wire.to.node);
    }
    return {
      nodes,
      wires: liveWires,
      unpictured: new Set([...around, ...inside, ...frames, ...dragged, ...held]),
    };
  }, [spatial, region, held, touched, topology, selection, wires, target, opened, design.wires]);
  const hold = useCallback(
    (ids: readonly NodeId[]): void => setHeld(ids.length === 0 ? none : new Set(ids)),
    [],
  );
  return { live, hold };
}

function wiresOf({ into, outOf }: Topology, ids: ReadonlySet<NodeId>): readonly string[] {
  const found: string[] = [];
  for (const id of ids) {
    for (const wire of into.get(id) ?? []) found.push(wireId(wire));
    for (const wire of outOf.get(id) ?? []) found.push(wireId(wire));
    if (found.length > MOST_WIRES) break;
  }
  return found;
}

/** The part of the design in which nodes are elements, with the view at rest; undefined where there are too many in sight. */
function useRegion(spatial: Spatial | undefined): Box | undefined {
  const store = useStoreApi();
  const [region, setRegion] = useState<Box>();
  const large = spatial !== undefined;
  const latest = useRef(spatial);
  latest.current = spatial;
  useEffect(() => {
    if (!large) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let seen = '';
    const settle = (): void => {
      const { transform, width, height } = store.getState();
      const [x, y, zoom] = transform;
      const part = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
      const { current } = latest;
      const many =
        width === 0 ||
        (current !== undefined &&
          (current.nodesIn(part).length > MOST_ELEMENTS || current.waysIn(part).size > MOST_WIRE_ELEMENTS));
      setRegion((before) => {
        if (many) return undefined;
        return before && before.width < 3 * part.width && holds(before, part) ? before : wider(part);
      });
    };
    const look = ({ transform, width, height } = store.getState()): void => {
      const now = `${transform} ${width} ${height}`;
      if (now === seen) return;
      seen = now;
      clearTimeout(timer);
      timer = setTimeout(settle, REST_MS);
    };
    look();
    const stop = store.subscribe(look);
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [store, large]);
  return large ? region : undefined;
}

const holds = (outer: Box, inner: Box): boolean =>
  outer.x <= inner.x &&
  outer.y <= inner.y &&
  outer.x + outer.width >= inner.x + inner.width &&
  outer.y + outer.height >= inner.y + inner.height;

const wider = ({ x, y, width, height }: Box): Box => ({
  x: x - BEYOND * width,
  y: y - BEYOND * height,
  width: width * (1 + 2 * BEYOND),
  height: height * (1 + 2 * BEYOND),
});

/** What of a picture the pointer is on: it becomes an element before it is pressed. */
function useTouched(spatial: Spatial | undefined, pane: RefObject<HTMLElement | null>): Touched {
  const app = useTheApp();
  const store = useStoreApi();
  const [touched, setTouched] = useState(nothing);
  useEffect(() => {
    const element = pane.current;
    if (!spatial || !element) {
      setTouched(nothing);
      return;
    }
    const find = (clientX: number, clientY: number): Touched => {
      const { transform, domNode } = store.getState();
      const box = domNode?.getBoundingClientRect();
      if (!box) return nothing;
      const [x, y, zoom] = transform;
      const at = { x: (clientX - box.left - x) / zoom, y: (clientY - box.top - y) / zoom };
      const node = spatial.nodeAt(at);
      return { node, wire: node === undefined ? spatial.wayAt(at, NEAR / zoom) : undefined };
    };
    let now = nothing;
    const look = (event: PointerEvent): void => {
      const pressed = event.buttons !== 0 && event.type !== 'pointerdown';
      if (pressed && !store.getState().connection.inProgress) return;
      const next = find(event.clientX, event.clientY);
      if (next.node === now.node && next.wire === now.wire) return;
      now = next;
      // It has to be there when the press comes, which may be in this very frame.
      flushSync(() => setTouched(next));
    };
    element.addEventListener('pointermove', look, { capture: true });
    element.addEventListener('pointerdown', look, { capture: true });
    picturedOf(app).setState({ wireAt: (x, y) => find(x, y).wire });
    return () => {
      element.removeEventListener('pointermove', look, { capture: true });
      element.removeEventListener('pointerdown', look, { capture: true });
      picturedOf(app).setState(picturedOf(app).getInitialState());
    };
  }, [spatial, pane, store, app]);
  return touched;
}

/** A frame drawn over a part of a large design selects all in it, also that of which there is but a picture. */
export function useMarquee(spatial: Spatial | undefined): void {
  const app = useTheApp();
  const store = useStoreApi();
  useEffect(() => {
    if (!spatial) return;
    let seen: unknown;
    let frame = 0;
    const choose = ({ userSelectionRect, transform: [x, y, zoom] } = store.getState()): void => {
      frame = 0;
      if (!userSelectionRect) return;
      const { x: left, y: top, width, height } = userSelectionRect;
      const part = { x: (left - x) / zoom, y: (top - y) / zoom, width: width / zoom, height: height / zoom };
      app.getState().select(spatial.nodesIn(part).map((at) => spatial.nodes[at]!.id));
    };
    const stop = store.subscribe(({ userSelectionRect, userSelectionActive }) => {
      if (!userSelectionActive || userSelectionRect === seen) return;
      seen = userSelectionRect;
      if (frame === 0) frame = requestAnimationFrame(() => choose());
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [spatial, app, store]);
}
