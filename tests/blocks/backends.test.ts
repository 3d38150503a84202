import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildKernels } from '../../build/kernels.mjs';
import { hasInside } from '../../shared/blocks/index.ts';
import { createCpuBackend } from '../../shared/runtime/cpu/backend.ts';
import { createNodeHost } from '../../shared/runtime/cpu/worker/node-host.ts';
import { DesignSession, registerBackend } from '../../shared/runtime/session.ts';
import { chromiumPath, type OpenPage, openPage } from '../runtime/webgl/browser.ts';
import type { BlocksPage } from './backends-page.ts';
import { blockCase, blockDesigns, plainTwin, type Weighted } from './plain-twin.ts';

declare const page: BlocksPage;
const names = Object.keys(blockDesigns);

async function outputOn(
  backend: 'cpu' | 'reference',
  { design, weights }: Weighted,
  input: ReturnType<typeof blockCase>['input'],
): Promise<readonly number[]> {
  const session = await DesignSession.create(design, { backend, weights, threads: 2 });
  try {
    return [...(await session.run({ input })).output!.data];
  } finally {
    await session.release();
  }
}

/** The judge: the layers' own definitions, on the design without its blocks. */
function expected(name: string): Promise<readonly number[]> {
  const { input, ...packed } = blockCase(name);
  const plain = plainTwin(packed);
  expect(Object.values(plain.design.nodes).filter(({ kind }) => hasInside(kind))).toEqual([]);
  return outputOn('reference', plain, input);
}

/** Within 1e-4 of the root mean square of what is expected. */
function expectAlike(actual: readonly number[], wanted: readonly number[]): void {
  const rms = Math.sqrt(wanted.reduce((sum, value) => sum + value * value, 0) / wanted.length);
  expect(actual.length).toBe(wanted.length);
  const worst = Math.max(...wanted.map((value, i) => Math.abs(value - actual[i]!)));
  expect(worst).toBeLessThanOrEqual(1e-4 * rms);
}

describe('a design with blocks of its own gives what it gives without them', () => {
  let browser: OpenPage | undefined;
  beforeAll(async () => {
    const { outDir } = await buildKernels();
    registerBackend(createCpuBackend(createNodeHost({ directory: pathToFileURL(`${outDir}/`) })));
    if (chromiumPath) browser = await openPage(fileURLToPath(new URL('backends-page.ts', import.meta.url)));
  });
  afterAll(() => browser?.close());

  test.each(names)('on the CPU engine: %s', async (name) => {
    const { input, ...packed } = blockCase(name);
    const wanted = await expected(name);
    expectAlike(await outputOn('cpu', packed, input), wanted);
    expectAlike(await outputOn('cpu', plainTwin(packed), input), wanted);
  });

  test.skipIf(!chromiumPath).each(names)('on WebGL: %s', { timeout: 60_000 }, async (name) => {
    const { packed, plain } = await browser!.page.evaluate((each) => page.runBoth(each), name);
    const wanted = await expected(name);
    expectAlike(packed, wanted);
    expectAlike(plain, wanted);
  });
});
