import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { produce } from 'immer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { valueText } from '../../renderer/state/run/number.ts';
import { noiseFeed } from '../../renderer/state/run/sources.ts';
import { analyze } from '../../shared/analysis/analyze.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { emptyDesign } from '../../shared/graph/design.ts';
import { addNode, connect, newNode } from '../../shared/graph/edits.ts';
import { featureMapOf } from '../../shared/runtime/maps/feature-map.ts';
import { statisticsOf } from '../../shared/runtime/maps/statistics.ts';
import { seededWeights } from '../../shared/runtime/weights.ts';
import { runReference } from '../runtime/networks.ts';
import {
  chromiumPath,
  findNode,
  keepPicture,
  nodeOf,
  type OpenApp,
  openApp,
  runScores,
  screenshots,
} from './app.ts';

/** A ReLU behind the negative of a ReLU never fires: half of `both` is dead. */
const design = produce(emptyDesign, (draft) => {
  const chain = ['x', 'conv1', 'relu1', 'neg', 'never', 'both', 'pool', 'flat', 'fc', 'prob', 'y'];
  draft.name = 'half dead';
  addNode('x', newNode('input', { shape: [3, 32, 32] }))(draft);
  addNode('conv1', newNode('conv2d', { channels: 12, kernel: [5, 5], padding: [2, 2, 2, 2] }))(draft);
  addNode('relu1', newNode('relu'))(draft);
  addNode('neg', newNode('neg'))(draft);
  addNode('never', newNode('relu'))(draft);
  addNode('both', newNode('concat'))(draft);
  addNode('pool', newNode('globalAvgPool'))(draft);
  addNode('flat', newNode('flatten'))(draft);
  addNode('fc', newNode('linear', { features: 10 }))(draft);
  addNode('prob', newNode('softmax'))(draft);
  addNode('y', newNode('output'))(draft);
  for (const [i, to] of chain.slice(1).entries()) {
    const from = chain[i]!;
    if (to === 'both') {
      connect({ node: 'relu1', port: 'out' }, { node: to, port: 'in0' })(draft);
      connect({ node: 'never', port: 'out' }, { node: to, port: 'in1' })(draft);
    } else connect({ node: from, port: 'out' }, { node: to, port: 'in' })(draft);
  }
});

const flat = flatten(analyze(design));
if (!flat.ok) throw new Error(flat.problems[0]!.message);
const network = flat.value;
const x = noiseFeed('x', [1, 3, 32, 32], { kind: 'normal', seed: 0 });
const right = runReference(network, seededWeights(network, 0), { x });

declare global {
  interface Window {
    /** The numbers of each layer that was looked at. */
    looks: Record<string, readonly number[]>;
    /** In the worker that runs networks. */
    bytesReadBack: number;
  }
}

/** Runs in the page: keeps what the worker answers from now on to questions for a layer's map. */
function watchLooks(): void {
  window.looks = {};
  const asked = new Map<number, string>();
  const post = Worker.prototype.postMessage;
  const watched = new WeakSet<Worker>();
  Worker.prototype.postMessage = function (this: Worker, ...given: Parameters<typeof post>) {
    const [ask] = given;
    if (ask?.kind === 'look') asked.set(ask.id, ask.node);
    if (!watched.has(this)) {
      watched.add(this);
      this.addEventListener('message', ({ data }) => {
        const layer = asked.get(data.id);
        if (data.kind === 'looked' && layer !== undefined) window.looks[layer] = [...data.look.map.data];
      });
    }
    return post.apply(this, given);
  } as typeof post;
}

/** Runs in the worker: counts what is read back from the graphics device. */
function countReadBack(): void {
  self.bytesReadBack = 0;
  const context = WebGL2RenderingContext.prototype;
  const { readPixels, getBufferSubData } = context;
  context.readPixels = function (this: WebGL2RenderingContext, ...given: unknown[]) {
    const [, , width, height, , , into] = given as [number, number, number, number, number, number, unknown];
    // Into a buffer, it is counted when that is read.
    if (into instanceof Float32Array || into instanceof Uint8Array)
      self.bytesReadBack += 4 * width * height * into.BYTES_PER_ELEMENT;
    return Reflect.apply(readPixels, this, given);
  } as typeof readPixels;
  context.getBufferSubData = function (this: WebGL2RenderingContext, ...given: unknown[]) {
    const [, , into, , length = 0] = given as [number, number, Float32Array, number?, number?];
    self.bytesReadBack += length > 0 ? length * into.BYTES_PER_ELEMENT : into.byteLength;
    return Reflect.apply(getBufferSubData, this, given);
  } as typeof getBufferSubData;
}

