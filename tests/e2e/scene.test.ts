import { decode } from 'fast-png';
import type { Page } from 'playwright-core';
import { Box3, type Mesh } from 'three';
import { GLTFLoader } from 'three/examples/jsm/loaders/GLTFLoader.js';
import { afterEach, describe, expect, test } from 'vitest';
import { chromiumPath, command, findNode, nodeOf, type OpenApp, openApp } from './app.ts';

const stage = (page: Page) => page.locator('[data-testid=scene]');

async function open3D(app: OpenApp, network: string): Promise<Page> {
  const { page } = app;
  await page.locator(`[data-zoo=${network}]`).click();
  await nodeOf(page, 'conv1').waitFor();
  await page.getByRole('tab', { name: '3D' }).click();
  await drawn(page);
  return page;
}

/** A frame was drawn after what was done before. */
async function drawn(page: Page, after = 0): Promise<number> {
  const frames = () => stage(page).evaluate(({ dataset }) => Number(dataset.frame ?? 0));
  await expect.poll(frames).toBeGreaterThan(after);
  return frames();
}

const figures = (page: Page) =>
  stage(page).evaluate(({ dataset }) => ({
    calls: Number(dataset.calls),
    triangles: Number(dataset.triangles),
    volumes: Number(dataset.volumes),
  }));

