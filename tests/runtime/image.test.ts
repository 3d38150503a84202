import { describe, expect, test } from 'vitest';
import { type Preprocessing, preprocessingParams } from '../../shared/graph/run-settings.ts';
import {
  imageToTensor,
  type Pixels,
  preprocessingFor,
  preprocessingNamed,
} from '../../shared/runtime/image.ts';
import { defaultsOf } from '../../shared/schema/params.ts';

const plain = defaultsOf(preprocessingParams);

/** A picture whose colour is given by column and row. */
function picture(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [number, number, number],
): Pixels {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    data.set([...colour(i % width, Math.floor(i / width)), 255], 4 * i);
  }
  return { width, height, data };
}

const orange = picture(4, 4, () => [255, 102, 51]);
/** Columns of 0, 1, 2, …, rows alike. */
const ramp = picture(16, 8, (x) => [10 * x, 10 * x, 10 * x]);

describe('a picture as the input of a network', () => {
  test.each<[string, Partial<Preprocessing>, readonly number[]]>([
    ['0 to 1', {}, [1, 0.4, 0.2]],
    ['0 to 255', { range: '0-255' }, [255, 102, 51]],
    ['blue first', { order: 'bgr' }, [0.2, 0.4, 1]],
    ['black for white', { invert: true }, [0, 0.6, 0.8]],
    ['one mean and deviation for all', { mean: [0.2], std: [0.5] }, [1.6, 0.4, 0]],
    [
      'one for each channel, in their order',
      { order: 'bgr', mean: [0.2, 0.4, 1], std: [1, 2, 4] },
      [0, 0, 0],
    ],
    ["torchvision's", { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }, [2.2489, -0.25, -0.9156]],
  ])('%s', (_, change, wanted) => {
    const tensor = imageToTensor(orange, [3, 2, 2], { ...plain, ...change });
    expect(tensor.dims).toEqual([1, 3, 2, 2]);
    for (const [c, value] of wanted.entries()) {
      for (let i = 0; i < 4; i++) expect(tensor.data[4 * c + i]).toBeCloseTo(value, 4);
    }
  });

  test('one channel is the luma of ITU-R 601', () => {
    const [value] = imageToTensor(orange, [1, 1, 1], { ...plain, range: '0-255' }).data;
    expect(value).toBe(Math.round(0.299 * 255 + 0.587 * 102 + 0.114 * 51));
  });

  test.each<[string, Partial<Preprocessing>, readonly number[]]>([
    ['the middle is cut out', { fit: 'crop' }, [40, 50, 60, 70, 80, 90, 100, 110]],
    ['all of it is kept, with bars above and below', { fit: 'fit' }, []],
    ['it is stretched', { fit: 'stretch' }, [5, 25, 45, 65, 85, 105, 125, 145]],
  ])('%s', (_, change, middle) => {
    const { data } = imageToTensor(ramp, [1, 8, 8], { ...plain, range: '0-255', ...change });
    const rows = Array.from({ length: 8 }, (__, y) => [...data.slice(8 * y, 8 * y + 8)]);
    if (change.fit !== 'fit') {
      // Ends of a stretched row lean on fewer neighbours.
      for (const row of rows) expect(row.slice(1, 7)).toEqual(middle.slice(1, 7));
      return;
    }
    const isBar = rows.map((row) => row.every((value) => value === 0));
    expect(isBar).toEqual([true, true, false, false, false, false, true, true]);
  });

  test('a larger shorter side shows less of the picture', () => {
    const { data } = imageToTensor(ramp, [1, 8, 8], { ...plain, range: '0-255', resize: 16 });
    const [first, last] = [data[0]!, data[7]!];
    // Twice as large, eight columns are four of the picture.
    expect(last - first).toBeGreaterThan(30);
    expect(last - first).toBeLessThan(40);
    expect((first + last) / 2).toBeCloseTo(75, -1);
  });

  test('ink turned to light leaves bars black', () => {
    const paper = picture(16, 8, () => [255, 255, 255]);
    const { data } = imageToTensor(paper, [1, 8, 8], { ...plain, fit: 'fit', invert: true });
    expect([...data].every((value) => value === 0)).toBe(true);
  });
});

describe('the preprocessing that a design runs with', () => {
  test("torchvision's recipe for 224: shorter side 256", () => {
    expect(preprocessingNamed('imagenet', [224, 224]).resize).toBe(256);
    expect(preprocessingNamed('imagenet', [299, 299]).resize).toBe(342);
  });

  test.each<[readonly number[], Preprocessing]>([
    [[3, 224, 224], preprocessingNamed('imagenet', [224, 224])],
    [[3, 32, 32], preprocessingNamed('unit', [32, 32])],
    [[1, 28, 28], preprocessingNamed('unit', [28, 28])],
  ])('follows the input %j where the design does not say', (sample, wanted) => {
    expect(preprocessingFor({}, sample)).toEqual(wanted);
  });

  test('is its own where it says', () => {
    const own = { ...plain, mean: [0.5] };
    expect(preprocessingFor({ preprocessing: own }, [3, 224, 224])).toBe(own);
  });
});
