import { type Browser, chromium } from 'playwright-core';
import { findChromium, findHeadlessShell } from '../build/chromium.mjs';

/** Undefined where there is none; what needs it is skipped there. */
export const chromiumPath = findChromium();

/**
 * What every window would load beside the page, which takes longer than the page: the address bar's list of suggestions is a
 * page of its own. A list of ours replaces Playwright's, so what tests want of that stands here too.
 */
const UNWANTED = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AimEnabled',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'MediaRouter',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
];

/** For whoever starts it without Playwright, too. */
export const SWITCHES = [
  `--disable-features=${UNWANTED.join(',')}`,
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Starts Chromium without a window. Who asks for switches besides the usual ones, such as a camera or fonts drawn in one way
 * everywhere, gets the whole of it; pages that ask for nothing are shown by the headless shell where there is one.
 */
export function launchChromium(switches?: readonly string[]): Promise<Browser> {
  if (!chromiumPath) throw new Error('There is no Chromium.');
  const executablePath = switches ? chromiumPath : (findHeadlessShell() ?? chromiumPath);
  return chromium.launch({ executablePath, headless: true, args: [...SWITCHES, ...(switches ?? [])] });
}

let shared: Promise<Browser> | undefined;

/**
 * The Chromium of all pages of this process that ask no other of it, each in a context of its own: a new one takes longer to
 * start than most pages do. It ends with the process; one that has ended is replaced.
 */
export async function sharedChromium(): Promise<Browser> {
  const running = await shared?.catch(() => undefined);
  if (!running?.isConnected()) shared = launchChromium();
  return shared!;
}