describe.skipIf(!chromiumPath)('feature maps', () => {
  let app: OpenApp;
  beforeAll(async () => {
    app = await openApp();
    const { page } = app;
    await app.offer('dead.netwright.json', new TextEncoder().encode(writeSpec(design)));
    await page.keyboard.press('Control+o');
    await nodeOf(page, 'conv1').waitFor();
    await page.getByRole('tab', { name: 'Run', exact: true }).click();
    await page.getByRole('radio', { name: 'Noise' }).click();
    await page.locator('.run-controls button[type=submit]').click();
    await page.locator('[data-testid=scores]').waitFor();
    await page.getByRole('tab', { name: 'Feature maps' }).click();
  });
  afterAll(() => app?.close());

  const cells = async (kind: 'grid' | 'bars'): Promise<string | null> => {
    const canvas = app.page.locator(`[data-testid=map-${kind}][data-drawn]`);
    await canvas.waitFor();
    return canvas.getAttribute('data-cells');
  };
  const figure = (name: string): Promise<string> =>
    app.page.locator(`[data-testid=map-statistics] [data-figure=${name}]`).innerText();
  const pick = (layer: string) => app.page.getByLabel('Layer', { exact: true }).selectOption(layer);

  test.each(['conv1', 'relu1', 'both'])(
    '%s has a cell per channel and the numbers of forward',
    async (layer) => {
      await pick(layer);
      const map = featureMapOf(right.get(layer)!);
      const { page } = app;
      await page.getByRole('img', { name: `${map.channels} channels of ${layer}` }).waitFor();
      expect(await cells('grid')).toBe(String(map.channels));
      await expect
        .poll(() => page.locator('[data-testid=map-grid]').getAttribute('data-drawn'))
        .toBe(String(map.channels));
      const { min, max, mean, deviation, zeroShare } = statisticsOf(map);
      const numbers = async (name: string) =>
        (await figure(name)).split(' … ').map((text) => Number(text.replace('−', '-')));
      const near = (value: number) => expect.closeTo(value, 2);
      await expect.poll(() => numbers('range')).toEqual([near(min), near(max)]);
      await expect.poll(() => numbers('mean')).toEqual([near(mean)]);
      await expect.poll(() => numbers('deviation')).toEqual([near(deviation)]);
      await expect.poll(() => figure('zeros')).toBe(`${(100 * zeroShare).toFixed(1)} %`);
    },
  );

  test('the dead half is flagged, and can be shown alone', async () => {
    const { page } = app;
    await pick('both');
    const note = page.locator('[data-testid=dead-channels]');
    await expect.poll(() => note.innerText()).toContain('12 of 24 channels are dead');
    await note.getByRole('checkbox').check();
    await page.locator('[data-testid=map-grid][data-cells="12"]').waitFor();
    await note.getByRole('checkbox').uncheck();
    await page.locator('[data-testid=map-grid][data-cells="24"]').waitFor();
    await pick('relu1');
    await page.getByRole('img', { name: '12 channels of relu1' }).waitFor();
    await note.waitFor({ state: 'detached' });
  });

  test('the value under the cursor is the one that forward gives there', async () => {
    const { page } = app;
    await pick('conv1');
    const canvas = page.getByRole('img', { name: '12 channels of conv1' });
    await canvas.waitFor();
    const readout = page.locator('[data-testid=map-readout]');
    await canvas.hover({ position: { x: 30, y: 30 } });
    await readout.locator('output').waitFor();
    const said = (await readout.innerText()).match(/channel (\d+)\s+x (\d+), y (\d+)\s+(\S+)/);
    const [channel, column, row] = said!.slice(1, 4).map(Number) as [number, number, number];
    const value = right.get('conv1')!.data[(channel * 32 + row) * 32 + column]!;
    expect(Number(said![4]!.replace('−', '-'))).toBeCloseTo(value, 2);
    expect(valueText(value).startsWith('−')).toBe(said![4]!.startsWith('−'));
  });

  test('selecting on the canvas shows that node; a vector is drawn as bars', async () => {
    const { page } = app;
    await findNode(page, 'prob');
    await page.getByRole('img', { name: '10 channels of prob' }).waitFor();
    expect(await cells('bars')).toBe('10');
  });

  test('first-layer filters are seen in colour', async () => {
    const { page } = app;
    await pick('conv1');
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByRole('img', { name: 'Filters of conv1' }).waitFor();
    expect(await cells('grid')).toBe('12');
    await expect.poll(() => page.locator('.filters-line').innerText()).toContain('12 filters of 3 × 5 × 5');
    await page.getByRole('button', { name: 'Maps', exact: true }).click();
    await page.getByRole('img', { name: '12 channels of conv1' }).waitFor();
  });

  test.each(['light', 'dark'] as const)('keeps pictures, to be looked at: %s', async (theme) => {
    const { page } = app;
    await mkdir(screenshots, { recursive: true });
    await page.emulateMedia({ colorScheme: theme });
    await pick('both');
    await page.getByRole('img', { name: '24 channels of both' }).waitFor();
    await page.screenshot({ path: join(screenshots, `maps-${theme}.png`) });
    await pick('prob');
    await page.getByRole('img', { name: '10 channels of prob' }).waitFor();
    await page.screenshot({ path: join(screenshots, `maps-bars-${theme}.png`) });
    await pick('conv1');
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByRole('img', { name: 'Filters of conv1' }).waitFor();
    await page.screenshot({ path: join(screenshots, `maps-filters-${theme}.png`) });
    await page.getByRole('button', { name: 'Maps', exact: true }).click();
  });

  test('CPU and WebGL stand side by side, or it is said why not', async () => {
    const { page } = app;
    await page.getByRole('tab', { name: 'Run', exact: true }).click();
    await page.getByRole('button', { name: 'CPU beside WebGL' }).click();
    await page.locator('.profile-views').getByRole('button', { name: 'Compare' }).click();
    const table = page.locator('[data-testid=backends-comparison]');
    const refusal = page.locator('.profile-views [data-code=backend-unavailable]');
    await table.or(refusal).waitFor();
    if (await refusal.isVisible()) return;
    await expect.poll(() => table.locator('tbody tr').count()).toBe(network.steps.length - 2);
    await keepPicture(page, 'maps-backends');
  });

  test('on WebGL, maps are those of forward, and only the one that is looked at is read back', async () => {
    const { page } = app;
    await page.evaluate(watchLooks);
    const worker = page.workers().find((each) => each.url().includes('run.worker'));
    if (!worker) throw new Error('No worker runs networks.');
    await worker.evaluate(countReadBack);
    await page.getByLabel('Backend').selectOption('webgl');
    await runScores(page);
    await expect.poll(() => page.locator('.scores').innerText()).toMatch(/Backend\s+webgl/);
    await page.getByRole('tab', { name: 'Feature maps' }).click();
    // What is shown on arrival is read at once; only then is it known what is read for each of the others.
    await page.getByRole('img', { name: '12 channels of conv1' }).waitFor();
    for (const layer of ['neg', 'never', 'both', 'pool']) {
      const map = featureMapOf(right.get(layer)!);
      const before = await worker.evaluate(() => self.bytesReadBack);
      await pick(layer);
      await expect.poll(() => page.evaluate((id) => window.looks[id]?.length, layer)).toBe(map.data.length);
      const seen = await page.evaluate((id) => window.looks[id]!, layer);
      const rms = Math.sqrt(map.data.reduce((sum, value) => sum + value * value, 0) / map.data.length);
      const furthest = seen.reduce((most, value, i) => Math.max(most, Math.abs(value - map.data[i]!)), 0);
      expect([layer, furthest <= 1e-4 * rms || furthest === 0]).toEqual([layer, true]);
      // Texels hold four channels; the network's own ten scores are read besides.
      const read = (await worker.evaluate(() => self.bytesReadBack)) - before;
      expect(read).toBeGreaterThanOrEqual(4 * map.data.length);
      expect(read).toBeLessThanOrEqual(4 * map.data.length * 1.5 + 4096);
    }
  });

  test('without a complaint', () => expect(app.complaints).toEqual([]));
});
