import type { Browser } from 'playwright-core';
import { afterAll } from 'vitest';
import { launchChromium } from '../chromium.ts';
import { type AppOptions, type OpenApp, openIn } from './app.ts';

/**
 * `openApp` for a test file that opens several apps: they live in one Chromium, each apart from the others, for a new one
 * takes longer to start than the app does. It ends with the file.
 */
export function inOneBrowser(): (options?: AppOptions) => Promise<OpenApp> {
  let browser: Promise<Browser> | undefined;
  afterAll(async () => (await browser)?.close());
  return async (options) => {
    browser ??= launchChromium();
    return openIn(await browser, options);
  };
}
