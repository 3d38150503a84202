import { useReactFlow, useStoreApi } from '@xyflow/react';
import { type RefObject, useEffect } from 'react';
import { lessMotion } from '../../parts/motion.ts';

/** What fingers did in so many milliseconds before they were lifted says how fast they went. */
const LATELY_MS = 100;
/** In so many milliseconds a view that glides loses all but a third of its pace. */
const SLOWING_MS = 325;
/** A frame that came late moves the view no further than this one. */
const LONGEST_FRAME_MS = 50;
/** Paces in pixels per millisecond: below which a view does not begin to glide, comes to rest, and above which none goes. */
const pace = { least: 0.15, rest: 0.02, most: 3 } as const;

interface Seen {
  readonly at: number;
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** A view that fingers threw glides on for a moment, until it is touched; a pad sends such events by itself. */
export function useMomentum(pane: RefObject<HTMLElement | null>): void {
  const flow = useReactFlow();
  const store = useStoreApi();
  useEffect(() => {
    const element = pane.current;
    if (!element) return;
    let seen: Seen[] = [];
    let gliding = 0;
    const stop = (): void => cancelAnimationFrame(gliding);
    const note = (at: number): void => {
      const [x, y, zoom] = store.getState().transform;
      seen = [...seen.filter((each) => at - each.at < LATELY_MS), { at, x, y, zoom }];
    };
    const begin = (event: TouchEvent): void => {
      stop();
      seen = [];
      // Fingers on a layer move that, and those on the map do as it does.
      const held = '.react-flow__node, .react-flow__panel';
      if (event.target instanceof Element && !event.target.closest(held)) note(event.timeStamp);
    };
    const move = (event: TouchEvent): void => {
      if (seen.length > 0) note(event.timeStamp);
    };
    const end = (event: TouchEvent): void => {
      if (event.touches.length > 0 || seen.length === 0) return;
      note(event.timeStamp);
      const [first, last] = [seen[0]!, seen.at(-1)!];
      const time = last.at - first.at;
      seen = [];
      if (time > 0 && first.zoom === last.zoom && !lessMotion())
        glide({ x: (last.x - first.x) / time, y: (last.y - first.y) / time });
    };
    const glide = (thrown: { readonly x: number; readonly y: number }): void => {
      let fast = Math.hypot(thrown.x, thrown.y);
      if (fast < pace.least) return;
      const way = { x: thrown.x / fast, y: thrown.y / fast };
      fast = Math.min(fast, pace.most);
      let before = performance.now();
      let { x, y, zoom } = flow.getViewport();
      const go = (now: number): void => {
        const view = flow.getViewport();
        // Whatever else moves the view meanwhile has it.
        if (Math.abs(view.x - x) > 1 || Math.abs(view.y - y) > 1 || view.zoom !== zoom) return;
        const time = Math.min(LONGEST_FRAME_MS, Math.max(0, now - before));
        before = now;
        fast *= Math.exp(-time / SLOWING_MS);
        x += way.x * fast * time;
        y += way.y * fast * time;
        void flow.setViewport({ x, y, zoom });
        if (fast > pace.rest) gliding = requestAnimationFrame(go);
      };
      gliding = requestAnimationFrame(go);
    };
    const phases = { touchstart: begin, touchmove: move, touchend: end } as const;
    for (const [name, listener] of Object.entries(phases))
      element.addEventListener(name as keyof typeof phases, listener, { capture: true, passive: true });
    element.addEventListener('pointerdown', stop, { capture: true });
    element.addEventListener('wheel', stop, { capture: true, passive: true });
    return () => {
      stop();
      for (const [name, listener] of Object.entries(phases))
        element.removeEventListener(name as keyof typeof phases, listener, { capture: true });
      element.removeEventListener('pointerdown', stop, { capture: true });
      element.removeEventListener('wheel', stop, { capture: true });
    };
  }, [flow, store, pane]);
}
