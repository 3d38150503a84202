// npm run dev: the app from its sources, in Electron where its binary is there, else in a browser; a change shows at once.
import { mkdirSync } from 'node:fs';
import { ensureInstalled } from './install.mjs';
import { electronBinary, runElectron, showIn } from './windows.mjs';

ensureInstalled();
const { serveSources } = await import('./serve-sources.mjs');
// `npm run gallery` shows the app's parts instead of the app.
const gallery = process.argv.includes('--gallery');
const { url: at, close } = await serveSources({ framed: gallery });
const url = gallery ? `${at}gallery.html` : at;

const binary = gallery ? undefined : electronBinary();
if (binary) {
  const { staleTargets } = await import('./stale.mjs');
  const { buildParts } = await import('./build.mjs');
  await buildParts(staleTargets().filter((target) => target === 'electron'));
  console.log(`Netwright runs in Electron from ${url}; close its windows to end.`);
  runElectron(binary, process.argv.slice(2), { NETWRIGHT_DEV: url });
} else await openInBrowser();

/** In a profile of its own: what is tried here is not the work that is kept for `npm start`. */
async function openInBrowser() {
  const { findChromium } = await import('./chromium.mjs');
  const { profileFolder } = await import('./instance.mjs');
  const chromium = process.argv.includes('--no-window') ? undefined : findChromium();
  if (!chromium) {
    console.log(`Open ${url} in a browser. Press Ctrl+C to stop.`);
    return;
  }
  const profile = `${profileFolder()}-dev`;
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  const window = showIn(chromium, profile, url);
  console.log(`Netwright is open from its sources at ${url}; close the window to end.`);
  window.on('close', async () => {
    await close();
    process.exit(0);
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => window.kill());
}
