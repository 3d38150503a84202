import * as Plot from '@observablehq/plot';
import { type PointerEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { largestOf, smallestOf } from '../../shared/base/extremes.ts';
import { pareto } from '../../shared/steer/pareto.ts';
import {
  amountOf,
  type Measures,
  type SteerQuantity,
  steerQuantityTable,
} from '../../shared/steer/quantities.ts';
import { useT } from '../i18n/i18n.ts';
import { areBytesBinary } from '../parts/format.ts';
import { byteTicks } from './byte-ticks.ts';
import { useRoom } from './room.ts';
import { PLOT_CLASS, showPlot } from './show-plot.ts';
import { amountFormat, quantityTitles } from './steer-format.ts';

/** What a dot stands for: dots of one kind look alike. */
export type DotKind = 'sample' | 'front' | 'zoo' | 'pinned' | 'now' | 'answer';

export interface Dot {
  readonly key: string;
  readonly kind: DotKind;
  /** Said of it under the pointer. */
  readonly title: string;
  /** Written beside it. */
  readonly label?: string;
  readonly measures: Measures;
}

export interface ScatterProps<D extends Dot = Dot> {
  readonly dots: readonly D[];
  readonly x: SteerQuantity;
  readonly y: SteerQuantity;
  /** What the size of a dot says; undefined for dots of one size. */
  readonly size: SteerQuantity | undefined;
  readonly onPoint: (dot: D | undefined) => void;
  readonly onChoose: (dot: D) => void;
}

/** From so many times on, amounts are set out by their ratios. */
const WIDE = 30;
const MARGIN = { left: 62, bottom: 34, top: 14, right: 18 } as const;
const BRUSH_PIXELS = 6;

interface Extent {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

const looks: Readonly<
  Record<DotKind, { readonly fill: string; readonly opacity: number; readonly radius: number }>
> = {
  sample: { fill: 'var(--accent)', opacity: 0.22, radius: 2 },
  front: { fill: 'var(--accent)', opacity: 0.7, radius: 3 },
  zoo: { fill: 'var(--muted)', opacity: 0.5, radius: 3 },
  pinned: { fill: 'var(--ink)', opacity: 0.8, radius: 4 },
  now: { fill: 'var(--ink)', opacity: 1, radius: 5 },
  answer: { fill: 'var(--good)', opacity: 1, radius: 5 },
};

/** More is better of what a network sees and how deep it is; of all that it costs, less. */
const better = (quantity: SteerQuantity): 'less' | 'more' =>
  quantity === 'field' || quantity === 'depth' ? 'more' : 'less';

/**
 * Designs by any two of their quantities, with the line of those that none is better than. Dragging looks closer. What
 * nobody timed has no place on an axis of times.
 */
export function Scatter<D extends Dot>({ dots, x, y, size, onPoint, onChoose }: ScatterProps<D>) {
  const t = useT();
  const [frame, { widthPixels, heightPixels }] = useRoom();
  const place = useRef<HTMLDivElement>(null);
  const [extent, setExtent] = useState<Extent>();
  const { brush, ...dragging } = useBrush(place, setExtent);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was looked at closer is of these quantities.
  useEffect(() => {
    setExtent(undefined);
  }, [x, y]);
  const plot = useMemo(() => {
    const there = dots.filter(({ measures }) =>
      [x, y].every((each) => !Number.isNaN(amountOf(measures, each))),
    );
    const seen = extent ? there.filter((dot) => isWithin(dot, x, y, extent)) : there;
    const room = { widthPixels, heightPixels };
    return drawn(seen, { x, y, size, extent, room, titleOf: (quantity) => t(quantityTitles[quantity]) });
  }, [dots, x, y, size, extent, widthPixels, heightPixels, t]);
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const pointed = (): D | undefined => dots.find((dot) => dot === plot.value);
    const point = (): void => onPoint(pointed());
    const choose = (): void => {
      const dot = pointed();
      if (dot) onChoose(dot);
    };
    plot.addEventListener('input', point);
    plot.addEventListener('click', choose);
    showPlot(element, plot);
    return () => {
      plot.removeEventListener('input', point);
      plot.removeEventListener('click', choose);
    };
  }, [plot, dots, onPoint, onChoose]);
  return (
    <div ref={frame} className="scatter" data-testid="scatter">
      {/* The table says the same to the keyboard. */}
      <div ref={place} className="scatter-plot" {...dragging} />
      {brush ? <div className="scatter-brush" style={brush} /> : null}
      {extent ? (
        <button type="button" className="button is-small scatter-whole" onClick={() => setExtent(undefined)}>
          {t('Show all')}
        </button>
      ) : null}
    </div>
  );
}

