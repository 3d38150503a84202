import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, command, type OpenApp, openApp } from './app.ts';

declare global {
  interface Window {
    /** Whether any track that the page was given by a camera still runs. */
    cameraRuns(): boolean;
    /** Answers a question for the camera that `holdCamera` held back. */
    releaseCamera(): void;
  }
}

/** One picture of YUV4MPEG2, which Chromium's stand-in for a camera shows again and again: a white bar on black. */
function writtenOne(side: number): Buffer {
  const luma = Buffer.alloc(side * side, 16);
  for (let y = Math.round(0.15 * side); y < 0.85 * side; y++)
    luma.fill(235, y * side + Math.round(0.45 * side), y * side + Math.round(0.55 * side));
  const header = `YUV4MPEG2 W${side} H${side} F10:1 Ip A1:1 C420jpeg\nFRAME\n`;
  return Buffer.concat([Buffer.from(header), luma, Buffer.alloc((side * side) / 2, 128)]);
}

/** Runs in the page, before anything asks for a camera: keeps hold of what a camera gave. */
function watchCamera(): void {
  const media = navigator.mediaDevices;
  const ask = media.getUserMedia.bind(media);
  const tracks: MediaStreamTrack[] = [];
  media.getUserMedia = async (wanted) => {
    const stream = await ask(wanted);
    tracks.push(...stream.getTracks());
    return stream;
  };
  window.cameraRuns = () => tracks.some(({ readyState }) => readyState === 'live');
}

/** Runs in the page: from now on, a question for the camera is answered when `releaseCamera` is called. */
function holdCamera(): void {
  const media = navigator.mediaDevices;
  const ask = media.getUserMedia.bind(media);
  const released = new Promise<void>((resolve) => {
    window.releaseCamera = resolve;
  });
  media.getUserMedia = async (wanted) => {
    const stream = await ask(wanted);
    await released;
    return stream;
  };
}

async function openWithCamera(options: Parameters<typeof openApp>[0]): Promise<OpenApp> {
  const app = await openApp(options);
  const { page } = app;
  await page.evaluate(watchCamera);
  await openCamera(page);
  return app;
}

/** Opens the digits where nothing is open, and there the camera. */
async function openCamera(page: Page): Promise<void> {
  const digits = page.getByRole('button', { name: /^Digits trained/ });
  const tab = page.getByRole('tab', { name: 'Run', exact: true });
  await digits.or(tab).waitFor();
  await ((await digits.isVisible()) ? digits : tab).click();
  await page.getByRole('radio', { name: 'Camera' }).click();
}

const runs = (page: Page): Promise<boolean> => page.evaluate(() => window.cameraRuns());
const switchOn = (page: Page) =>
  page.getByRole('button', { name: /^(Switch the camera on|Another picture)$/ });
const takeIt = (page: Page) => page.getByRole('button', { name: 'Take the picture' });

describe.skipIf(!chromiumPath)('a camera', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-camera-'));
  let app: OpenApp;
  beforeAll(async () => {
    const seen = join(folder, 'one.y4m');
    writeFileSync(seen, writtenOne(480));
    app = await openWithCamera({
      switches: ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${seen}`],
      permissions: ['camera'],
    });
  });
  afterAll(async () => {
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('is off until it is asked for; its picture is run at once, and it is off again', async () => {
    const { page } = app;
    await expect.poll(() => runs(page)).toBe(false);
    await switchOn(page).click();
    // The button can be pressed once there is something to take.
    await takeIt(page).click();
    await page.locator('.drop-zone img').waitFor();
    await expect.poll(() => runs(page)).toBe(false);
    const first = page.locator('[data-testid=scores] .score-name').first();
    await expect.poll(() => first.textContent()).toBe('1');
  });

  test.each([
    ['another input is picked', (page: Page) => page.getByRole('radio', { name: 'Noise' }).click()],
    ['another panel is opened', (page: Page) => page.getByRole('tab', { name: 'Costs' }).click()],
    ['the design is closed', (page: Page) => command(page, 'Start page')],
  ])('goes off when %s', async (_, leave) => {
    const { page } = app;
    await openCamera(page);
    await switchOn(page).click();
    await takeIt(page).waitFor();
    await expect.poll(() => runs(page)).toBe(true);
    await leave(page);
    await expect.poll(() => runs(page)).toBe(false);
  });

  test('goes off at once when it is allowed only after another input was picked', async () => {
    const { page } = app;
    await openCamera(page);
    await page.evaluate(holdCamera);
    await switchOn(page).click();
    await expect.poll(() => runs(page)).toBe(true);
    await page.getByRole('radio', { name: 'Noise' }).click();
    await page.evaluate(() => window.releaseCamera());
    await expect.poll(() => runs(page)).toBe(false);
  });

  test('is not there when it is denied: a card says so and what to do', async () => {
    const { page } = app;
    await openCamera(page);
    // What is not granted here is denied.
    await page.context().clearPermissions();
    await page.context().grantPermissions(['clipboard-read']);
    expect(await refusal(page)).toMatch(/not allowed.*Allow it in the settings/s);
    expect(app.complaints).toEqual([]);
  });
});

/** What a card says that stands where the camera would, after asking twice. */
async function refusal(page: Page): Promise<string> {
  await switchOn(page).click();
  const card = page.getByTestId('camera-refused');
  await card.getByRole('button', { name: 'Try again' }).click();
  await card.waitFor();
  return card.innerText();
}

describe.skipIf(!chromiumPath)('without a camera', () => {
  test('a card says so and what to do, and noise runs as before', async () => {
    const none = await openWithCamera({
      switches: ['--use-fake-device-for-media-stream=device-count=0'],
      permissions: ['camera'],
    });
    try {
      const { page } = none;
      expect(await refusal(page)).toMatch(/no camera here.*Plug one in/s);
      await page.getByRole('radio', { name: 'Noise' }).click();
      await page.locator('.run-controls button[type=submit]').click();
      await page.getByTestId('scores').waitFor();
      expect(none.complaints).toEqual([]);
    } finally {
      await none.close();
    }
  });
});
