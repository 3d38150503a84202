import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveSources } from '../../build/serve-sources.mjs';
import { contentSecurityPolicy } from '../../shared/host/headers.mjs';
import { chromiumPath, launchChromium } from '../chromium.ts';

const root = join(import.meta.dirname, '../..');
/** Hundreds of files are looked at when the page is first shown: a busy machine is slow, not wrong. */
const PATIENCE_MS = 120_000;

describe.skipIf(!chromiumPath)('the app from its sources', () => {
  /** A checkout of its own beneath this one, whose packages it uses. */
  let tree = '';
  let server: Awaited<ReturnType<typeof serveSources>>;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  /** What the page and its server say of changes, for when one loads the page anew. */
  const said: string[] = [];

  beforeAll(async () => {
    tree = mkdtempSync(join(root, 'out/sources-'));
    for (const name of ['package.json', 'tsconfig.base.json', 'renderer', 'shared', 'assets'])
      cpSync(join(root, name), join(tree, name), { recursive: true });
    server = await serveSources({ tree: `${tree}/`, logLevel: 'error' });
    browser = await launchChromium();
    page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
      said.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(server.url);
    await page.getByTestId('start').waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    if (tree !== '') rmSync(tree, { recursive: true, force: true });
  });

  /** Writes a change until it is seen: the file may not be watched yet when it is written first, and a busy page is given time. */
  async function changes(file: string, change: (text: string) => string, shown: () => Promise<unknown>) {
    const path = join(tree, file);
    const changed = change(readFileSync(path, 'utf8'));
    let looks = 0;
    return expect.poll(
      async () => {
        // Never cut short first: a module that is read while it is empty has nothing to be replaced by, and loads the page anew.
        if (looks++ % 20 === 0) writeFileSync(path, changed, { flag: 'r+' });
        return shown();
      },
      { interval: 500 },
    );
  }

  it('shows a changed style and a changed component in the page as it stands', async () => {
    const sources = {
      style: readFileSync(join(tree, 'renderer/styles/theme.css'), 'utf8'),
      component: readFileSync(join(tree, 'renderer/features/start/start-page.tsx'), 'utf8'),
    };
    const stands = async (round: number): Promise<boolean> => {
      await page.evaluate(() => Object.assign(window, { stillThere: true }));
      const ground = await changes(
        'renderer/styles/theme.css',
        () => sources.style.replace(/--ground: #\w+;/, `--ground: rgb(${round}, 2, 3);`),
        () => page.evaluate(() => getComputedStyle(document.body).backgroundColor),
      );
      await ground.toBe(`rgb(${round}, 2, 3)`);
      const heading = await changes(
        'renderer/features/start/start-page.tsx',
        () => sources.component.replace(/data-testid="start"/, `data-testid="start" data-changed="${round}"`),
        () => page.getByTestId('start').getAttribute('data-changed'),
      );
      await heading.toBe(String(round));
      return page.evaluate(() => 'stillThere' in window);
    };
    // Packages that are made ready while the page is first shown load it anew.
    const stood = (await stands(1)) || (await stands(2)) || (await stands(3));
    expect(stood, said.join('\n')).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('isolates its page and lets nothing in that the built app does not, but its own script and its own socket', async () => {
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    const { headers } = await fetch(server.url);
    expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    const policy = headers.get('content-security-policy') ?? '';
    const [, nonce] = /style-src 'self' 'nonce-([^']{20,})'/.exec(policy) ?? [];
    const built = contentSecurityPolicy(nonce).split('; ');
    const more = policy.split('; ').filter((directive) => !built.includes(directive));
    const socket = new URL(server.url).host;
    expect(more).toEqual([
      `script-src 'nonce-${nonce}' 'self' 'wasm-unsafe-eval'`,
      `connect-src ws://${socket} 'self' blob: data:`,
    ]);
  });

  it('has the kernels, nothing outside its folders, and no answer for other names', async () => {
    const kernel = await fetch(new URL('cpu/plain.wasm', server.url));
    expect(kernel.headers.get('content-type')).toBe('application/wasm');
    expect(WebAssembly.validate(await kernel.arrayBuffer())).toBe(true);
    for (const path of ['/cpu/..%2f..%2fpackage.json', '/@fs/etc/hostname', '/missing.html'])
      expect((await fetch(new URL(path, server.url))).status, path).toBeGreaterThanOrEqual(400);
  });
});