function isWithin({ measures }: Dot, x: SteerQuantity, y: SteerQuantity, extent: Extent): boolean {
  const [across, up] = [amountOf(measures, x), amountOf(measures, y)];
  return across >= extent.x[0] && across <= extent.x[1] && up >= extent.y[0] && up <= extent.y[1];
}

interface Drawing extends Pick<ScatterProps, 'x' | 'y' | 'size'> {
  readonly extent: Extent | undefined;
  readonly room: { readonly widthPixels: number; readonly heightPixels: number };
  readonly titleOf: (quantity: SteerQuantity) => string;
}

function drawn(dots: readonly Dot[], { x, y, size, extent, room, titleOf }: Drawing) {
  const across = ({ measures }: Dot): number => amountOf(measures, x);
  const up = ({ measures }: Dot): number => amountOf(measures, y);
  const axis = (
    quantity: SteerQuantity,
    of: (dot: Dot) => number,
    domain: readonly [number, number] | undefined,
  ) => {
    const amounts = dots.map(of);
    const isByRatio = isWide(amounts);
    const isBinary = steerQuantityTable[quantity].unit === 'bytes' && areBytesBinary();
    const [low, high] = domain ?? [smallestOf(amounts, Infinity), largestOf(amounts)];
    return {
      type: isByRatio ? ('log' as const) : ('linear' as const),
      label: titleOf(quantity),
      tickFormat: amountFormat(quantity),
      grid: true,
      ticks: isBinary ? byteTicks(low, high, isByRatio) : 4,
      // Which of given ticks are written, hangs on the base of the scale.
      ...(isBinary && isByRatio ? { base: 2 } : {}),
      inset: 8,
      ...(domain ? { domain: [...domain] } : {}),
    };
  };
  const bubble = size;
  const radius = bubble
    ? { r: ({ measures }: Dot) => amountOf(measures, bubble) || 0 }
    : { r: ({ kind }: Dot) => looks[kind].radius };
  const own = dots.filter(({ kind }) => kind !== 'zoo' && kind !== 'pinned');
  const best = pareto(own, [
    { better: better(x), of: across },
    { better: better(y), of: up },
  ]);
  const labelled = dots.filter(({ label }) => label !== undefined);
  return Plot.plot({
    className: PLOT_CLASS,
    width: Math.max(240, room.widthPixels),
    height: Math.max(140, room.heightPixels),
    marginLeft: MARGIN.left,
    marginBottom: MARGIN.bottom,
    marginTop: MARGIN.top,
    marginRight: MARGIN.right,
    style: { background: 'transparent', color: 'var(--muted)', fontFamily: 'inherit', fontSize: '11px' },
    x: axis(x, across, extent?.x),
    y: axis(y, up, extent?.y),
    r: bubble ? { range: [2, 12] } : { type: 'identity' },
    marks: [
      Plot.line(best, {
        x: across,
        y: up,
        stroke: 'var(--accent)',
        strokeWidth: 1.4,
        curve: 'step-after',
        clip: true,
      }),
      Plot.dot(dots, {
        x: across,
        y: up,
        ...radius,
        fill: ({ kind }: Dot) => looks[kind].fill,
        fillOpacity: ({ kind }: Dot) => looks[kind].opacity,
        stroke: ({ kind }: Dot) => (kind === 'answer' || kind === 'now' ? 'var(--raised)' : 'none'),
      }),
      Plot.text(labelled, {
        x: across,
        y: up,
        text: 'label',
        dy: -9,
        fill: 'var(--ink)',
        fontWeight: 600,
        render: (index, scales, values, dimensions, context, next) => {
          const x = insideOf(labelled, values.x ?? [], dimensions.width);
          const within = Object.assign({}, values, { x });
          return next!(readable(index, labelled, within), scales, within, dimensions, context);
        },
      }),
      Plot.tip(
        dots,
        Plot.pointer({
          x: across,
          y: up,
          maxRadius: 24,
          fill: 'var(--raised)',
          stroke: 'var(--line-strong)',
          title: (dot: Dot) =>
            [
              dot.title,
              `${titleOf(x)} ${amountFormat(x)(across(dot))}`,
              `${titleOf(y)} ${amountFormat(y)(up(dot))}`,
              ...(bubble && bubble !== x && bubble !== y
                ? [`${titleOf(bubble)} ${amountFormat(bubble)(amountOf(dot.measures, bubble))}`]
                : []),
            ].join('\n'),
        }),
      ),
    ],
  });
}

