import { describe, expect, test } from 'vitest';
import { atRest, chromiumPath, keepPicture, nodeOf, openApp } from './app.ts';

describe.skipIf(!chromiumPath)('from AlexNet to ResNet', () => {
  test('is begun on the start page, told by notes, walked through, and compared step by step', async () => {
    const app = await openApp();
    try {
      const { page } = app;
      await keepPicture(page, 'start-learn');
      await page.locator('.start-learn [data-command=story]').click();
      await nodeOf(page, 'conv1').waitFor();
      const story = page.getByTestId('story');
      await page.getByTestId('note-0').getByText('61.1 M').waitFor();
      await atRest(page);
      await keepPicture(page, 'story-alexnet');
      for (const title of ['ZFNet', 'VGG-16', 'GoogLeNet', 'ResNet-50']) {
        await story.getByRole('button', { name: 'The next chapter' }).click();
        await story.locator('[aria-current=step]', { hasText: title }).waitFor();
        await page.getByTestId('note-0').getByText(title.replace(/-\d+$/, ''), { exact: false }).waitFor();
        await atRest(page);
        await keepPicture(page, `story-${title}`);
      }
      await story.getByRole('button', { name: 'Compare with GoogLeNet' }).click();
      await page.getByTestId('compare').locator('.compared.is-chosen', { hasText: 'GoogLeNet' }).waitFor();
      await keepPicture(page, 'story-compare');
      expect(app.complaints).toEqual([]);
    } finally {
      await app.close();
    }
  });
});
