import { Eraser, Undo2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import type { App } from '../../state/app.ts';
import { runByItself } from '../../state/run/by-itself.ts';
import { useRun } from '../../state/run/run-store.ts';
import { useTheme } from '../../state/theme.ts';
import { useTheApp } from '../../state/use-app.ts';
import { drawingOf, drawStrokes, type PenPoint, SHEET_SIDE, type Stroke } from './pen.ts';

const none: readonly Stroke[] = [];
/** Strokes stay when another tab is looked at. */
const kept = new WeakMap<App, readonly Stroke[]>();

/** A sheet to write a digit on, with mouse, finger or pen; the network sees it as soon as the pen is lifted. */
export function DigitPad() {
  const app = useTheApp();
  const t = useT();
  const theme = useTheme();
  const sheet = useRef<HTMLCanvasElement>(null);
  const current = useRef<PenPoint[]>(undefined);
  const [strokes, setStrokes] = useState(kept.get(app) ?? none);
  const set = useRun((state) => state.set);

  const paint = (all: readonly Stroke[]): void => {
    const context = sheet.current?.getContext('2d');
    if (!context || !sheet.current) return;
    context.clearRect(0, 0, SHEET_SIDE, SHEET_SIDE);
    context.strokeStyle = getComputedStyle(sheet.current).color;
    drawStrokes(context, all, SHEET_SIDE);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: ink has the colour of the theme.
  useEffect(() => {
    paint(strokes);
  }, [strokes, theme]);

  const become = (next: readonly Stroke[]): void => {
    kept.set(app, next);
    setStrokes(next);
    const drawing = drawingOf(next, t('Drawing'));
    set({ drawing });
    if (drawing) void runByItself(app);
  };
  const pointOf = (event: { clientX: number; clientY: number; pressure: number }): PenPoint => {
    const box = sheet.current!.getBoundingClientRect();
    return {
      x: (event.clientX - box.left) / box.width,
      y: (event.clientY - box.top) / box.height,
      // Some pens and all fingers report none.
      pressure: event.pressure === 0 ? 0.5 : event.pressure,
    };
  };
  const lift = (): void => {
    const stroke = current.current;
    current.current = undefined;
    if (stroke) become([...strokes, stroke]);
  };

  return (
    <div className="pad">
      <canvas
        ref={sheet}
        className="pad-sheet"
        data-testid="pad"
        width={SHEET_SIDE}
        height={SHEET_SIDE}
        role="img"
        aria-label={t('Sheet to draw a digit on')}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          current.current = [pointOf(event)];
          paint([...strokes, current.current]);
        }}
        onPointerMove={(event) => {
          if (!current.current) return;
          // What came between two frames belongs to the stroke too.
          const between = event.nativeEvent.getCoalescedEvents?.() ?? [];
          for (const each of between.length > 0 ? between : [event]) current.current.push(pointOf(each));
          paint([...strokes, current.current]);
        }}
        onPointerUp={lift}
        onPointerCancel={lift}
      />
      {strokes.length === 0 ? <span className="pad-hint">{t('Draw a digit here')}</span> : null}
      <div className="pad-tools">
        <button
          type="button"
          className="icon-button"
          title={t('Take the last stroke back')}
          aria-label={t('Take the last stroke back')}
          disabled={strokes.length === 0}
          onClick={() => become(strokes.slice(0, -1))}
        >
          <Undo2 size={14} />
        </button>
        <button
          type="button"
          className="icon-button"
          title={t('Clear the sheet')}
          aria-label={t('Clear the sheet')}
          disabled={strokes.length === 0}
          onClick={() => become([])}
        >
          <Eraser size={14} />
        </button>
      </div>
    </div>
  );
}
