import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noiseFeed } from '../../renderer/state/run/sources.ts';
import { analyze } from '../../shared/analysis/analyze.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import { Tensor } from '../../shared/base/tensor.ts';
import { savedNames } from '../../shared/formats/checkpoints/match.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { readSafetensors, writeSafetensors } from '../../shared/formats/weights/safetensors.ts';
import { bytesSource } from '../../shared/formats/weights/source.ts';
import { topK } from '../../shared/runtime/image.ts';
import { DesignSession } from '../../shared/runtime/session.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { randomWeights } from '../formats/random-network.ts';
import { small } from '../formats/small.ts';
import { chromiumPath, command, nodeOf, type OpenApp, openApp, runScores, saved } from './app.ts';

const design = { ...small(zooEntry('resnet18')!.build()), name: 'narrow resnet' };
const flat = flatten(analyze(design));
if (!flat.ok) throw new Error(flat.problems[0]!.message);
const network = flat.value;
const weights = randomWeights(network, 'loaded in the app');

/** Under the names of the design's PyTorch code. */
const nameOf = savedNames(design, network);
const named = network.steps.flatMap(({ id, weights: specs }) =>
  specs.map(({ name }) => [nameOf({ node: id, weight: name }), weights[id]![name]!] as const),
);

/** Under those that torchvision saves a ResNet's weights with. */
const asTorchvision = named.map(
  ([name, tensor]) =>
    [name.replace(/^conv1\.conv\./, 'conv1.').replace(/^conv1\.bn\./, 'bn1.'), tensor] as const,
);

/** What the library says of the noise that the app feeds, on plain loops. */
async function expected(): Promise<readonly (readonly [index: number, percent: number])[]> {
  const input = network.steps[network.inputs[0]!]!;
  const feed = noiseFeed(input.id, input.outputDims[0]!, { kind: 'normal', seed: 0 });
  const session = await DesignSession.create(design, { backend: 'reference', weights });
  const output = Object.values(await session.run({ [input.id]: feed }))[0]!;
  return topK(output.data, 5).map(({ index, probability }) => [index, 100 * probability] as const);
}

declare global {
  interface Window {
    letReadsGo: () => void;
  }
}

/** Runs in the page: after so many more reads of files, all reads wait until they are let go. */
function holdReads(after: number): void {
  const read = Blob.prototype.arrayBuffer;
  const waiting: (() => void)[] = [];
  let reads = 0;
  Blob.prototype.arrayBuffer = async function (this: Blob) {
    if (++reads > after) await new Promise<void>((resolve) => waiting.push(resolve));
    return Reflect.apply(read, this, []);
  };
  window.letReadsGo = () => {
    Blob.prototype.arrayBuffer = read;
    for (const resolve of waiting) resolve();
  };
}

