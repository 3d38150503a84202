import { type Camera, Vector3 } from 'three';
import type { Frame, Space } from '../../../shared/formats/pictures/space.ts';
import { Crowd, type Label } from './labels.ts';
import type { Motion, Pose } from './motion.ts';

const FONT = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Noto Sans SC", sans-serif';
const PIXELS = 11.5;
const GAP_PIXELS = 5;
const MOST_LABELS = 120;
/** On the screen, a volume this low gets no label unless it is chosen. */
const LOWEST_PIXELS = 7;

export interface LabelColours {
  readonly ink: string;
  readonly muted: string;
  readonly page: string;
}

export interface LabelScene {
  readonly labels: readonly Label[];
  readonly space: Space;
  readonly motion: Motion;
  /** Ids whose labels come first, whatever their rank. */
  readonly chosen: ReadonlySet<string>;
  readonly colours: LabelColours;
}

const point = new Vector3();

/** Paints the labels that fit beside each other, as the camera sees them, in units of CSS pixels. */
export function paintLabels(
  context: CanvasRenderingContext2D,
  camera: Camera,
  [width, height]: readonly [number, number],
  { labels, space, motion, chosen, colours }: LabelScene,
): void {
  const crowd = new Crowd();
  const frames = new Map(space.frames.map((frame) => [frame.id, frame]));
  context.textBaseline = 'alphabetic';
  context.lineJoin = 'round';
  let painted = 0;
  const project = (x: number, y: number, z: number): { x: number; y: number } | undefined => {
    point.set(x, y, z).project(camera);
    if (point.z > 1 || point.z < -1) return undefined;
    return { x: ((point.x + 1) / 2) * width, y: ((1 - point.y) / 2) * height };
  };
  const paint = (label: Label, always: boolean): void => {
    if (painted >= MOST_LABELS) return;
    const box = label.of === 'block' ? boxOfFrame(frames.get(label.id)) : motion.pose(label.id);
    if (!box) return;
    const [x, y, z, , up, across] = box;
    // Under the nearer edge, over the middle.
    const foot = project(x, y - up / 2, z + across / 2);
    const head = project(x, y + up / 2, label.of === 'block' ? z + across / 2 : z);
    if (!foot || !head) return;
    if (!always && foot.y - head.y < LOWEST_PIXELS) return;
    const at =
      label.side === 'under'
        ? { x: foot.x, y: foot.y + GAP_PIXELS + PIXELS }
        : { x: head.x, y: head.y - GAP_PIXELS };
    if (at.x < 0 || at.x > width || at.y < 0 || at.y > height + PIXELS) return;
    const bold = label.role === 'name' || always;
    const half = widthOf(context, label.text, bold) / 2;
    const middle = Math.min(Math.max(at.x, half + 4), width - half - 4);
    const room = { left: middle - half - 3, right: middle + half + 3, top: at.y - PIXELS, bottom: at.y + 3 };
    if (!crowd.take(room)) return;
    painted++;
    context.font = fontOf(bold);
    context.lineWidth = 3.5;
    context.strokeStyle = colours.page;
    context.strokeText(label.text, middle - half, at.y);
    context.fillStyle = bold ? colours.ink : colours.muted;
    context.fillText(label.text, middle - half, at.y);
  };
  for (const label of labels) if (chosen.has(label.id)) paint(label, true);
  for (const label of labels) if (!chosen.has(label.id) && label.rank > 0) paint(label, false);
}

const fontOf = (bold: boolean): string => `${bold ? '600 ' : ''}${PIXELS}px ${FONT}`;

/** Measuring text is the dearest part of a frame: the same texts come again in the next. */
const widths = new Map<string, number>();
const MOST_WIDTHS = 20_000;

function widthOf(context: CanvasRenderingContext2D, text: string, bold: boolean): number {
  const key = `${bold ? 'b' : 'r'}${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  context.font = fontOf(bold);
  const { width } = context.measureText(text);
  if (widths.size > MOST_WIDTHS) widths.clear();
  widths.set(key, width);
  return width;
}

function boxOfFrame(frame: Frame | undefined): Pose | undefined {
  if (!frame) return undefined;
  const { low, high } = frame;
  const middle = (axis: 0 | 1 | 2): number => (low[axis] + high[axis]) / 2;
  return [low[0], middle(1), middle(2), high[0] - low[0], high[1] - low[1], high[2] - low[2]];
}
