import { type RefObject, useEffect, useState } from 'react';

export interface PaneSize {
  readonly width: number;
  readonly height: number;
}

/** The room inside an element, without its scroll bars, as it changes. */
export function usePaneSize(pane: RefObject<HTMLElement | null>): PaneSize {
  const [size, setSize] = useState<PaneSize>({ width: 0, height: 0 });
  useEffect(() => {
    const element = pane.current;
    if (!element) return;
    const watch = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element;
      setSize((before) => (before.width === width && before.height === height ? before : { width, height }));
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, [pane]);
  return size;
}

/** The pen of a canvas that covers `size` sharply on this screen, cleared; its unit is the CSS pixel. */
export function freshPen(
  canvas: HTMLCanvasElement,
  { width, height }: PaneSize,
): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio;
  const wide = Math.round(width * ratio);
  const high = Math.round(height * ratio);
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  const pen = canvas.getContext('2d');
  pen?.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen?.clearRect(0, 0, width, height);
  return pen;
}
