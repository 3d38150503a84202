import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { canLaunch, main, PATIENCE } from './harness/built.ts';
import { launchDesktop } from './harness/launch.ts';

const work = mkdtempSync(join(tmpdir(), 'netwright-beside-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

it.skipIf(!canLaunch)(
  'the configuration found beside a design holds in the window, which says where it is from (needs Chromium and a build)',
  async () => {
    const config = join(work, 'netwright.config.json');
    const own = { id: 'wide', when: 'out.channels > 40', message: '"{name}" has {out.channels} channels.' };
    writeFileSync(config, JSON.stringify({ extends: './team.json', budget: { params: '400k' } }));
    writeFileSync(join(work, 'team.json'), JSON.stringify({ lint: { own: [own] } }));
    mkdirSync(join(work, 'designs'));
    const path = join(work, 'designs', 'net.netwright.json');
    writeFileSync(path, writeSpec(zooEntry('lenet')!.build()));
    const desktop = await launchDesktop({ main, args: ['netwright', path] });
    try {
      await expect.poll(() => desktop.window.title, PATIENCE).toBe('net.netwright.json — Netwright');
      const { page } = desktop;
      await page.getByRole('tab', { name: /Problems/ }).click();
      // LeNet's second convolution gives 50 channels, of which its 431,080 parameters are too many for the budget.
      await page.locator('[data-rule=wide]').getByText('has 50 channels.').first().waitFor();
      await page.getByTestId('config-note').locator('summary').click();
      const note = await page.getByTestId('config-note').textContent();
      expect(note).toContain(config);
      expect(note).toContain(join(work, 'team.json'));
      await page.getByTestId('over-budget').waitFor();
    } finally {
      await desktop.close();
    }
  },
);
