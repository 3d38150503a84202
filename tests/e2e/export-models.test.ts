import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noiseFeed } from '../../renderer/state/run/sources.ts';
import { readSpec } from '../../shared/formats/spec/read.ts';
import { topK } from '../../shared/runtime/image.ts';
import { peersInstalled } from '../peers/install.ts';
import { openInOnnxruntime } from '../peers/onnxruntime.ts';
import { pythonWith } from '../peers/python.ts';
import { chromiumPath, nodeOf, type OpenApp, openApp, runScores, saved } from './app.ts';

const root = join(import.meta.dirname, '../..');
const python = pythonWith();

describe.skipIf(!chromiumPath)('the Export menu, on the digits that come trained', () => {
  let app: OpenApp;
  let scores: Awaited<ReturnType<typeof runScores>>;
  const folder = mkdtempSync(join(tmpdir(), 'netwright-exports-'));
  beforeAll(async () => {
    app = await openApp();
    const { page } = app;
    await page.getByRole('button', { name: /^Digits trained/ }).click();
    await page.getByTestId('pad').waitFor();
    await page.getByRole('radio', { name: 'Noise' }).click();
    scores = await runScores(page);
  });
  afterAll(async () => {
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function exported(id: string, name: string): Promise<Buffer> {
    const { page } = app;
    await page.getByRole('menuitem', { name: 'Export', exact: true }).click();
    await page.locator(`[data-command=${id}]`).click();
    return saved(page, name);
  }

  test.skipIf(!peersInstalled())('ONNX: onnxruntime gives the scores that the app shows', async () => {
    const bytes = await exported('exportModel', 'Digits.onnx');
    const feed = noiseFeed('input', [1, 1, 28, 28], { kind: 'normal', seed: 0 });
    const session = await openInOnnxruntime(bytes);
    const output = await session.run({ input: { data: feed.data, dims: feed.dims } });
    const wanted = topK(Object.values(output)[0]!.data, 5);
    expect(scores.map(([index]) => index)).toEqual(wanted.map(({ index }) => index));
    for (const [place, [, percent]] of scores.entries())
      expect(percent).toBeCloseTo(100 * wanted[place]!.probability, 1);
  });

  test.skipIf(python === undefined).each([
    ['exportPyTorch', 'Digits.py', 'class Digits'],
    ['exportKeras', 'Digits.keras.py', 'keras'],
  ])('%s: a file that Python compiles', async (id, name, word) => {
    const bytes = await exported(id, name);
    expect(bytes.toString('utf8')).toContain(word);
    writeFileSync(join(folder, name), bytes);
    const compile = 'import sys; compile(open(sys.argv[1], encoding="utf-8").read(), sys.argv[1], "exec")';
    execFileSync(python!, ['-c', compile, join(folder, name)]);
  });

  test('weights: the very bytes of the values that ship', async () => {
    const bytes = await exported('exportWeights', 'Digits.safetensors');
    const shipped = readFileSync(join(root, 'assets/samples/digits.safetensors'));
    expect(valuesOf(bytes)).toEqual(valuesOf(shipped));
  });

  test('JSON: a copy that reads as the design that is open', async () => {
    const bytes = await exported('exportSpec', 'Digits.netwright.json');
    const read = readSpec(bytes.toString('utf8'));
    const shipped = readSpec(readFileSync(join(root, 'assets/samples/digits.netwright.json'), 'utf8'));
    if (!read.ok || !shipped.ok) throw new Error('It cannot be read.');
    expect({ ...read.value, layout: {} }).toEqual({ ...shipped.value, layout: {} });
    // A copy is not the document: that has no file yet.
    await expect.poll(() => app.page.title()).not.toContain('netwright.json');
  });

  test('an unfinished design says why it cannot be exported, and what to do', async () => {
    const { page } = app;
    await nodeOf(page, 'fc1').click();
    await page.keyboard.press('Delete');
    await page.getByRole('menuitem', { name: 'Export', exact: true }).click();
    await page.locator('[data-command=exportModel]').click();
    const notice = page.getByTestId('notice');
    await notice.waitFor();
    await expect.poll(() => notice.innerText()).toContain('This cannot be exported');
    await expect.poll(() => notice.locator('li').count()).toBeGreaterThan(0);
    expect(app.complaints).toEqual([]);
  });
});

/** Each tensor's bytes by name, read after the format's own description: a header of JSON, then the values. */
function valuesOf(file: Buffer): Readonly<Record<string, string>> {
  const length = Number(file.readBigUInt64LE(0));
  const header: unknown = JSON.parse(file.toString('utf8', 8, 8 + length));
  const values = file.subarray(8 + length);
  return Object.fromEntries(
    Object.entries(header as Readonly<Record<string, { readonly data_offsets: readonly [number, number] }>>)
      .filter(([name]) => name !== '__metadata__')
      .map(([name, { data_offsets: place }]) => [name, values.subarray(...place).toString('base64')]),
  );
}
