import { largestOf, smallestOf } from '../../base/extremes.ts';
import { chartGrid, chartText, chartTitle } from './chart.ts';
import { grounds } from './families.ts';
import type { Scene, Shape } from './scene.ts';

export interface RooflineDot {
  readonly id: string;
  /** FLOPs a byte, and 10⁹ FLOPs a second. */
  readonly intensity: number;
  readonly gigaflops: number;
  readonly milliseconds: number;
  readonly isMemoryBound: boolean;
}

export interface Roofline {
  readonly title: string;
  readonly gigaflops: number;
  readonly gigabytesPerSecond: number;
  readonly dots: readonly RooflineDot[];
}

const WIDTH = 760;
const HEIGHT = 500;
const edge = { left: 76, right: 28, top: 48, bottom: 56 };
const field = { left: edge.left, right: WIDTH - edge.right, top: edge.top, bottom: HEIGHT - edge.bottom };
const ARITHMETIC = '#2563eb';
const MEMORY = '#d97706';
const SMALLEST = 3;
const LARGEST = 14;
/** Names beside so many of the slowest steps: more would lie upon each other. */
const NAMED = 6;

/** Steps by intensity and rate, both by their ratios, under the two ceilings; a dot's area is its share of the time. */
export function drawRoofline({ title, gigaflops, gigabytesPerSecond, dots }: Roofline): Scene {
  const ground = grounds.light;
  const ridge = gigaflops / gigabytesPerSecond;
  const across = decades([...dots.map(({ intensity }) => intensity), ridge]);
  const up = decades([...dots.map((dot) => dot.gigaflops), gigaflops, across.low * gigabytesPerSecond]);
  const toX = (value: number): number => edge.left + across.share(value) * (WIDTH - edge.left - edge.right);
  const toY = (value: number): number =>
    HEIGHT - edge.bottom - up.share(value) * (HEIGHT - edge.top - edge.bottom);
  const total = dots.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const named = new Set([...dots].sort((a, b) => b.milliseconds - a.milliseconds).slice(0, NAMED));
  const middle = (edge.left + WIDTH - edge.right) / 2;
  return {
    title,
    widthPixels: WIDTH,
    heightPixels: HEIGHT,
    background: ground.page,
    shapes: [
      chartTitle([edge.left, 26], title),
      ...chartGrid(
        field,
        across.ticks.map((tick) => ({ at: toX(tick), text: String(tick) })),
        up.ticks.map((tick) => ({ at: toY(tick), text: String(tick) })),
      ),
      chartText([middle, HEIGHT - 14], 'FLOPs per byte read or written', { anchor: 'middle', role: 'label' }),
      chartText([20, (edge.top + HEIGHT - edge.bottom) / 2], 'GFLOP/s', {
        anchor: 'middle',
        turned: true,
        role: 'label',
      }),
      {
        kind: 'path',
        points: [
          [toX(across.low), toY(across.low * gigabytesPerSecond)],
          [toX(ridge), toY(gigaflops)],
          [toX(across.high), toY(gigaflops)],
        ],
        stroke: ground.ink,
        strokePixels: 1.5,
        fill: 'none',
        id: 'roof',
      },
      chartText([toX(across.high) - 4, toY(gigaflops) - 6], `${round(gigaflops)} GFLOP/s`, {
        anchor: 'end',
        fill: ground.ink,
        role: 'label',
      }),
      chartText(
        [toX(across.low) + 6, toY(across.low * gigabytesPerSecond) - 8],
        `${round(gigabytesPerSecond)} GB/s`,
        { fill: ground.ink, role: 'label' },
      ),
      ...dots.map((dot): Shape => {
        const share = total === 0 ? 0 : dot.milliseconds / total;
        const radius = SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(share);
        return {
          kind: 'box',
          x: toX(dot.intensity) - radius,
          y: toY(dot.gigaflops) - radius,
          width: 2 * radius,
          height: 2 * radius,
          radius,
          fill: dot.isMemoryBound ? MEMORY : ARITHMETIC,
          opacity: 0.65,
          id: dot.id,
          tooltip: `${dot.id}: ${round(dot.intensity)} FLOPs per byte, ${round(dot.gigaflops)} GFLOP/s, ${round(dot.milliseconds)} ms`,
        };
      }),
      ...dots
        .filter((dot) => named.has(dot))
        .map((dot) =>
          chartText([toX(dot.intensity) + 10, toY(dot.gigaflops) + 4], dot.id, {
            fontPixels: 10,
            role: 'label',
          }),
        ),
    ],
  };
}

const round = (value: number): string => String(Number(value.toPrecision(3)));

/** Whole powers of ten around values, and where a value lies between the outermost two. */
function decades(values: readonly number[]): {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  share(value: number): number;
} {
  const [first, last] = [
    Math.floor(Math.log10(smallestOf(values, 1))),
    Math.ceil(Math.log10(largestOf(values) * 1.05)),
  ];
  const end = Math.max(last, first + 1);
  const ticks = Array.from({ length: end - first + 1 }, (_, i) => Number(`1e${first + i}`));
  return {
    low: 10 ** first,
    high: 10 ** end,
    ticks,
    share: (value) => (Math.log10(value) - first) / (end - first),
  };
}
