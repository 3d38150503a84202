/** Lives in the library's own memory until it is deleted. */
interface Held {
  delete(): void;
}

export interface SkiaPaint extends Held {
  setAntiAlias(on: boolean): void;
  setColor(colour: Float32Array): void;
  setAlphaf(alpha: number): void;
  setStyle(style: object): void;
  setStrokeWidth(width: number): void;
  setPathEffect(effect: object | null): void;
}

export interface SkiaFont extends Held {
  setSize(pixels: number): void;
  setSubpixel(on: boolean): void;
  setHinting(hinting: object): void;
  getGlyphIDs(text: string): Uint16Array;
  getGlyphWidths(glyphs: Uint16Array): Float32Array;
}

type SkiaPath = Held;

export interface SkiaCanvas {
  clear(colour: Float32Array): void;
  scale(x: number, y: number): void;
  save(): number;
  restore(): void;
  translate(x: number, y: number): void;
  rotate(degrees: number, x: number, y: number): void;
  drawPath(path: SkiaPath, paint: SkiaPaint): void;
  drawRRect(rounded: Float32Array, paint: SkiaPaint): void;
  drawText(text: string, x: number, y: number, paint: SkiaPaint, font: SkiaFont): void;
}

interface SkiaImage extends Held {
  encodeToBytes(): Uint8Array | null;
}

interface SkiaSurface {
  getCanvas(): SkiaCanvas;
  makeImageSnapshot(): SkiaImage;
  dispose(): void;
}

/** The part of CanvasKit that pictures are painted with. The library is loaded by whoever runs on a machine. */
export interface Skia {
  readonly Paint: new () => SkiaPaint;
  readonly Font: new (face: object, pixels: number) => SkiaFont;
  readonly Typeface: { MakeTypefaceFromData(data: ArrayBuffer): object | null };
  readonly Path: { MakeFromSVGString(data: string): SkiaPath | null };
  readonly PathEffect: { MakeDash(lengths: number[]): Held };
  readonly PaintStyle: { readonly Fill: object; readonly Stroke: object };
  readonly FontHinting: { readonly None: object };
  readonly TRANSPARENT: Float32Array;
  MakeSurface(width: number, height: number): SkiaSurface | null;
  LTRBRect(left: number, top: number, right: number, bottom: number): Float32Array;
  RRectXY(rectangle: Float32Array, x: number, y: number): Float32Array;
  parseColorString(colour: string): Float32Array;
}
