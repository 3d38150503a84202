import { digitFromInk, type Ink } from '../../../shared/runtime/digit.ts';
import { type Picture, pictureOf } from '../../state/run/picture.ts';

/** A point of a stroke, in shares of the pad's side; `pressure` from 0 to 1, 0.5 for a mouse. */
export interface PenPoint {
  readonly x: number;
  readonly y: number;
  readonly pressure: number;
}
export type Stroke = readonly PenPoint[];

/** The sheet that strokes are drawn on, whatever the size on the screen. */
export const SHEET_SIDE = 280;
/** MNIST's strokes are two to three of the digit's twenty pixels wide: a tenth of a digit that fills most of the pad. */
const STROKE_WIDTH = 21;

/** Draws strokes of a round pen in the colour that the context has. */
export function drawStrokes(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  strokes: readonly Stroke[],
  side: number,
): void {
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const stroke of strokes) {
    const [first, ...rest] = stroke;
    let before = first;
    for (const point of rest.length === 0 && first ? [first] : rest) {
      if (!before) break;
      context.lineWidth = (STROKE_WIDTH / SHEET_SIDE) * side * (0.6 + 0.8 * point.pressure);
      context.beginPath();
      context.moveTo(before.x * side, before.y * side);
      context.lineTo(point.x * side, point.y * side);
      context.stroke();
      before = point;
    }
  }
}

/** The strokes as MNIST would have them; undefined for an empty sheet. */
export function drawingOf(strokes: readonly Stroke[], name: string): Picture | undefined {
  const canvas = new OffscreenCanvas(SHEET_SIDE, SHEET_SIDE);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('The browser gave no canvas to draw on.');
  context.fillStyle = '#000';
  context.fillRect(0, 0, SHEET_SIDE, SHEET_SIDE);
  context.strokeStyle = '#fff';
  drawStrokes(context, strokes, SHEET_SIDE);
  const { data } = context.getImageData(0, 0, SHEET_SIDE, SHEET_SIDE);
  const ink: Ink = {
    width: SHEET_SIDE,
    height: SHEET_SIDE,
    data: Uint8Array.from({ length: SHEET_SIDE * SHEET_SIDE }, (_, i) => data[4 * i]!),
  };
  const pixels = digitFromInk(ink);
  return pixels && pictureOf(name, pixels);
}
