import { useReactFlow, useStoreApi } from '@xyflow/react';
import { type RefObject, useEffect } from 'react';
import { useTheApp } from '../../state/use-app.ts';
import { MAX_ZOOM } from './zoom.ts';

/** Zoom per pixel of a wheel, as a power of two; a pinch comes as a wheel with Ctrl and smaller steps. */
const ZOOM_PER_PIXEL = 0.002;
const PINCH_PER_PIXEL = 0.01;
/** A line of a wheel that counts in lines, in pixels. */
const LINE = 20;
/** Two fingers on a pad: as long as events come closer than this, they are one gesture. */
const SAME_GESTURE_MS = 180;
const NOTCH = 120;

/** Whether it comes from a wheel with notches; pads move by any amount, and sideways too. */
function isNotched(event: WheelEvent): boolean {
  if (event.deltaMode !== WheelEvent.DOM_DELTA_PIXEL) return true;
  const turned = 'wheelDeltaY' in event ? Number(event.wheelDeltaY) : 0;
  return event.deltaX === 0 && turned !== 0 && turned % NOTCH === 0 && turned !== -3 * event.deltaY;
}

/**
 * What the wheel and two fingers on a pad do over the canvas: fingers pan, pinch and Ctrl zoom, Shift goes sideways, and a
 * mouse's wheel zooms or pans, as it is set.
 */
export function useWheel(pane: RefObject<HTMLElement | null>): void {
  const app = useTheApp();
  const flow = useReactFlow();
  const store = useStoreApi();
  useEffect(() => {
    const element = pane.current;
    if (!element) return;
    let last = { at: Number.NEGATIVE_INFINITY, notched: false };
    const turn = (event: WheelEvent): void => {
      if (!(event.target instanceof Element) || !event.target.closest('.react-flow')) return;
      if (event.target.closest('.nowheel') && !event.ctrlKey) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const goesOn = event.timeStamp - last.at < SAME_GESTURE_MS;
      const notched = goesOn ? last.notched : isNotched(event);
      last = { at: event.timeStamp, notched };
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE;
      const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
      const { x, y, zoom } = flow.getViewport();
      const pinched = event.ctrlKey || event.metaKey;
      if (!pinched && (event.shiftKey || !notched || app.getState().wheel === 'pan')) {
        const sideways = event.shiftKey && dx === 0;
        void flow.setViewport({ x: x - (sideways ? dy : dx), y: y - (sideways ? 0 : dy), zoom });
        return;
      }
      const by = 2 ** (-dy * (pinched && !notched ? PINCH_PER_PIXEL : ZOOM_PER_PIXEL));
      const next = Math.min(MAX_ZOOM, Math.max(store.getState().minZoom, zoom * by));
      const box = element.getBoundingClientRect();
      const [px, py] = [event.clientX - box.left, event.clientY - box.top];
      // What is under the pointer stays there.
      void flow.setViewport({
        x: px - ((px - x) / zoom) * next,
        y: py - ((py - y) / zoom) * next,
        zoom: next,
      });
    };
    element.addEventListener('wheel', turn, { capture: true, passive: false });
    return () => element.removeEventListener('wheel', turn, { capture: true });
  }, [app, flow, store, pane]);
}
