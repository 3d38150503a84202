import type { Weight } from './metrics.ts';

/** A drawing before anyone has chosen SVG, PNG or the screen. Pixels, y downwards. */
export interface Scene {
  readonly title: string;
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** Undefined leaves the page transparent. */
  readonly background: string | undefined;
  readonly shapes: readonly Shape[];
}

export interface Paint {
  readonly fill?: string;
  readonly stroke?: string;
  readonly strokePixels?: number;
  readonly dash?: readonly number[];
  /** 0 to 1; 1 when left out. */
  readonly opacity?: number;
}

export type Shape =
  | (Paint & {
      readonly kind: 'box';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly radius?: number;
      /** What it stands for, kept in the file so that tools and tests can find it. */
      readonly id?: string;
      readonly tooltip?: string;
    })
  | (Paint & {
      readonly kind: 'path';
      readonly points: readonly (readonly [x: number, y: number])[];
      readonly closed?: boolean;
      /** Rounds the corners of an open path. */
      readonly cornerPixels?: number;
      readonly arrow?: boolean;
      readonly id?: string;
      readonly tooltip?: string;
    })
  | {
      readonly kind: 'text';
      readonly x: number;
      /** Of the baseline. */
      readonly y: number;
      readonly text: string;
      readonly fontPixels: number;
      readonly weight?: Weight;
      readonly anchor?: 'start' | 'middle' | 'end';
      readonly fill: string;
      /** Turned by 90° to be read upwards; (x, y) stays the anchor of its baseline. */
      readonly turned?: boolean;
      readonly role?: 'title' | 'label' | 'tick';
    };

/** Letters. */
export type TextShape = Extract<Shape, { readonly kind: 'text' }>;

export type Point = readonly [x: number, y: number];

/**
 * The same polyline with rounded corners, as straight runs and quadratic curves: `[end]` is a line to it,
 * `[control, end]` a curve.
 */
export function roundCorners(
  points: readonly Point[],
  radius: number,
): { readonly start: Point; readonly runs: readonly (readonly [Point] | readonly [Point, Point])[] } {
  const runs: (readonly [Point] | readonly [Point, Point])[] = [];
  for (let i = 1; i < points.length; i++) {
    const here = points[i]!;
    const next = points[i + 1];
    if (!next || radius === 0) {
      runs.push([here]);
      continue;
    }
    const entry = along(here, points[i - 1]!, radius);
    const exit = along(here, next, radius);
    runs.push([entry], [here, exit]);
  }
  return { start: points[0]!, runs };
}

/** The point at most `distance`, and at most half way, from `from` towards `to`. */
function along(from: Point, to: Point, distance: number): Point {
  const dx = to[0] - from[0];
  const dy = to[1] - from[1];
  const length = Math.hypot(dx, dy);
  const share = length === 0 ? 0 : Math.min(distance, length / 2) / length;
  return [from[0] + dx * share, from[1] + dy * share];
}

/** The three corners of the arrow head at the end of a polyline. */
export function arrowHead(points: readonly Point[], lengthPixels = 7): readonly Point[] {
  const tip = points.at(-1)!;
  const back = points.at(-2) ?? tip;
  const angle = Math.atan2(tip[1] - back[1], tip[0] - back[0]);
  const wing = (side: number): Point => [
    tip[0] - lengthPixels * Math.cos(angle + side * 0.42),
    tip[1] - lengthPixels * Math.sin(angle + side * 0.42),
  ];
  return [tip, wing(1), wing(-1)];
}

/** Rounded to a hundredth, so that the same design gives the same bytes on every machine. */
export function tidy(value: number): number {
  const rounded = Math.round(value * 100) / 100;
  return rounded === 0 ? 0 : rounded;
}
