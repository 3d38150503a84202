import { existsSync, readFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { referencePath } from '../reference.ts';
import { chromiumPath, keepPicture, openApp, runScores } from './app.ts';

const model = referencePath('models/squeezenet_fp16/squeezenet1.1_fp32.onnx');
const photo = referencePath('images/ortex_dog.jpg');

declare global {
  interface Window {
    /** What was called on the main thread that decodes pictures or reads their pixels. */
    decodedHere: string[];
    letPicturesGo: () => void;
  }
}

/** Runs in the page: tells what of a picture is worked on there, where it would hold the canvas up. */
function watchDecoding(): void {
  window.decodedHere = [];
  const decode = window.createImageBitmap;
  Object.assign(window, {
    createImageBitmap: (...given: unknown[]) => {
      window.decodedHere.push('createImageBitmap');
      return Reflect.apply(decode, window, given);
    },
  });
  for (const { prototype } of [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D]) {
    const read = prototype.getImageData;
    prototype.getImageData = function (this: typeof prototype, ...given: unknown[]) {
      window.decodedHere.push('getImageData');
      return Reflect.apply(read, this, given);
    } as typeof read;
  }
}

/** Runs in the page: what a worker is asked to decode reaches it only when it is let go. */
function holdPictures(): void {
  const post = Worker.prototype.postMessage;
  const waiting: (() => void)[] = [];
  Worker.prototype.postMessage = function (this: Worker, ...given: unknown[]) {
    const send = () => Reflect.apply(post, this, given);
    if ((given[0] as { readonly kind?: string }).kind === 'decode') waiting.push(send);
    else send();
  } as typeof post;
  window.letPicturesGo = () => {
    Worker.prototype.postMessage = post;
    for (const send of waiting) send();
  };
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** A grey PNG of a white bar on black, which is a 1 to whoever knows digits. */
function writtenOne(width: number, height: number): Buffer {
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = Math.round(0.15 * height); y < 0.85 * height; y++) {
    const row = y * (width + 1) + 1;
    rows.fill(255, row + Math.round(0.45 * width), row + Math.round(0.55 * width));
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Opens the digit classifier, and turns from drawing to photos. */
async function takePhotos(page: Page): Promise<void> {
  await page.locator('[data-zoo=digits]').click();
  await page.getByTestId('pad').waitFor();
  await page.getByRole('radio', { name: 'Photo' }).click();
}

describe.skipIf(!chromiumPath)('a photograph of twelve megapixels', () => {
  test('is decoded and made to fit beside the main thread, and is seen for what it is', async () => {
    const app = await openApp();
    try {
      const { page } = app;
      await page.getByRole('button', { name: /^Digits trained/ }).click();
      await page.getByTestId('pad').waitFor();
      await page.getByRole('radio', { name: 'Photo' }).click();
      await page.evaluate(watchDecoding);
      await app.offer('one.png', writtenOne(4000, 3000));
      await page.locator('.drop-zone button').click();
      await page.locator('.drop-zone img').waitFor();
      await expect
        .poll(() => page.workers().some((worker) => worker.url().includes('picture.worker')))
        .toBe(true);
      // As it is fed: black beside the bar, white in it, less the mean and by the deviation of MNIST.
      await page.getByTestId('preprocessing').click();
      await page.getByTestId('fed').waitFor();
      const range = async () => {
        const text = await page.locator('.fed-preview figcaption').innerText();
        return /(\S+) to (\S+)/.exec(text)?.slice(1).map(Number);
      };
      const near = (value: number) => expect.closeTo(value, 1);
      await expect.poll(range).toEqual([near((0 - 0.1307) / 0.3081), near((1 - 0.1307) / 0.3081)]);
      await page.keyboard.press('Escape');
      expect((await runScores(page))[0]?.[0]).toBe(1);
      await expect.poll(() => page.evaluate(() => window.decodedHere)).toEqual([]);
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });
});

describe.skipIf(!chromiumPath)('a photo that takes long to read', () => {
  test('says so, is let go when that is cancelled, and leaves no worker; the next one is read', async () => {
    const app = await openApp();
    try {
      const { page } = app;
      await takePhotos(page);
      await page.evaluate(holdPictures);
      await app.offer('slow.png', writtenOne(40, 30));
      await page.locator('.drop-zone button').click();
      const reading = page.locator('.drop-zone [role=status]');
      await reading.getByText('Reading slow.png').waitFor();
      await reading.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('button', { name: 'Drop a photo here' }).waitFor();
      const workers = () => page.workers().filter((worker) => worker.url().includes('picture.worker')).length;
      await expect.poll(workers).toBe(0);
      await page.evaluate(() => window.letPicturesGo());
      expect(await page.locator('.drop-zone img').count()).toBe(0);
      expect(await page.locator('.run-result .finding').count()).toBe(0);
      await app.offer('quick.png', writtenOne(40, 30));
      await page.locator('.drop-zone button').click();
      await page.locator('.drop-zone img[alt="quick.png"]').waitFor();
      expect((await runScores(page))[0]?.[0]).toBe(1);
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });
});

/** 48×32, light on the left and dark on the right, as libavif 0.11 encodes it. */
const avif = Buffer.from(
  [
    'AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUEAAADybWV0YQAAAAAAAAAoaGRscgAAAAAAAAAAcGljdAAAAAAAAAAA',
    'AAAAAGxpYmF2aWYAAAAADnBpdG0AAAAAAAEAAAAeaWxvYwAAAABEAAABAAEAAAABAAABGgAAABsAAAAoaWluZgAAAAAAAQAA',
    'ABppbmZlAgAAAAABAABhdjAxQ29sb3IAAAAAamlwcnAAAABLaXBjbwAAABRpc3BlAAAAAAAAADAAAAAgAAAAEHBpeGkAAAAA',
    'AwgICAAAAAxhdjFDgSAAAAAAABNjb2xybmNseAACAAIAAoAAAAAXaXBtYQAAAAAAAAABAAEEAQKDBAAAACNtZGF0EgAKBjgV',
    'L/8kgDIPRAAA+usFrWeqY4wQBqpA',
  ].join(''),
  'base64',
);

describe.skipIf(!chromiumPath)('an AVIF', () => {
  test('is read, and Ctrl+Enter runs on it; before there is a picture it says what is missing', async () => {
    const app = await openApp();
    try {
      const { page } = app;
      await takePhotos(page);
      await page.locator('.canvas').focus();
      await page.keyboard.press('Control+Enter');
      const result = page.locator('.run-result');
      await expect.poll(() => result.textContent()).toContain('Pick a picture');
      await page.locator('.drop-zone button').and(page.locator(':focus')).waitFor();
      await app.offer('photo.avif', avif);
      await page.keyboard.press('Enter');
      const shown = page.locator('.drop-zone img');
      await shown.waitFor();
      await expect
        .poll(() => shown.evaluate((img: HTMLImageElement) => [img.naturalWidth, img.naturalHeight]))
        .toEqual([48, 32]);
      await page.locator('.canvas').focus();
      await page.keyboard.press('Control+Enter');
      await page.getByTestId('scores').waitFor();
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });
});

describe.skipIf(!chromiumPath || !existsSync(model) || !existsSync(photo))(
  'a trained model on a photograph',
  () => {
    test('SqueezeNet, opened from ONNX, sees the dog once it is fed as it was trained', async () => {
      const app = await openApp();
      try {
        const { page } = app;
        await app.offer('squeezenet.onnx', readFileSync(model));
        await page.keyboard.press('Control+o');
        await page.locator('.layer-node').first().waitFor();
        await app.offer('dog.jpg', readFileSync(photo));
        await page.getByRole('tab', { name: 'Run' }).click();
        await page.locator('.drop-zone button').first().click();
        await page.locator('.drop-zone img').waitFor();
        // This model was trained on blue, green, red, 0 to 255, less the mean: fed as torchvision does, it sees nothing.
        const [[, poor]] = (await runScores(page)) as [readonly [number, number]];
        expect(poor).toBeLessThan(50);
        const bar = page.locator('.score-bar span').first();
        const share = await bar.evaluate((each) => new DOMMatrix(getComputedStyle(each).transform).a);
        expect(share).toBeCloseTo(poor / 100, 3);
        const hint = page.getByTestId('surer');
        await expect.poll(() => hint.innerText()).toMatch(/Caffe.*golden retriever, 73\.86 %/);
        await keepPicture(page, 'surer');
        await hint.getByRole('button', { name: 'Use it and run again' }).click();
        await expect.poll(() => page.getByTestId('preprocessing').innerText()).toContain('Caffe');
        await expect
          .poll(() => page.locator('[data-testid=scores] .score-name').first().textContent())
          .toContain('golden retriever');
        expect(app.complaints).toEqual([]);
      } finally {
        await app.close();
      }
    });
  },
);
