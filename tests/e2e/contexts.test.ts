import { produce } from 'immer';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { emptyDesign } from '../../shared/graph/design.ts';
import { addNode, connect, newNode } from '../../shared/graph/edits.ts';
import { chromiumPath, nodeOf, type OpenApp, openApp } from './app.ts';

const other = produce(emptyDesign, (draft) => {
  draft.name = 'other';
  addNode('x', newNode('input', { shape: [3, 16, 16] }))(draft);
  addNode('unlike', newNode('conv2d', { channels: 8 }))(draft);
  addNode('pool', newNode('globalAvgPool'))(draft);
  addNode('y', newNode('output'))(draft);
  for (const [from, to] of [
    ['x', 'unlike'],
    ['unlike', 'pool'],
    ['pool', 'y'],
  ] as const) {
    connect({ node: from, port: 'out' }, { node: to, port: 'in' })(draft);
  }
});

/** Runs in page and worker, before their own code: tells how many canvases were asked for WebGL. */
function countContexts(): void {
  const line = new BroadcastChannel('contexts');
  const asked = new WeakSet<object>();
  for (const type of [globalThis.HTMLCanvasElement, globalThis.OffscreenCanvas]) {
    if (!type) continue;
    const get = Reflect.get(type.prototype, 'getContext') as (...args: unknown[]) => unknown;
    Reflect.set(type.prototype, 'getContext', function (this: object, ...args: unknown[]) {
      if (String(args[0]).startsWith('webgl') && !asked.has(this)) {
        asked.add(this);
        line.postMessage(typeof document === 'undefined' ? 'worker' : 'page');
        if (typeof document !== 'undefined')
          Reflect.apply(Reflect.get(globalThis, 'contextIn'), undefined, ['page']);
      }
      return get.apply(this, args);
    });
  }
}

/** Runs in the page: keeps count. */
function keepCount(): void {
  const counts: Record<string, number> = { page: 0, worker: 0 };
  const add = (where: string): void => {
    counts[where] = (counts[where] ?? 0) + 1;
  };
  new BroadcastChannel('contexts').onmessage = ({ data }: MessageEvent<string>) => add(data);
  Object.assign(globalThis, { contexts: counts, contextIn: add });
}

const contexts = (page: Page) =>
  page.evaluate(() => Reflect.get(globalThis, 'contexts') as Record<'page' | 'worker', number>);

async function run(page: Page, backend: string): Promise<void> {
  await page.getByLabel('Backend').selectOption(backend);
  const button = page.getByTestId('panels').getByRole('button', { name: 'Run', exact: true });
  await button.click();
  await button.waitFor();
  await page.locator('[data-testid=scores]').waitFor();
}

describe.skipIf(!chromiumPath)('WebGL contexts', () => {
  let app: OpenApp;
  beforeAll(async () => {
    app = await openApp();
    const { page } = app;
    await page.evaluate(keepCount);
    await page.evaluate(countContexts);
    await page.route(/run\.worker.*\.js/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: `(${countContexts})();\n${await response.text()}` });
    });
    await page.locator('[data-zoo=lenet]').click();
    await nodeOf(page, 'conv1').waitFor();
    await page.getByRole('tab', { name: 'Run', exact: true }).click();
    await page.getByRole('radio', { name: 'Noise' }).click();
  });
  afterAll(() => app?.close());

  test('all inference shares one, whatever is run, compared and looked at', async () => {
    const { page } = app;
    await run(page, 'webgl');
    await expect.poll(() => contexts(page)).toEqual({ page: 0, worker: 1 });
    await run(page, 'webgl');
    await run(page, 'auto');
    await run(page, 'webgl');
    await page.getByRole('button', { name: 'CPU beside WebGL' }).click();
    await page.locator('.profile-views').getByRole('button', { name: 'Compare' }).click();
    await page.locator('[data-testid=backends-comparison]').waitFor();
    await page.getByRole('tab', { name: 'Feature maps' }).click();
    await page
      .getByRole('img', { name: /channels of/ })
      .first()
      .waitFor();
    await app.offer('other.netwright.json', new TextEncoder().encode(writeSpec(other)));
    await page.keyboard.press('Control+o');
    await nodeOf(page, 'unlike').waitFor();
    await page.getByRole('tab', { name: 'Run', exact: true }).click();
    await page.getByRole('radio', { name: 'Noise' }).click();
    await run(page, 'webgl');
    await expect.poll(() => contexts(page)).toEqual({ page: 0, worker: 1 });
  });
});
