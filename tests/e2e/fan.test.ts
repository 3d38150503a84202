import { expect, test } from 'vitest';
import { chromiumPath, openApp } from './app.ts';

const WIRES = 130_000;
const fan = {
  netwright: 3,
  nodes: [
    { id: 'input', kind: 'input', params: { shape: [1, 2, 2] } },
    { id: 'join', kind: 'concat', from: Array.from({ length: WIRES }, () => 'input') },
    { id: 'output', kind: 'output', from: 'join' },
  ],
};

test.skipIf(!chromiumPath)(
  'very many wires between two nodes are a picture, and the window goes on',
  async () => {
    const app = await openApp();
    const { page } = app;
    await app.offer('Fan.netwright.json', new TextEncoder().encode(JSON.stringify(fan)));
    await page.keyboard.press('Control+o');
    await expect.poll(() => page.title()).toContain('Fan');
    await page.keyboard.press('Control+k');
    await page.locator('[cmdk-item]').first().waitFor();
    expect(await page.locator('.react-flow__edge, .react-flow__handle').count()).toBeLessThan(1000);
    expect(app.complaints).toEqual([]);
    await app.close();
  },
);