/** A saved file's bytes. */
async function bytesOf(page: Page, name: string): Promise<Uint8Array> {
  const base64 = await page.evaluate(async (file) => {
    const handle = await (await navigator.storage.getDirectory()).getFileHandle(file);
    const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  }, name);
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

async function savedSize(page: Page, name: string): Promise<number> {
  return page.evaluate(async (file) => {
    try {
      const handle = await (await navigator.storage.getDirectory()).getFileHandle(file);
      return (await handle.getFile()).size;
    } catch {
      return 0;
    }
  }, name);
}

/** How many pixels of the view are coloured, as the volumes are and no label is. */
async function coloured(page: Page): Promise<number> {
  const { data, channels } = decode(await stage(page).screenshot());
  let count = 0;
  for (let i = 0; i < data.length; i += channels) {
    const [r, g, b] = [data[i]!, data[i + 1]!, data[i + 2]!];
    if (Math.max(r, g, b) - Math.min(r, g, b) > 40) count++;
  }
  return count;
}

/** A busy machine is slow, not wrong. */
const PATIENCE = 200_000;

describe.skipIf(!chromiumPath)('the 3D view', () => {
  let app: OpenApp;
  afterEach(() => app?.close());
  const complaints = () => app.complaints.filter((text) => !/GPU stall|THREE\.Clock/.test(text));

  test(
    'selection goes both ways; blocks open and close; the picture follows the design',
    async () => {
      app = await openApp();
      const page = await open3D(app, 'resnet18');
      await findNode(page, 'layer2.0');
      const chosen = page.locator('[data-testid=scene-chosen]');
      await chosen.getByText('layer2.0').waitFor();
      await expect.poll(() => chosen.innerText()).toContain('128×28×28');
      const closed = await figures(page);
      await chosen.getByRole('button', { name: 'Open block' }).click();
      await expect.poll(async () => (await figures(page)).volumes).toBeGreaterThan(closed.volumes + 5);
      // Along the flow with the arrow keys, here and on the canvas at once.
      await stage(page).focus();
      await page.keyboard.press('Escape');
      await page.keyboard.press('ArrowRight');
      await nodeOf(page, 'input').and(page.locator('.is-selected')).waitFor();
      await page.keyboard.press('ArrowRight');
      await nodeOf(page, 'conv1').and(page.locator('.is-selected')).waitFor();
      await findNode(page, 'layer2.0');
      await chosen.getByRole('button', { name: 'Close block' }).click();
      await expect.poll(async () => (await figures(page)).volumes).toBe(closed.volumes);
      // A layer less in the design is a volume less.
      await findNode(page, 'layer4.1');
      await page.locator('.canvas').focus();
      await page.keyboard.press('Control+Delete');
      await expect.poll(async () => (await figures(page)).volumes).toBe(closed.volumes - 1);
      expect(complaints()).toEqual([]);
    },
    PATIENCE,
  );

  test(
    'AlexNet looked at, pointed at, saved, and back after the context was lost',
    async () => {
      app = await openApp();
      const page = await open3D(app, 'alexnet');
      await page.keyboard.press('m');
      await page.locator('.panels.is-whole').waitFor();
      await expect.poll(() => coloured(page)).toBeGreaterThan(5000);
      await pointAndPick(page);
      await savePng(page);
      await saveGltf(page);
      expect(complaints()).toEqual([]);
      await loseContext(page);
    },
    PATIENCE,
  );

  async function pointAndPick(page: Page): Promise<void> {
    await findNode(page, 'conv2');
    await command(page, 'Fly to the selection in 3D');
    // Nothing is chosen, so that what is pointed at shows its card.
    await stage(page).focus();
    await page.keyboard.press('Escape');
    // What was flown to ends up in the middle.
    const box = (await stage(page).boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    let nudge = 0;
    await expect
      .poll(async () => {
        await page.mouse.move(x + (nudge++ % 3), y);
        return page.locator('[data-testid=scene-hover]').allInnerTexts();
      })
      .toEqual([expect.stringContaining('192×27×27')]);
    await page.mouse.click(x, y);
    await nodeOf(page, 'conv2').and(page.locator('.is-selected')).waitFor({ state: 'attached' });
    await stage(page).focus();
    await page.keyboard.press('r');
    const card = page.locator('[data-testid=scene-field]');
    await card.getByText('Receptive field of conv2').waitFor();
    // Araujo et al. 2019, table 1: AlexNet's second convolution sees 51 pixels; the corner's window is cut.
    const size = page.locator('[data-testid=scene-field-size]');
    await card.getByLabel('Row').fill('13');
    await card.getByLabel('Column').fill('13');
    await expect.poll(() => size.innerText()).toContain('51×51 of 224×224');
    await card.getByLabel('Row').fill('0');
    await expect.poll(() => size.innerText()).not.toContain('51×51');
    await expect.poll(() => card.innerText()).toContain('51×51 with padding');
    await card.getByRole('button', { name: 'Close' }).click();
    await card.waitFor({ state: 'detached' });
    await page.locator('.scene-panel').getByRole('button', { name: 'Fit' }).click();
  }

  async function savePng(page: Page): Promise<void> {
    await page.locator('.scene-panel').getByRole('button', { name: 'PNG' }).click();
    await page.getByLabel('Width, pixels').fill('900');
    await page.getByLabel('Height, pixels').fill('400');
    await page.getByLabel('Transparent').check();
    await page.getByRole('button', { name: 'Save PNG' }).click();
    await expect.poll(() => savedSize(page, 'network.png')).toBeGreaterThan(1000);
    const png = decode(await bytesOf(page, 'network.png'));
    expect([png.width, png.height, png.channels]).toEqual([900, 400, 4]);
    const alpha = Array.from({ length: png.width * png.height }, (_, i) => png.data[4 * i + 3]!);
    expect(alpha[0]).toBe(0);
    expect(alpha.filter((value) => value === 255).length / alpha.length).toBeGreaterThan(0.03);
  }

  async function saveGltf(page: Page): Promise<void> {
    await page.locator('.scene-panel').getByRole('button', { name: 'glTF' }).click();
    await expect.poll(() => savedSize(page, 'network.glb')).toBeGreaterThan(1000);
    const glb = await bytesOf(page, 'network.glb');
    const { scene } = await new GLTFLoader().parseAsync(glb.slice().buffer, '');
    const meshes: string[] = [];
    scene.traverse((object) => {
      if ((object as Mesh).isMesh) meshes.push(object.userData.name ?? object.name);
    });
    for (const name of ['input', 'conv1', 'conv5', 'fc6', 'fc6 weights']) expect(meshes).toContain(name);
    expect(new Box3().setFromObject(scene).isEmpty()).toBe(false);
  }

  /** Lost and given back as a driver's restart does; released for good when another panel is shown. */
  async function loseContext(page: Page): Promise<void> {
    await page.evaluate(() => {
      const gl = document.querySelector<HTMLCanvasElement>('.scene canvas')!.getContext('webgl2')!;
      const extension = gl.getExtension('WEBGL_lose_context')!;
      Object.assign(window, { lost: gl, restore: () => extension.restoreContext() });
      extension.loseContext();
    });
    await page.locator('.scene-lost').waitFor();
    await page.evaluate(() => (Reflect.get(window, 'restore') as () => void)());
    await page.locator('.scene-lost').waitFor({ state: 'detached' });
    await expect.poll(() => coloured(page)).toBeGreaterThan(5000);
    await page.getByRole('tab', { name: 'Costs' }).click();
    await page.locator('.scene canvas').waitFor({ state: 'detached' });
    await expect
      .poll(() =>
        page.evaluate(() => (Reflect.get(window, 'lost') as WebGL2RenderingContext).isContextLost()),
      )
      .toBe(true);
  }

  test(
    'ResNet-152 opened: few draw calls and triangles',
    async () => {
      app = await openApp();
      const page = await open3D(app, 'resnet152');
      await page.locator('.scene-panel select').first().selectOption('layers');
      await expect.poll(async () => (await figures(page)).volumes).toBeGreaterThan(500);
      const { calls, triangles, volumes } = await figures(page);
      expect(calls).toBeLessThanOrEqual(60);
      expect(triangles).toBeGreaterThan(12 * volumes);
      expect((triangles / volumes) * 100).toBeLessThanOrEqual(5000);
      expect(complaints()).toEqual([]);
    },
    PATIENCE,
  );

  test(
    'after a run, maps lie on the volumes, and the chosen one fans out',
    async () => {
      app = await openApp();
      const page = await open3D(app, 'lenet');
      const { triangles } = await figures(page);
      await page.getByRole('tab', { name: 'Run' }).click();
      await page.locator('.run-source').getByRole('radio', { name: 'Noise' }).click();
      await page.locator('.run-panel button[type=submit]').click();
      await page.locator('[data-testid=scores]').waitFor();
      await page.getByRole('tab', { name: '3D' }).click();
      await page.locator('[data-testid=scene-maps][data-status=there]').waitFor();
      await findNode(page, 'conv1');
      // Caffe's LeNet has twenty maps there; a slice is two triangles.
      await expect.poll(async () => (await figures(page)).triangles).toBe(triangles + 2 * 20);
      expect(complaints()).toEqual([]);
    },
    PATIENCE,
  );
});
