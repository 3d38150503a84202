import { useEffect, useMemo, useRef, useState } from 'react';
import { useTheme } from '../../state/theme.ts';
import { coloursOf, drawSheet, TileCache } from './draw-sheet.ts';
import { cellPlace, type GridHit, gridFor, hitCell, nextZoom, zoomToFit } from './grid-layout.ts';
import { freshPen, usePaneSize } from './pane-size.ts';
import type { Sheet } from './sheet.ts';

interface Props {
  readonly sheet: Sheet;
  readonly label: string;
  /** Undefined to show everything at once. */
  readonly zoom: number | undefined;
  readonly onZoom: (zoom: number) => void;
  readonly selected: number | undefined;
  readonly onSelect: (cell: number | undefined) => void;
  readonly onHover: (hit: GridHit | undefined) => void;
}

/** Pictures in a grid of which only those in view are painted. */
export function SheetView({ sheet, label, zoom, onZoom, selected, onSelect, onHover }: Props) {
  const theme = useTheme();
  const pane = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = usePaneSize(pane);
  const [top, setTop] = useState(0);
  const { cells, tileWidth, tileHeight } = sheet;
  const shown = zoom ?? zoomToFit(cells, tileWidth, tileHeight, size.width, size.height);
  const grid = useMemo(
    () => gridFor(cells, tileWidth, tileHeight, shown, size.width),
    [cells, tileWidth, tileHeight, shown, size.width],
  );
  const tiles = useMemo(() => new TileCache(sheet), [sheet]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours.
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const pen = canvas.current && freshPen(canvas.current, size);
      if (!canvas.current || !pen || size.width === 0) return;
      const colours = coloursOf(canvas.current);
      const drawn = drawSheet(pen, sheet, tiles, grid, top, size.height, selected, colours);
      canvas.current.dataset.drawn = String(drawn);
    });
    return () => cancelAnimationFrame(frame);
  }, [sheet, tiles, grid, top, size, selected, theme]);

  // The wheel zooms with Ctrl held, as on the canvas of a browser; React's own listener could not hold the page back.
  useEffect(() => {
    const element = pane.current;
    if (!element) return;
    const turn = (event: WheelEvent): void => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      onZoom(nextZoom(shown, event.deltaY < 0 ? 1 : -1));
    };
    element.addEventListener('wheel', turn, { passive: false });
    return () => element.removeEventListener('wheel', turn);
  }, [shown, onZoom]);

  const hitAt = (event: React.MouseEvent): GridHit | undefined => {
    const box = canvas.current?.getBoundingClientRect();
    if (!box) return undefined;
    return hitCell(grid, tileWidth, tileHeight, event.clientX - box.left, event.clientY - box.top + top);
  };
  const show = (cell: number): void => {
    onSelect(cell);
    const { y } = cellPlace(grid, cell);
    if (y < top) pane.current?.scrollTo({ top: y - 4 });
    else if (y + grid.stepY > top + size.height)
      pane.current?.scrollTo({ top: y + grid.stepY - size.height });
  };
  const walk = (event: React.KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -grid.columns,
      ArrowDown: grid.columns,
    };
    const step = steps[event.key];
    if (event.key === 'Escape') onSelect(undefined);
    else if (event.key === '+' || event.key === '=') onZoom(nextZoom(shown, 1));
    else if (event.key === '-') onZoom(nextZoom(shown, -1));
    else if (step !== undefined) {
      const next = selected === undefined ? 0 : selected + step;
      if (next >= 0 && next < cells) show(next);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pictures are walked by arrow keys; what they show is told beside them.
    <div
      ref={pane}
      className="map-pane"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes the keys that walk from picture to picture.
      tabIndex={0}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onKeyDown={walk}
      onMouseMove={(event) => onHover(hitAt(event))}
      onMouseLeave={() => onHover(undefined)}
      onClick={(event) => onSelect(hitAt(event)?.cell)}
      onDoubleClick={(event) => {
        const hit = hitAt(event);
        if (!hit) return;
        const whole = zoomToFit(1, tileWidth, tileHeight, size.width, size.height);
        onZoom(shown === whole ? nextZoom(whole, -1) : whole);
        onSelect(hit.cell);
      }}
    >
      <canvas
        ref={canvas}
        role="img"
        aria-label={label}
        data-testid="map-grid"
        data-cells={cells}
        style={{ width: size.width, height: size.height }}
      />
      <div style={{ height: Math.max(0, grid.height - size.height) }} />
    </div>
  );
}
