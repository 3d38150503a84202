import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildKernels } from '../../../build/kernels.mjs';
import type { Backend } from '../../../shared/runtime/backend.ts';
import { createCpuBackend } from '../../../shared/runtime/cpu/backend.ts';
import { createNodeHost } from '../../../shared/runtime/cpu/worker/node-host.ts';
import { seededWeights } from '../../../shared/runtime/weights.ts';
import { zooNetwork } from '../../bench/zoo-network.ts';
import { thoroughness } from '../../thorough.ts';
import { chromiumPath, type OpenPage, openPage } from './browser.ts';
import { pictureFor } from './page/picture.ts';
import type { TestPage } from './page.ts';

declare const page: TestPage;

let browser: OpenPage;
let cpu: Backend;
beforeAll(async () => {
  const { outDir } = await buildKernels();
  cpu = createCpuBackend(createNodeHost({ directory: pathToFileURL(`${outDir}/`) }));
  if (chromiumPath) browser = await openPage(fileURLToPath(new URL('page.ts', import.meta.url)));
});
afterAll(async () => {
  await browser?.close();
});

/** A rasteriser on the processor takes seconds for pictures of the published size: that is for who is thorough. */
const MOST = thoroughness > 0 ? 1024 : 112;

/** What the CPU engine says, for the outputs and some nodes between. */
async function onCpu(
  id: string,
  batch: number,
  also: readonly string[],
): Promise<Record<string, Float32Array>> {
  const network = zooNetwork(id, MOST);
  const executable = await cpu.prepare(network, seededWeights(network, 1), { threads: 2 });
  const { outputs } = await executable.run(pictureFor(network, batch), { also });
  await executable.release();
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data]));
}

/** The largest difference relative to the root mean square of what is expected. */
function relativeError(actual: readonly number[], expected: Float32Array): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  let squares = 0;
  for (const [i, value] of expected.entries()) {
    const difference = Math.abs(actual[i]! - value);
    if (Number.isNaN(difference)) return Number.NaN;
    worst = Math.max(worst, difference);
    squares += value * value;
  }
  return worst / Math.sqrt(squares / expected.length);
}

/** With the nodes between whose values are compared too: one that a step computes, and one that is fused away otherwise. */
const light = [
  { id: 'squeezenet1_1', batch: 2, also: [] },
  { id: 'mobilenet_v2', batch: 1, also: [] },
  { id: 'resnet18', batch: 1, also: ['layer1.0/relu2', 'layer2.0/bn2'] },
  { id: 'googlenet', batch: 1, also: [] },
];
const heavy = [
  'alexnet',
  'alexnet-original',
  'zfnet',
  'googlenet-paper',
  'resnet50',
  'resnet101',
  'vgg11',
  'vgg16_bn',
  'vgg16',
].map((id) => ({
  id,
  batch: 1,
  also: [],
}));
const networks = thoroughness > 0 ? [...light, ...heavy] : light;

describe.skipIf(!chromiumPath)('whole networks on WebGL', () => {
  test.each(networks)(
    '$id agrees with the CPU engine within 1e-4 of the root mean square',
    async ({ id, batch, also }) => {
      const opened = await browser.page.evaluate(([name, most]) => page.openZoo(name, {}, most), [
        id,
        MOST,
      ] as const);
      expect(opened).toEqual({ hosted: [], progressed: true });
      const expected = await onCpu(id, batch, also);
      const outputs = await browser.page.evaluate((options) => page.runZoo(options), { batch, also });
      expect(Object.keys(outputs).sort()).toEqual(Object.keys(expected).sort());
      for (const [name, values] of Object.entries(expected)) {
        expect(relativeError(outputs[name]!, values), name).toBeLessThanOrEqual(1e-4);
      }
    },
  );

  test('half floats keep the scores within a few per cent, where float targets are missing', async () => {
    await browser.page.evaluate((most) => page.openZoo('squeezenet1_1', { precision: 'half' }, most), MOST);
    const expected = await onCpu('squeezenet1_1', 1, []);
    const outputs = await browser.page.evaluate(() => page.runZoo());
    const [[name, values]] = Object.entries(expected) as [[string, Float32Array]];
    expect(relativeError(outputs[name]!, values)).toBeLessThanOrEqual(0.03);
  });
});

describe.skipIf(!chromiumPath)('a run that is disturbed', () => {
  let undisturbed: Record<string, number[]>;
  beforeAll(async () => {
    if (!chromiumPath) return;
    await browser.page.evaluate(() => page.openZoo('squeezenet1_1', { maxTextureSize: 4096 }));
    undisturbed = await browser.page.evaluate(() => page.runZoo());
  });

  test('stops at the next look when it is cancelled, and runs again afterwards', async () => {
    const { error, reports, fraction } = await browser.page.evaluate(() => page.cancelZoo());
    expect(error).toBe('AbortError');
    expect(reports).toBe(1);
    expect(fraction).toBeLessThan(1);
    expect(await browser.page.evaluate(() => page.runZoo())).toEqual(undisturbed);
  });

  test.each(['before', 'during', 'after'] as const)('recovers from a context lost %s it', async (when) => {
    const { outputs, code } = await browser.page.evaluate((moment) => page.loseDuringRun(moment, true), when);
    expect(code).toBeUndefined();
    expect(outputs).toEqual(undisturbed);
  });

  test('says so when the context does not come back', async () => {
    const { code } = await browser.page.evaluate(() => page.loseDuringRun('during', false));
    expect(code).toBe('webgl-context-lost');
  });

  test('goes on elsewhere with the same result, and says so, when the context does not come back', async () => {
    expect(await browser.page.evaluate(() => page.fallBack())).toEqual({
      code: 'same',
      backend: 'reference',
      why: 'fell back: The graphics device was reset and did not come back.',
    });
  });
});

describe.skipIf(!chromiumPath)('layers that the device cannot hold', () => {
  test('run together on the other backend: read once, uploaded once', async () => {
    const outcome = await browser.page.evaluate(() => page.runIsland());
    expect(outcome.prepared).toEqual(['wide bent small']);
    expect([...outcome.hosted].sort()).toEqual(['bent', 'small', 'wide']);
    // The input up, what comes before down, what comes after up, the scores down.
    expect(outcome.moves).toBe(4);
    expect(outcome.algorithms).toContain('on host');
    expect(outcome.notices.filter((notice) => notice.includes('fits no texture'))).toHaveLength(3);
    expect(outcome.error).toBeLessThanOrEqual(1e-4);
  });
});

describe.skipIf(!chromiumPath)('what a platform lacks', () => {
  test.each([
    ['webgl2', 'webgl-unavailable', /no WebGL2/],
    ['float-and-half-targets', 'webgl-unavailable', /cannot render to floating-point textures/],
    ['memory', 'webgl-out-of-memory', /no memory left for textures of \d+ MiB/],
    ['memory-later', 'webgl-out-of-memory', /no memory left/],
  ] as const)('%s: a clear message', async (lack, code, message) => {
    const found = await browser.page.evaluate((what) => page.lacking(what), lack);
    expect(found).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(found.hint).toMatch(/^Run on the CPU, or /);
  });

  test('float targets: half floats, with the loss stated', async () => {
    const found = await browser.page.evaluate(() => page.lacking('float-targets'));
    expect(found).toMatchObject({ code: '', precision: 'half' });
    expect(found.notices).toEqual([expect.stringMatching(/half floats only: values keep 3 decimal digits/)]);
  });
});
