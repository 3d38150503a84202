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

/** Opens Chromium and runs the bundle of `entry` in it. Errors of the page end up on the console. */
export async function openPage(entry: string): Promise<OpenPage> {
  const browser = await launchChromium();
  const page = await browser.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') console.warn(message.text());
  });
  page.on('pageerror', (error) => console.error(error));
  await page.addScriptTag({ content: await bundle(entry) });
  return { page, close: () => browser.close() };
}
