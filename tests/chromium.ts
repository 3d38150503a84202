import { type Browser, chromium } from 'playwright-core';
import { findChromium } from '../build/chromium.mjs';

/** Undefined where there is none; what needs it is skipped there. */
export const chromiumPath = findChromium();

const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts Chromium without a window, with switches besides the usual ones. */
export function launchChromium(switches: readonly string[] = []): Promise<Browser> {
  if (!chromiumPath) throw new Error('There is no Chromium.');
  return chromium.launch({ executablePath: chromiumPath, headless: true, args: [...SWITCHES, ...switches] });
}
