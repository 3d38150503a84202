import { fail, messages, type Result, succeed } from '../../base/problem.ts';
import { unreachable } from '../../base/unreachable.ts';
import type { Weight } from './metrics.ts';
import { arrowHead, type Paint, type Scene, type Shape, tidy } from './scene.ts';
import type { Skia, SkiaCanvas, SkiaFont, SkiaPaint } from './skia.ts';
import { pathData, polygonData } from './svg.ts';

export const say = messages('formats/pictures/png', {
  'picture-too-large': [
    'The picture would have {{width}}×{{height}} pixels, more than a PNG is made of here.',
    'Choose a smaller scale, show less detail, or write it as SVG, which has no pixels.',
  ],
  'letters-without-font': [
    'The font of pictures (Roboto) lacks {{strange}}, so they cannot be drawn as pixels.',
    'Write the picture as SVG, where text stays text and is shown in the fonts of its reader.',
  ],
});

/** Roboto as TrueType files: the fonts that pictures are measured with. */
export type FontFiles = Readonly<Record<Weight, ArrayBuffer>>;

export interface Rasteriser {
  /**
   * The picture as PNG with `ratio` pixels of the file to one of the scene. The same scene gives the same bytes on every
   * machine. Refused where it would be too large, or has letters that the fonts lack.
   */
  toPng(scene: Scene, ratio: number): Result<Uint8Array>;
}

/** 256 MiB while it is painted. */
const MOST_PIXELS = 1 << 26;
const LONGEST_SIDE = 32_767;

export function createRasteriser(skia: Skia, files: FontFiles): Rasteriser {
  const fonts: Readonly<Record<Weight, SkiaFont>> = {
    regular: fontOf(skia, files.regular),
    medium: fontOf(skia, files.medium),
  };
  return {
    toPng(scene, ratio) {
      const width = Math.ceil(scene.widthPixels * ratio);
      const height = Math.ceil(scene.heightPixels * ratio);
      if (width * height > MOST_PIXELS || Math.max(width, height) > LONGEST_SIDE)
        return fail(say.at({}, 'picture-too-large', { width, height }));
      const strange = lettersWithout(scene, fonts);
      if (strange.length > 0)
        return fail(say.at({}, 'letters-without-font', { strange: strange.slice(0, 8).join(' ') }));
      return succeed(paintScene(skia, fonts, scene, { width, height, ratio }));
    },
  };
}

function fontOf(skia: Skia, file: ArrayBuffer): SkiaFont {
  const face = skia.Typeface.MakeTypefaceFromData(file);
  if (face === null)
    throw new Error('The font of pictures is not a font file: this installation is damaged.');
  const font = new skia.Font(face, 1);
  // Whole pixels and hints would set the text wider or narrower than it was measured.
  font.setSubpixel(true);
  font.setHinting(skia.FontHinting.None);
  return font;
}

function lettersWithout({ shapes }: Scene, fonts: Readonly<Record<Weight, SkiaFont>>): readonly string[] {
  const strange = new Set<string>();
  for (const shape of shapes) {
    if (shape.kind !== 'text') continue;
    const letters = [...shape.text];
    const glyphs = fonts[shape.weight ?? 'regular'].getGlyphIDs(shape.text);
    for (const [i, letter] of letters.entries()) if (glyphs[i] === 0) strange.add(letter);
  }
  return [...strange];
}

function paintScene(
  skia: Skia,
  fonts: Readonly<Record<Weight, SkiaFont>>,
  scene: Scene,
  at: { readonly width: number; readonly height: number; readonly ratio: number },
): Uint8Array {
  const surface = skia.MakeSurface(at.width, at.height);
  if (surface === null)
    throw new Error(`There is no memory for a picture of ${at.width}×${at.height} pixels.`);
  const paint = new skia.Paint();
  try {
    paint.setAntiAlias(true);
    const canvas = surface.getCanvas();
    canvas.clear(scene.background === undefined ? skia.TRANSPARENT : skia.parseColorString(scene.background));
    canvas.scale(at.ratio, at.ratio);
    for (const shape of scene.shapes) paintShape({ skia, canvas, paint }, shape, fonts);
    const image = surface.makeImageSnapshot();
    const bytes = image.encodeToBytes();
    image.delete();
    if (bytes === null) throw new Error('The picture could not be written as PNG.');
    return bytes;
  } finally {
    paint.delete();
    surface.dispose();
  }
}

interface Brush {
  readonly skia: Skia;
  readonly canvas: SkiaCanvas;
  readonly paint: SkiaPaint;
}

function paintShape(brush: Brush, shape: Shape, fonts: Readonly<Record<Weight, SkiaFont>>): void {
  switch (shape.kind) {
    case 'box': {
      const [left, top] = [tidy(shape.x), tidy(shape.y)];
      const { skia, canvas, paint } = brush;
      const rectangle = skia.LTRBRect(left, top, left + tidy(shape.width), top + tidy(shape.height));
      const rounded = skia.RRectXY(rectangle, shape.radius ?? 0, shape.radius ?? 0);
      fillAndStroke(brush, shape, () => canvas.drawRRect(rounded, paint));
      return;
    }
    case 'path': {
      paintPath(brush, pathData(shape), shape);
      if (shape.arrow)
        paintPath(brush, polygonData(arrowHead(shape.points)), {
          ...(shape.stroke === undefined ? {} : { fill: shape.stroke }),
        });
      return;
    }
    case 'text':
      paintText(brush, shape, fonts[shape.weight ?? 'regular']);
      return;
    default:
      unreachable(shape);
  }
}

function paintPath(brush: Brush, data: string, look: Paint): void {
  const { skia, canvas, paint } = brush;
  const path = skia.Path.MakeFromSVGString(data);
  if (path === null) throw new Error(`This is not a path: ${data}`);
  fillAndStroke(brush, look, () => canvas.drawPath(path, paint));
  path.delete();
}

function fillAndStroke(
  { skia, paint }: Brush,
  { fill, stroke, strokePixels, dash, opacity = 1 }: Paint,
  draw: () => void,
): void {
  if (fill !== undefined) {
    paint.setStyle(skia.PaintStyle.Fill);
    paint.setColor(skia.parseColorString(fill));
    paint.setAlphaf(opacity);
    draw();
  }
  if (stroke === undefined) return;
  const effect = dash === undefined ? undefined : skia.PathEffect.MakeDash([...dash]);
  paint.setStyle(skia.PaintStyle.Stroke);
  paint.setColor(skia.parseColorString(stroke));
  paint.setAlphaf(opacity);
  paint.setStrokeWidth(tidy(strokePixels ?? 1));
  paint.setPathEffect(effect ?? null);
  draw();
  paint.setPathEffect(null);
  effect?.delete();
}

function paintText({ skia, canvas, paint }: Brush, shape: Shape & { readonly kind: 'text' }, font: SkiaFont) {
  font.setSize(shape.fontPixels);
  const width = font.getGlyphWidths(font.getGlyphIDs(shape.text)).reduce((sum, each) => sum + each, 0);
  const back = shape.anchor === 'middle' ? width / 2 : shape.anchor === 'end' ? width : 0;
  const [x, y] = [tidy(shape.x), tidy(shape.y)];
  paint.setStyle(skia.PaintStyle.Fill);
  paint.setColor(skia.parseColorString(shape.fill));
  canvas.save();
  canvas.translate(x, y);
  if (shape.turned) canvas.rotate(-90, 0, 0);
  canvas.drawText(shape.text, -back, 0, paint, font);
  canvas.restore();
}
