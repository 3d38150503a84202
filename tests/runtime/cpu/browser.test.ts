import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium } from '../../../build/chromium.mjs';
import { buildKernels } from '../../../build/kernels.mjs';
import { serve } from '../../../build/serve.mjs';
import { Tensor } from '../../../shared/base/tensor.ts';
import { randomNumbers, randomTensor, randomWeights, relativeError, runReference } from '../networks.ts';
import { browserNetwork } from './browser-network.ts';
import type { PageResult, PageRun } from './page.ts';

const executablePath = findChromium();

describe.skipIf(!executablePath)('in Chromium, under the app’s own security policy', () => {
  let folder = '';
  let context: BrowserContext;
  let page: Page;
  let server: Awaited<ReturnType<typeof serve>>;
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'netwright-cpu-'));
    const site = join(folder, 'site');
    const { outDir } = await buildKernels();
    await cp(outDir, join(site, 'cpu'), { recursive: true });
    await build({
      entryPoints: [join(process.cwd(), 'tests/runtime/cpu/page.ts')],
      bundle: true,
      format: 'iife',
      target: 'es2023',
      outfile: join(site, 'page.js'),
      logLevel: 'error',
    });
    await writeFile(
      join(site, 'index.html'),
      '<!doctype html><title>CPU</title><script src="/page.js"></script>',
    );
    // Browsers ask for it, and a missing file would be a complaint.
    await writeFile(join(site, 'favicon.ico'), '');
    server = await serve(site);
    context = await chromium.launchPersistentContext(join(folder, 'profile'), {
      ...(executablePath ? { executablePath } : {}),
      headless: true,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    page = context.pages()[0] ?? (await context.newPage());
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(server.url);
  });

  afterAll(async () => {
    await context?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const runInPage = (run: PageRun): Promise<PageResult> =>
    page.evaluate(
      (asked) => (globalThis as { runInPage?: (run: PageRun) => Promise<PageResult> }).runInPage!(asked),
      run,
    );

  test.each([
    { threads: 1, sharesMemory: true, cancelFirst: false },
    { threads: 2, sharesMemory: true, cancelFirst: true },
    { threads: 4, sharesMemory: true, cancelFirst: true },
    { threads: 4, sharesMemory: false, cancelFirst: true },
  ])('%j', async (run) => {
    const result = await runInPage(run);
    expect(complaints).toEqual([]);
    expect(result.sharesMemory).toBe(run.sharesMemory);
    expect(result.threads).toBe(run.sharesMemory ? run.threads : 1);
    if (run.cancelFirst) expect(result.cancelled).toBe('AbortError');
    expect(result.variants).toContain(run.sharesMemory ? 'plain' : 'single');
    const network = browserNetwork();
    const next = randomNumbers(17);
    const weights = randomWeights(network, next);
    const expected = runReference(network, weights, { x: randomTensor([1, 3, 64, 64], next) }).get('y')!;
    const scores = new Tensor('float32', Float32Array.from(result.scores), expected.dims);
    expect(relativeError(scores, expected)).toBeLessThan(1e-4);
  });
});
