import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../../build/chromium.mjs';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const chromiumPath = findChromium();

/** A page of headless Chromium in which a bundled module runs. */
export interface OpenPage {
  readonly page: Page;
  close(): Promise<void>;
}

/** Bundles a TypeScript file for the browser; the text of a classic script. */
export async function bundle(entry: string): Promise<string> {
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
  if (!chromiumPath) throw new Error('There is no Chromium.');
  const folder = await mkdtemp(join(tmpdir(), 'netwright-webgl-'));
  const context: BrowserContext = await chromium.launchPersistentContext(folder, {
    executablePath: chromiumPath,
    headless: true,
    args: FLAGS,
  });
  const page = context.pages()[0] ?? (await context.newPage());
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') console.warn(message.text());
  });
  page.on('pageerror', (error) => console.error(error));
  await page.addScriptTag({ content: await bundle(entry) });
  return {
    page,
    async close() {
      await context.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