describe.skipIf(!chromiumPath)('weights in the app', () => {
  let app: OpenApp;
  beforeAll(async () => {
    app = await openApp();
    const { page } = app;
    await app.offer('narrow.netwright.json', new TextEncoder().encode(writeSpec(design)));
    await page.keyboard.press('Control+o');
    await nodeOf(page, 'conv1').waitFor();
    await page.getByRole('tab', { name: 'Run', exact: true }).click();
    await page.getByRole('radio', { name: 'Noise' }).click();
    await page.getByLabel('Backend').selectOption('cpu');
  });
  afterAll(() => app?.close());

  async function load(name: string, bytes: Uint8Array): Promise<string> {
    const { page } = app;
    await app.offer(name, bytes);
    await page.getByRole('button', { name: 'Load weights …' }).click();
    const notice = page.getByTestId('notice').filter({ hasText: name });
    // Read and closed in one go: it goes by itself after some seconds.
    const told = await notice.evaluate((element: HTMLElement) => {
      const text = element.innerText;
      element.querySelector<HTMLButtonElement>('button[aria-label=Close]')?.click();
      return text;
    });
    await notice.waitFor({ state: 'detached' });
    return told;
  }

  const cover = () => app.page.getByTestId('weights-cover').innerText();
  const near = (
    got: readonly (readonly [number, number])[],
    wanted: readonly (readonly [number, number])[],
  ): void => {
    expect(got.map(([index]) => index)).toEqual(wanted.map(([index]) => index));
    for (const [place, [, percent]] of got.entries()) expect(percent).toBeCloseTo(wanted[place]![1], 1);
  };

  test('what is missing, unknown or of another shape is told by name, and the rest is loaded', async () => {
    const changed = named.flatMap(([name, tensor]) => {
      if (name === 'fc.bias') return [];
      if (name === 'conv1.conv.weight') return [[name, Tensor.zeros([2, 3, 5, 5])] as const];
      return [[name, tensor] as const];
    });
    const told = await load(
      'other.safetensors',
      writeSafetensors([...changed, ['head.weight', Tensor.zeros([4])]]),
    );
    expect(told).toContain(`${named.length - 2} of ${named.length} weights are in other.safetensors`);
    expect(told).toMatch(/Of another shape: conv1\.conv\.weight is 2×3×5×5, the design needs 4×3×7×7/);
    expect(told).toMatch(/Missing, seeded instead: .*fc.*bias/);
    expect(told).toMatch(/In the file but not in the design: .*head\.weight/);
    await expect.poll(() => cover()).toContain(`${named.length - 2} of ${named.length} loaded`);
    // What it lacks is seeded: it runs all the same.
    expect(await runScores(app.page)).toHaveLength(5);
  });

  test('a file that has none of them changes nothing', async () => {
    const told = await load('strange.safetensors', writeSafetensors([['a', Tensor.zeros([4])]]));
    expect(told).toContain(`0 of ${named.length}`);
    await expect.poll(() => cover()).toContain(`${named.length - 2} of ${named.length} loaded`);
    expect(await load('broken.safetensors', Buffer.from('no weights at all'))).toContain(
      'could not be opened',
    );
  });

  test('with all of them, the app says what the library says', async () => {
    const trained = await expected();
    await load('trained.safetensors', writeSafetensors(asTorchvision));
    await expect.poll(() => cover()).toBe(`all ${named.length} loaded`);
    near(await runScores(app.page), trained);
    await expect.poll(() => app.page.locator('.run-weights').innerText()).toContain('trained.safetensors');
  });

  test('while they are read for a run it is told how far that is; cancelled, the next run works', async () => {
    const { page } = app;
    await load('slow.safetensors', writeSafetensors(asTorchvision));
    await page.evaluate(holdReads, Math.round(named.length / 2));
    const run = page.locator('.run-controls button[type=submit]');
    await run.click();
    const progress = page.locator('.run-result .progress');
    await progress.getByText(/^weights of \S+/).waitFor();
    const value = () => progress.locator('progress').evaluate((bar: HTMLProgressElement) => bar.value);
    await expect.poll(value).toBeGreaterThan(0);
    expect(await value()).toBeLessThan(1);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('.run-result').getByText('Cancelled.').waitFor();
    await page.evaluate(() => window.letReadsGo());
    await run.waitFor();
    near(await runScores(page), await expected());
  });

  test('saved again they are the same numbers, and load again', async () => {
    const { page } = app;
    await command(page, 'Export weights as safetensors');
    const bytes = await saved(page, 'narrow-resnet.safetensors');
    const file = await readSafetensors(bytesSource(bytes));
    if (!file.ok) throw new Error(file.problems[0]!.message);
    const there = file.value.tensors;
    expect([...there.keys()].sort()).toEqual(named.map(([name]) => name).sort());
    for (const [name, tensor] of named) {
      const { data, dims } = await there.get(name)!.load();
      expect([name, dims, [...data]]).toEqual([name, tensor.dims, [...tensor.data]]);
    }
    // Seeded weights in between, so that loading makes a difference.
    await page.locator('.run-weights select').selectOption('seeded');
    const seeded = await runScores(page);
    const trained = await expected();
    expect(seeded.map(([index]) => index)).not.toEqual(trained.map(([index]) => index));
    await load('again.safetensors', bytes);
    near(await runScores(page), trained);
    expect(app.complaints).toEqual([]);
  });
});
