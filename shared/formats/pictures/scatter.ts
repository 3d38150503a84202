import { largestOf, smallestOf } from '../../base/extremes.ts';
import { chartGrid, chartText, chartTitle } from './chart.ts';
import { grounds } from './families.ts';
import type { Scene, Shape } from './scene.ts';

export interface ScatterPoint {
  readonly x: number;
  readonly y: number;
  /** Said where the pointer rests. */
  readonly label: string;
  readonly isOnFront: boolean;
}

export interface Scatter {
  readonly title: string;
  /** Titles of the axes. */
  readonly x: string;
  readonly y: string;
  readonly points: readonly ScatterPoint[];
}

const WIDTH = 720;
const HEIGHT = 480;
const edge = { left: 84, right: 24, top: 44, bottom: 56 };
const field = { left: edge.left, right: WIDTH - edge.right, top: edge.top, bottom: HEIGHT - edge.bottom };
const FRONT = '#2563eb';
/** More dots than this make a file that no viewer shows; those of the front are all there. */
const MOST_DOTS = 5000;

/** One quantity against another, a dot for each design, those on the Pareto front joined by a line. */
export function drawScatter({ title, x, y, points }: Scatter): Scene {
  const ground = grounds.light;
  const across = axisOf(points.map((point) => point.x));
  const up = axisOf(points.map((point) => point.y));
  const toX = (value: number): number => edge.left + across.share(value) * (WIDTH - edge.left - edge.right);
  const toY = (value: number): number =>
    HEIGHT - edge.bottom - up.share(value) * (HEIGHT - edge.top - edge.bottom);
  const front = points.filter(({ isOnFront }) => isOnFront).sort((a, b) => a.x - b.x);
  const others = points.filter(({ isOnFront }) => !isOnFront);
  const every = Math.ceil(others.length / MOST_DOTS);
  const dots = [...others.filter((_, i) => i % every === 0), ...front];
  return {
    title,
    widthPixels: WIDTH,
    heightPixels: HEIGHT,
    background: ground.page,
    shapes: [
      chartTitle([edge.left, 24], title),
      ...chartGrid(
        field,
        across.ticks.map((tick) => ({ at: toX(tick), text: shortFigure(tick) })),
        up.ticks.map((tick) => ({ at: toY(tick), text: shortFigure(tick) })),
      ),
      chartText([(edge.left + WIDTH - edge.right) / 2, HEIGHT - 14], x, { anchor: 'middle', role: 'label' }),
      chartText([22, (edge.top + HEIGHT - edge.bottom) / 2], y, {
        anchor: 'middle',
        turned: true,
        role: 'label',
      }),
      {
        kind: 'path',
        points: front.map((point) => [toX(point.x), toY(point.y)]),
        stroke: FRONT,
        strokePixels: 1.5,
        fill: 'none',
      },
      ...dots.map((point): Shape => {
        const radius = point.isOnFront ? 4 : 2.5;
        return {
          kind: 'box',
          x: toX(point.x) - radius,
          y: toY(point.y) - radius,
          width: 2 * radius,
          height: 2 * radius,
          radius,
          fill: point.isOnFront ? FRONT : ground.line,
          opacity: point.isOnFront ? 1 : 0.5,
          tooltip: `${point.label}: ${point.x.toLocaleString('en-US')}, ${point.y.toLocaleString('en-US')}`,
        };
      }),
    ],
  };
}

/** Where values lie between the ends of an axis, and round values to mark it at. */
function axisOf(values: readonly number[]): {
  share(value: number): number;
  readonly ticks: readonly number[];
} {
  const [low, high] = [smallestOf(values, Infinity), largestOf(values)];
  if (!Number.isFinite(low) || !Number.isFinite(high)) return { share: () => 0.5, ticks: [] };
  const room = (high - low || Math.abs(high) || 1) * 0.05;
  const [from, to] = [low - room, high + room];
  const rough = (to - from) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? rough;
  const ticks: number[] = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) ticks.push(tick);
  return { share: (value) => (value - from) / (to - from), ticks };
}

/** `4.1 G`, `250 M`, `224`. */
function shortFigure(value: number): string {
  for (const [unit, size] of [
    ['G', 1e9],
    ['M', 1e6],
    ['k', 1e3],
  ] as const)
    if (Math.abs(value) >= size) return `${Number((value / size).toPrecision(4))} ${unit}`;
  return String(Number(value.toPrecision(4)));
}
