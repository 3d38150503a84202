import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { launchChromium } from '../../chromium.ts';

export { chromiumPath } from '../../chromium.ts';

/** A page of headless Chromium in which a bundled module runs. */
export interface OpenPage {
  readonly page: Page;
  close(): Promise<void>;
}

/** Bundles a TypeScript file for the browser; the text of a classic script. */
async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2023',
    logLevel: 'error',
  });
  return outputFiles[0]!.text;
}

/** Some platform is only there for pages of a secure origin, which this one is said to be. */
const SECURE = 'https://page.test/';

/**
 * Opens Chromium, with `switches` where the page needs some, and runs the bundle of `entry` in it. Errors of the page end up
 * on the console.
 */
export async function openPage(entry: string, switches?: readonly string[]): Promise<OpenPage> {
  const browser = await launchChromium(switches);
  const page = await browser.newPage();
  if (switches) {
    await page.route(SECURE, (route) => route.fulfill({ contentType: 'text/html', body: '<html></html>' }));
    await page.goto(SECURE);
  }
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') console.warn(message.text());
  });
  page.on('pageerror', (error) => console.error(error));
  await page.addScriptTag({ content: await bundle(entry) });
  return { page, close: () => browser.close() };
}
