import { textWidth } from '../../../shared/formats/pictures/metrics.ts';
import { roundCorners, type Scene, type Shape } from '../../../shared/formats/pictures/scene.ts';

export interface Rectangle {
  readonly what: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The ink of a text, as its font sets it. */
export function textRectangle(shape: Shape & { readonly kind: 'text' }): Rectangle {
  const { x, y, fontPixels, anchor, turned, text, weight } = shape;
  const width = textWidth(text, fontPixels, weight);
  const back = anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0;
  const [up, down] = [0.72 * fontPixels, 0.1 * fontPixels];
  if (turned) return { what: text, left: x - up, right: x + down, top: y + back - width, bottom: y + back };
  return { what: text, left: x - back, right: x - back + width, top: y - up, bottom: y + down };
}

export const textsOf = ({ shapes }: Scene): readonly Rectangle[] =>
  shapes.flatMap((shape) => (shape.kind === 'text' ? [textRectangle(shape)] : []));

/** Boxes that stand for something. */
export const boxesOf = ({ shapes }: Scene): readonly Rectangle[] =>
  shapes.flatMap((shape) => {
    if (shape.kind !== 'box' || shape.id === undefined) return [];
    const { x, y, width, height, id } = shape;
    return [{ what: id, left: x, top: y, right: x + width, bottom: y + height }];
  });

/** Each volume's whole drawing: its faces and edges follow its front, which has the id. */
export function volumesOf({ shapes }: Scene): readonly Rectangle[] {
  const found: Rectangle[] = [];
  for (const shape of shapes) {
    if (shape.kind !== 'path' || !shape.closed) continue;
    const xs = shape.points.map(([x]) => x);
    const ys = shape.points.map(([, y]) => y);
    const face = {
      left: Math.min(...xs),
      top: Math.min(...ys),
      right: Math.max(...xs),
      bottom: Math.max(...ys),
    };
    const last = found.at(-1);
    if (shape.id !== undefined) found.push({ what: shape.id, ...face });
    else if (last)
      found[found.length - 1] = {
        what: last.what,
        left: Math.min(last.left, face.left),
        top: Math.min(last.top, face.top),
        right: Math.max(last.right, face.right),
        bottom: Math.max(last.bottom, face.bottom),
      };
  }
  return found;
}

/** Every straight run of every wire, as thin rectangles. */
export const wiresOf = ({ shapes }: Scene): readonly Rectangle[] =>
  shapes.flatMap((shape) => {
    if (shape.kind !== 'path' || !shape.arrow) return [];
    const { start, runs } = roundCorners(shape.points, shape.cornerPixels ?? 0);
    const ends = [start, ...runs.map((run) => run.at(-1)!)];
    return ends.slice(1).map(([x, y], i) => ({
      what: 'wire',
      left: Math.min(x, ends[i]![0]),
      right: Math.max(x, ends[i]![0]),
      top: Math.min(y, ends[i]![1]),
      bottom: Math.max(y, ends[i]![1]),
    }));
  });

export const meet = (a: Rectangle, b: Rectangle): boolean =>
  a.right > b.left && b.right > a.left && a.bottom > b.top && b.bottom > a.top;

const within = (a: Rectangle, b: Rectangle): boolean =>
  a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;

export function overlaps(rectangles: readonly Rectangle[]): readonly string[] {
  return rectangles.flatMap((a, i) =>
    rectangles
      .slice(i + 1)
      .filter((b) => meet(a, b))
      .map((b) => `${a.what} × ${b.what}`),
  );
}

/** Those of `a` that meet one of `b` without lying wholly in it. */
export function crossings(a: readonly Rectangle[], b: readonly Rectangle[]): readonly string[] {
  return a.flatMap((one) =>
    b
      .filter((other) => meet(one, other) && !within(one, other))
      .map((other) => `${one.what} × ${other.what}`),
  );
}

export function outside({ widthPixels, heightPixels }: Scene, rectangles: readonly Rectangle[]) {
  const page = { what: 'page', left: 0, top: 0, right: widthPixels, bottom: heightPixels };
  return rectangles.filter((rectangle) => !within(rectangle, page)).map(({ what }) => what);
}
