import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main, root } from './harness/built.ts';

const electron = join(root, 'node_modules/electron');

function binary(): string | undefined {
  const named = join(electron, 'path.txt');
  const path = existsSync(named) ? join(electron, 'dist', readFileSync(named, 'utf8')) : '';
  return existsSync(path) ? path : undefined;
}

const isReady = binary() !== undefined && existsSync(main);

/** What only Electron itself can show: its sandbox, its scheme, its isolation. */
describe.skipIf(!isReady)("Electron itself (needs Electron's binary and a build)", () => {
  let app: ElectronApplication;
  let userData = '';

  beforeAll(async () => {
    userData = mkdtempSync(join(tmpdir(), 'netwright-electron-'));
    app = await _electron.launch({
      executablePath: binary()!,
      args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), root, `--user-data-dir=${userData}`],
    });
  });
  afterAll(async () => {
    await app.close();
    rmSync(userData, { recursive: true, force: true });
  });

  it('shows the app under its own scheme, isolated, without Node', async () => {
    const page = await app.firstWindow();
    await page.waitForFunction(() => document.querySelector('#root')?.childElementCount);
    expect(page.url()).toMatch(/^app:\/\/netwright\//);
    const seen = await page.evaluate(() => ({
      isolated: crossOriginIsolated,
      shared: typeof SharedArrayBuffer,
      node: typeof Reflect.get(window, 'require'),
      host: typeof Reflect.get(window, 'netwright'),
    }));
    expect(seen).toEqual({ isolated: true, shared: 'function', node: 'undefined', host: 'object' });
  });

  it('stays where it is', async () => {
    const page = await app.firstWindow();
    await page.evaluate(() => {
      location.href = 'https://example.com/';
      window.open('https://example.com/');
    });
    await page.waitForTimeout(500);
    expect(page.url()).toMatch(/^app:\/\/netwright\//);
    expect(app.windows()).toHaveLength(1);
  });
});
