import { useEffect, useRef, useState } from 'react';
import type { Colouring } from '../../../shared/runtime/maps/colours.ts';
import { colourTable, rangeFor } from '../../../shared/runtime/maps/colours.ts';
import { useTheme } from '../../state/theme.ts';
import { coloursOf } from './draw-sheet.ts';
import type { GridHit } from './grid-layout.ts';
import { freshPen, usePaneSize } from './pane-size.ts';

interface Props {
  readonly values: Float32Array;
  readonly min: number;
  readonly max: number;
  readonly colouring: Colouring;
  readonly label: string;
  readonly selected: number | undefined;
  readonly onSelect: (cell: number | undefined) => void;
  readonly onHover: (hit: GridHit | undefined) => void;
}

const PADDING = 10;
/** Narrower bars cannot be pointed at. */
const LEAST_WIDTH = 2;
const MOST_WIDTH = 42;

/** A bar per channel, for layers that give one number each: from zero up or down. */
export function BarsView({ values, min, max, colouring, label, selected, onSelect, onHover }: Props) {
  const theme = useTheme();
  const pane = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = usePaneSize(pane);
  const [left, setLeft] = useState(0);
  const step = Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, (size.width - 2 * PADDING) / values.length));
  const whole = step * values.length + 2 * PADDING;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours.
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const pen = canvas.current && freshPen(canvas.current, size);
      if (!canvas.current || !pen || size.width === 0) return;
      const colours = coloursOf(canvas.current);
      const low = Math.min(0, min);
      const high = Math.max(0, max);
      const room = size.height - 2 * PADDING;
      const at = (value: number): number => PADDING + (room * (high - value)) / (high - low || 1);
      const table = colourTable(colouring);
      const range = rangeFor(colouring, min, max);
      const first = Math.max(0, Math.floor((left - PADDING) / step));
      const end = Math.min(values.length, Math.ceil((left + size.width - PADDING) / step));
      for (let i = first; i < end; i++) {
        const value = values[i]!;
        if (!Number.isFinite(value)) continue;
        const share = range.high > range.low ? (value - range.low) / (range.high - range.low) : 0.5;
        const colour = 3 * Math.round(255 * Math.min(1, Math.max(0, share)));
        const x = PADDING + i * step - left;
        const width = step > 4 ? step - 1 : step;
        pen.fillStyle = `rgb(${table[colour]} ${table[colour + 1]} ${table[colour + 2]})`;
        const y = at(Math.max(0, value));
        pen.fillRect(x, y, width, Math.max(1, at(Math.min(0, value)) - y));
        if (i !== selected) continue;
        pen.strokeStyle = colours.accent;
        pen.lineWidth = 2;
        pen.strokeRect(x - 1, PADDING - 2, width + 2, room + 4);
      }
      pen.fillStyle = colours.muted;
      pen.fillRect(0, at(0), size.width, 1);
      canvas.current.dataset.drawn = String(end - first);
    });
    return () => cancelAnimationFrame(frame);
  }, [values, min, max, colouring, size, left, step, selected, theme]);

  const cellAt = (event: React.MouseEvent): number | undefined => {
    const box = canvas.current?.getBoundingClientRect();
    if (!box) return undefined;
    const cell = Math.floor((event.clientX - box.left + left - PADDING) / step);
    return cell >= 0 && cell < values.length ? cell : undefined;
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: bars are walked by arrow keys; what they show is told beside them.
    <div
      ref={pane}
      className="map-pane is-bars"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes the keys that walk from bar to bar.
      tabIndex={0}
      onScroll={(event) => setLeft(event.currentTarget.scrollLeft)}
      onMouseMove={(event) => {
        const cell = cellAt(event);
        onHover(cell === undefined ? undefined : { cell, at: { x: 0, y: 0 } });
      }}
      onMouseLeave={() => onHover(undefined)}
      onClick={(event) => onSelect(cellAt(event))}
      onKeyDown={(event) => {
        const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (by === undefined) return;
        const next = selected === undefined ? 0 : selected + by;
        if (next >= 0 && next < values.length) onSelect(next);
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <canvas
        ref={canvas}
        role="img"
        aria-label={label}
        data-testid="map-bars"
        data-cells={values.length}
        style={{ width: size.width, height: size.height }}
      />
      <div style={{ flex: 'none', width: Math.max(0, whole - size.width), height: 1 }} />
    </div>
  );
}
