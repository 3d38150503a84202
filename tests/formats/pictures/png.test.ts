import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import loadCanvasKit, { type CanvasKit } from 'canvaskit-wasm';
import { decode } from 'fast-png';
import { beforeAll, describe, expect, it } from 'vitest';
import { textWidth, type Weight } from '../../../shared/formats/pictures/metrics.ts';
import { createRasteriser, type FontFiles, type Rasteriser } from '../../../shared/formats/pictures/png.ts';
import type { Scene, Shape } from '../../../shared/formats/pictures/scene.ts';

let canvasKit: CanvasKit;
let fonts: FontFiles;
let rasteriser: Rasteriser;

async function font(name: string): Promise<ArrayBuffer> {
  const bytes = await readFile(join(import.meta.dirname, '../../../assets/fonts', name));
  return new Uint8Array(bytes).buffer;
}

beforeAll(async () => {
  const folder = dirname(createRequire(import.meta.url).resolve('canvaskit-wasm'));
  canvasKit = await loadCanvasKit({ locateFile: (name) => join(folder, name) });
  fonts = { regular: await font('Roboto-Regular.ttf'), medium: await font('Roboto-Medium.ttf') };
  rasteriser = createRasteriser(canvasKit, fonts);
});

function paint(shapes: readonly Shape[], change: Partial<Scene> = {}, ratio = 1) {
  const scene = { title: '', widthPixels: 60, heightPixels: 40, background: '#ffffff', shapes, ...change };
  const png = rasteriser.toPng(scene, ratio);
  if (!png.ok) throw new Error(png.problems[0]!.message);
  const image = decode(png.value);
  return {
    ...image,
    at: (x: number, y: number): readonly number[] => [
      ...image.data.subarray((y * image.width + x) * 4, (y * image.width + x) * 4 + 4),
    ],
  };
}

const box = { kind: 'box', x: 10, y: 10, width: 20, height: 20 } as const;

describe('PNG', () => {
  it('fills and strokes as SVG has it: a stroke lies half on either side of its edge', () => {
    const { at } = paint([{ ...box, fill: '#ff0000', stroke: '#0000ff', strokePixels: 4 }]);
    expect([at(20, 20), at(9, 20), at(11, 20), at(12, 20), at(7, 20)]).toEqual([
      [255, 0, 0, 255],
      [0, 0, 255, 255],
      [0, 0, 255, 255],
      [255, 0, 0, 255],
      [255, 255, 255, 255],
    ]);
  });

  it('has as many pixels to a unit as asked for, and mixes by opacity', () => {
    const image = paint([{ ...box, fill: '#000000', opacity: 0.5 }], {}, 3);
    expect([image.width, image.height]).toEqual([180, 120]);
    expect(Math.abs(image.at(60, 60)[0]! - 127)).toBeLessThanOrEqual(1);
  });

  it('leaves the page clear when there is no background', () => {
    const { at } = paint([{ ...box, fill: '#00ff00' }], { background: undefined });
    expect([at(20, 20), at(50, 30)]).toEqual([
      [0, 255, 0, 255],
      [0, 0, 0, 0],
    ]);
  });

  it('dashes lines, closes arrow heads, and turns text', () => {
    const line = {
      kind: 'path',
      points: [
        [0, 5],
        [60, 5],
      ],
      stroke: '#000000',
      strokePixels: 2,
    } as const;
    const dashed = paint([{ ...line, dash: [10, 10] }]);
    expect([dashed.at(5, 5)[0], dashed.at(15, 5)[0], dashed.at(25, 5)[0]]).toEqual([0, 255, 0]);
    const arrow = paint([{ ...line, arrow: true }]);
    expect([arrow.at(54, 6)[0]! < 200, arrow.at(40, 6)[0]]).toEqual([true, 255]);
    const turned = paint([
      { kind: 'text', x: 30, y: 36, text: 'IIIIII', fontPixels: 10, fill: '#000000', turned: true },
    ]);
    const dark = (x: number, y: number): boolean => turned.at(x, y)[0]! < 200;
    const ink = Array.from({ length: 60 * 40 }, (_, i) => [i % 60, Math.floor(i / 60)] as const).filter(
      ([x, y]) => dark(x, y),
    );
    const across = Math.max(...ink.map(([x]) => x)) - Math.min(...ink.map(([x]) => x));
    const upwards = Math.max(...ink.map(([, y]) => y)) - Math.min(...ink.map(([, y]) => y));
    expect(upwards).toBeGreaterThan(across);
    expect(Math.max(...ink.map(([, y]) => y))).toBeLessThanOrEqual(36);
  });

  it.each([
    ['too many pixels', { widthPixels: 9000, heightPixels: 9000 }, [], 'picture-too-large'],
    ['too long a side', { widthPixels: 40_000, heightPixels: 10 }, [], 'picture-too-large'],
    [
      'letters that the font lacks',
      {},
      [{ kind: 'text', x: 5, y: 20, text: '卷积 conv', fontPixels: 10, fill: '#000000' }],
      'letters-without-font',
    ],
  ] as const)('refuses %s, and says what to do', (_, change, shapes, code) => {
    const scene = { title: '', widthPixels: 60, heightPixels: 40, background: undefined, shapes, ...change };
    const refused = rasteriser.toPng(scene, 1);
    expect(refused).toMatchObject({ ok: false, problems: [{ code, hint: expect.stringContaining('SVG') }] });
  });
});

describe('the measures of text', () => {
  const letters = [...Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)), '×'];

  it.each(['regular', 'medium'] as const)('are those of the font that ships: %s', (weight: Weight) => {
    const face = canvasKit.Typeface.MakeTypefaceFromData(fonts[weight])!;
    const set = new canvasKit.Font(face, 1000);
    const widths = letters.map((letter) => set.getGlyphWidths(set.getGlyphIDs(letter))[0]!);
    const off = letters.filter((letter, i) => Math.abs(textWidth(letter, 1000, weight) - widths[i]!) > 1);
    expect(off).toEqual([]);
  });
});
