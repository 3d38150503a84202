import { zipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { wholeModels } from '../formats/weights/keras-files.ts';
import { dict, named, pickle, tensor } from '../formats/weights/pickled.ts';
import { chromiumPath, keepPicture, nodeOf, type OpenApp, openApp } from './app.ts';
import { runWithNoise } from './runs.ts';

/** A module of one convolution, its code as torch.jit.save prints it. */
function scriptArchive(): Uint8Array {
  const code = `class Net(Module):
  __parameters__ = ["weight", ]
  __buffers__ = []
  weight : Tensor
  training : bool
  def forward(self: __torch__.Net,
    image: Tensor) -> Tensor:
    weight = self.weight
    x = torch.conv2d(image, weight, None, [1, 1], [0, 0], [1, 1], 1)
    return torch.relu(x)
`;
  const state = dict({ weight: tensor({ sizes: [4, 6, 1, 1], strides: [6, 1, 1, 1] }), training: [0x89] });
  // NEWOBJ of no arguments, then BUILD.
  const module = [...named('__torch__', 'Net'), 0x29, 0x81, ...state, 0x62];
  const files = {
    'net/data.pkl': pickle(module),
    'net/data/0': new Uint8Array(Float32Array.from({ length: 24 }, (_, i) => i / 8).buffer),
    'net/code/__torch__.py': new TextEncoder().encode(code),
  };
  return zipSync(files, { level: 0 });
}

const open = async ({ page, offer }: OpenApp, name: string, bytes: Uint8Array): Promise<void> => {
  await offer(name, bytes);
  await page.keyboard.press('Control+o');
};
const isOpen = (page: Page, name: string): Promise<void> =>
  expect.poll(() => page.title()).toBe(`${name} — Netwright`);

async function answer(page: Page, numbers: Readonly<Record<string, string>>): Promise<void> {
  const question = page.getByTestId('question');
  for (const [label, value] of Object.entries(numbers)) {
    const field = question.getByLabel(label, { exact: true });
    await field.fill(value);
    await field.press('Tab');
  }
  await keepPicture(page, 'stored-model-question');
  await question.locator('[data-choice=open]').click();
  await question.waitFor({ state: 'detached' });
}

describe.skipIf(!chromiumPath)('models that other programs stored, in the browser', () => {
  test('of Keras, in HDF5 and as an archive: they run with their weights, to the same', async () => {
    const app = await openApp();
    const { page } = app;
    try {
      const [hdf5] = await wholeModels();
      await open(app, 'whole.h5', hdf5);
      await isOpen(page, 'whole');
      const expected = await runWithNoise(page);
      await expect.poll(() => page.getByTestId('weights-cover').textContent()).toMatch(/^all \d+ loaded$/);

      const [, archive] = await wholeModels(null, null);
      await open(app, 'sizeless.keras', archive);
      await answer(page, { 'x: Height': '6', 'x: Width': '6' });
      await isOpen(page, 'sizeless');
      await expect.poll(() => nodeOf(page, 'x').textContent()).toContain('2×6×6');
      expect(await runWithNoise(page)).toBe(expected);
      await expect.poll(() => page.getByTestId('weights-cover').textContent()).toMatch(/^all \d+ loaded$/);
      await keepPicture(page, 'stored-model');
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });

  test('of PyTorch, as a script: how large its input is, is asked', async () => {
    const app = await openApp();
    const { page } = app;
    try {
      await open(app, 'script.pt', scriptArchive());
      await answer(page, { 'image: Channels': '6', 'image: Height': '5', 'image: Width': '7' });
      await isOpen(page, 'script');
      await expect.poll(() => nodeOf(page, 'image').textContent()).toContain('6×5×7');
      await page.getByRole('tab', { name: 'Run', exact: true }).click();
      await expect.poll(() => page.getByTestId('weights-cover').textContent()).toBe('all 1 loaded');
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });
});
