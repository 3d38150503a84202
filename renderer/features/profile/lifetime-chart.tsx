import { useMemo, useState } from 'react';
import type { Lifetime, MemoryCount } from '../../../shared/analysis/memory.ts';
import { useRoom } from '../../cards/room.ts';
import { useT } from '../../i18n/i18n.ts';
import { shortBytes } from '../../parts/format.ts';
import { hover, useHover } from '../../state/hover.ts';
import { useTheApp } from '../../state/use-app.ts';

const EDGE = { left: 58, right: 10, top: 10, bottom: 8 } as const;

interface Band {
  readonly tensor: Lifetime;
  readonly path: string;
  readonly isAlive: boolean;
}

/** The design's node that a layer belongs to. */
const nodeOf = (layer: string): string => layer.split('/')[0]!;

/** Every tensor from where it is written to where it is read last, one upon another: the top is what is alive. */
export function LifetimeChart({ count }: { readonly count: MemoryCount }) {
  const app = useTheApp();
  const t = useT();
  const [frame, { widthPixels, heightPixels }] = useRoom();
  const hovered = useHover((state) => state.node);
  const [pointed, setPointed] = useState<Lifetime>();
  const written = ({ layers }: Lifetime): string =>
    layers.length === 0 ? t('room that the algorithms work in') : layers.join(', ');
  const width = Math.max(220, widthPixels);
  const height = Math.max(90, heightPixels);
  const top = topOf(count);
  const bands = useMemo(() => bandsOf(count, width, height), [count, width, height]);
  const peakY = EDGE.top + (1 - count.peakBytes / top) * (height - EDGE.top - EDGE.bottom);
  const point = (tensor: Lifetime | undefined): void => {
    setPointed(tensor);
    const [first] = tensor?.layers ?? [];
    hover(app, first === undefined ? undefined : nodeOf(first));
  };
  return (
    <div className="memory-chart">
      <div ref={frame} className="lifetimes" data-testid="lifetimes">
        {/* The table beside it tells the peak; the costs table lists the same layers to the keyboard. */}
        <svg
          width={width}
          height={height}
          role="img"
          aria-label={t('Activation memory, step by step')}
          onPointerLeave={() => point(undefined)}
        >
          {bands.map(({ tensor, path, isAlive }) => {
            const isHovered =
              hovered !== undefined && tensor.layers.some((layer) => nodeOf(layer) === hovered);
            return (
              <path
                key={`${tensor.first} ${tensor.layers[0]} ${tensor.offsetBytes}`}
                d={path}
                className={`lifetime${isAlive ? ' is-alive' : ''}${isHovered ? ' is-hovered' : ''}`}
                data-layer={tensor.layers[0]}
                onPointerEnter={() => point(tensor)}
              >
                <title>{`${written(tensor)}: ${shortBytes(tensor.bytes)}`}</title>
              </path>
            );
          })}
          <line className="lifetime-peak" x1={EDGE.left} x2={width - EDGE.right} y1={peakY} y2={peakY} />
          <text x={EDGE.left - 6} y={Math.max(peakY + 4, 12)} textAnchor="end">
            {shortBytes(count.peakBytes)}
          </text>
        </svg>
      </div>
      <p className="hint" title={pointed && written(pointed)}>
        {pointed
          ? `${written(pointed)} · ${shortBytes(pointed.bytes)}`
          : t('Step by step; what is alive at the peak is filled. {{layer}} runs there.', {
              layer: count.at ?? '',
            })}
      </p>
    </div>
  );
}

const topOf = ({ lifetimes, peakBytes }: MemoryCount): number =>
  Math.max(
    1,
    lifetimes.reduce((most, { offsetBytes, bytes }) => Math.max(most, (offsetBytes ?? 0) + bytes), peakBytes),
  );

function bandsOf(count: MemoryCount, width: number, height: number): readonly Band[] {
  const { steps } = count;
  const alive = new Set(count.alive);
  const across = (width - EDGE.left - EDGE.right) / Math.max(1, steps);
  const up = (height - EDGE.top - EDGE.bottom) / topOf(count);
  const bottom = height - EDGE.bottom;
  const levels = new Float64Array(steps + 1);
  return count.lifetimes.map((tensor) => {
    const { first, bytes, offsetBytes } = tensor;
    const last = Math.min(tensor.last, steps - 1);
    const upper: string[] = [];
    const lower: string[] = [];
    for (let step = first; step <= last; step++) {
      // In an arena it has a place; elsewhere it lies upon what was there before it.
      const low = offsetBytes ?? levels[step]!;
      if (offsetBytes === undefined) levels[step]! += bytes;
      const [left, right] = [EDGE.left + step * across, EDGE.left + (step + 1) * across].map((x) =>
        x.toFixed(1),
      );
      const [under, over] = [bottom - low * up, bottom - (low + bytes) * up].map((y) => y.toFixed(1));
      upper.push(`${left},${over}`, `${right},${over}`);
      lower.unshift(`${right},${under}`, `${left},${under}`);
    }
    return { tensor, path: `M${[...upper, ...lower].join('L')}Z`, isAlive: alive.has(tensor) };
  });
}
