import { grounds } from './families.ts';
import type { Point, Shape, TextShape } from './scene.ts';

const ground = grounds.light;

/** Letters of a chart: small and muted, but for what is said otherwise. */
export const chartText = ([x, y]: Point, text: string, rest: Partial<TextShape> = {}): Shape => ({
  kind: 'text',
  x,
  y,
  text,
  fontPixels: 12,
  fill: ground.muted,
  ...rest,
});

/** What stands above all. */
export const chartTitle = (at: Point, text: string): Shape =>
  chartText(at, text, { fontPixels: 15, weight: 'medium', fill: ground.ink, role: 'title' });

/** A mark of an axis: where it lies, in pixels, and what it says. */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** A chart's inner field, in pixels. */
export interface Field {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Thin lines through the field at the marks of both axes, with what the marks say beside it. */
export const chartGrid = (field: Field, across: readonly Tick[], up: readonly Tick[]): readonly Shape[] => [
  ...across.flatMap(({ at, text }) => [
    thin([at, field.top], [at, field.bottom]),
    chartText([at, field.bottom + 18], text, { anchor: 'middle', role: 'tick' }),
  ]),
  ...up.flatMap(({ at, text }) => [
    thin([field.left, at], [field.right, at]),
    chartText([field.left - 8, at + 4], text, { anchor: 'end', role: 'tick' }),
  ]),
];

const thin = (from: Point, to: Point): Shape => ({
  kind: 'path',
  points: [from, to],
  stroke: ground.line,
  strokePixels: 0.5,
  opacity: 0.4,
  fill: 'none',
});