/** Where labels stand above their dots, moved as far as they would reach over the edges. */
function insideOf(dots: readonly Dot[], x: ArrayLike<number>, width: number): number[] {
  return Array.from(x, (at, each) => {
    const half = (LABEL_PIXELS * (dots[each]?.label?.length ?? 0)) / 2;
    return Math.max(half, Math.min(width - half, at));
  });
}

/** Those labels that lie over none before them: a name that cannot be read is better asked for with the pointer. */
function readable(
  index: readonly number[],
  dots: readonly Dot[],
  { x = [], y = [] }: { readonly x?: ArrayLike<number>; readonly y?: ArrayLike<number> },
): number[] {
  const shown: number[] = [];
  for (const each of index) {
    const width = (other: number): number => LABEL_PIXELS * dots[other]!.label!.length;
    const isFree = shown.every(
      (other) =>
        Math.abs(x[each]! - x[other]!) > (width(each) + width(other)) / 2 + LABEL_GAP ||
        Math.abs(y[each]! - y[other]!) > LABEL_HEIGHT,
    );
    if (isFree) shown.push(each);
  }
  return shown;
}
const LABEL_PIXELS = 7;
const LABEL_GAP = 4;
const LABEL_HEIGHT = 13;

function isWide(amounts: readonly number[]): boolean {
  let [least, most] = [Infinity, 0];
  for (const amount of amounts) {
    least = Math.min(least, amount);
    most = Math.max(most, amount);
  }
  return least > 0 && most / least > WIDE;
}

interface Brush {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A rectangle drawn with the pointer, which is what is shown from then on. */
function useBrush(place: RefObject<HTMLDivElement | null>, onExtent: (extent: Extent) => void) {
  const [start, setStart] = useState<readonly [number, number]>();
  const [brush, setBrush] = useState<Brush>();
  const at = (event: PointerEvent): readonly [number, number] => {
    const box = event.currentTarget.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const end = (): void => {
    setStart(undefined);
    setBrush(undefined);
  };
  return {
    brush,
    onPointerDown: (event: PointerEvent) => setStart(at(event)),
    onPointerMove: (event: PointerEvent) => {
      if (!start) return;
      const [left, top] = at(event);
      const next = {
        left: Math.min(left, start[0]),
        top: Math.min(top, start[1]),
        width: Math.abs(left - start[0]),
        height: Math.abs(top - start[1]),
      };
      if (brush || Math.max(next.width, next.height) > BRUSH_PIXELS) setBrush(next);
    },
    onPointerUp: () => {
      const plot = place.current?.firstElementChild as ReturnType<typeof Plot.plot> | null;
      const [x, y] = [plot?.scale('x'), plot?.scale('y')];
      if (brush && brush.width > BRUSH_PIXELS && brush.height > BRUSH_PIXELS && x?.invert && y?.invert)
        onExtent({
          x: [x.invert(brush.left), x.invert(brush.left + brush.width)],
          y: [y.invert(brush.top + brush.height), y.invert(brush.top)],
        });
      end();
    },
    onPointerLeave: end,
  };
}
