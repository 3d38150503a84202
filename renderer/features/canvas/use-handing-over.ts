import { useReactFlow, type Viewport } from '@xyflow/react';
import { type RefObject, useEffect, useRef } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { useTheApp } from '../../state/use-app.ts';
import { selectionAsText } from './clipboard.ts';
import { isOutside, joinWindows } from './other-windows.ts';

/** What is dragged out of the window goes to the one that it is let go of over; here all stays as it was. */
export function useHandingOver(pane: RefObject<HTMLElement | null>) {
  const app = useTheApp();
  const t = useT();
  const flow = useReactFlow();
  const windows = useRef<ReturnType<typeof joinWindows>>(undefined);
  const view = useRef<Viewport>(undefined);
  useEffect(() => {
    if (!pane.current) return;
    const joined = joinWindows(app, pane.current);
    windows.current = joined;
    return () => joined.end();
  }, [app, pane]);
  return {
    /** A drag begins. */
    begin(): void {
      view.current = flow.getViewport();
    },
    /** It ends: what is not taken elsewhere is left where it is by `keep`, else it goes back by `giveUp`. */
    end(event: MouseEvent | TouchEvent, keep: () => void, giveUp: () => void): void {
      const text = event instanceof MouseEvent && isOutside(event) ? selectionAsText(app) : undefined;
      if (text === undefined || !(event instanceof MouseEvent) || !windows.current) {
        keep();
        return;
      }
      void windows.current.give({ x: event.screenX, y: event.screenY }, text).then((taken) => {
        if (!taken) {
          keep();
          return;
        }
        giveUp();
        // At the edge of the canvas the view went along.
        if (view.current) void flow.setViewport(view.current);
        app.getState().say(t('Copied to the other window'));
      });
    },
  };
}
