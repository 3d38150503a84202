import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const places = [
  ...(process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name))),
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  join(process.env.PROGRAMFILES ?? 'C:\\Program Files', 'Google/Chrome/Application/chrome.exe'),
  join(
    process.env['PROGRAMFILES(X86)'] ?? 'C:\\Program Files (x86)',
    'Microsoft/Edge/Application/msedge.exe',
  ),
];

/** The first Chromium, Chrome or Edge on this machine; CHROMIUM names another. */
export function findChromium() {
  const { CHROMIUM } = process.env;
  if (CHROMIUM) return existsSync(CHROMIUM) ? CHROMIUM : undefined;
  return places.find((path) => existsSync(path));
}

/**
 * The same Chromium without windows and all that they are furnished with, which some distributions have as a package of its
 * own (Debian: chromium-headless-shell): pages start in it in less time. One that CHROMIUM names is wanted as it is.
 */
export function findHeadlessShell() {
  if (process.env.CHROMIUM) return undefined;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, 'chromium-headless-shell')).find((path) => existsSync(path));
}

export const howToGetChromium =
  'No Chromium was found. Install one (Debian: apt-get install chromium), or name it: CHROMIUM=/path/to/chrome npm test';

/** `Chromium 140.0.7339.80`, without what a distribution adds; nothing where there is none. */
export function chromiumVersion() {
  const chromium = findChromium();
  const said = chromium ? spawnSync(chromium, ['--version'], { encoding: 'utf8' }).stdout : '';
  return /\S+ \d+(\.\d+)+/.exec(said ?? '')?.[0];
}
